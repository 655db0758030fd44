import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const server = 'http://localhost:5000';

export default defineConfig({
  plugins: [svelte()],
  build: {
    outDir: '../src/gamenight/web/built',
    emptyOutDir: true,
    assetsInlineLimit: 0, // the content security policy wants files
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ['index.html', 'play.html', 'tv.html', 'overlay.html'] },
  },
  server: {
    proxy: { '/api': { target: server, ws: true } },
  },
});
