import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const PAGES = ['console', 'phone', 'tv', 'overlay'];
const folder = (name) => `./src/${name}`;

/** `name` imports from none of the folders that lie above it. */
const below = (above, name) => ({
  target: folder(name),
  from: above.map(folder),
  message: `What is in ${name} is shared: it lies below this, and does not know it.`,
});

const BOUNDARIES = [
  ...PAGES.map((page) => ({
    target: folder(page),
    from: PAGES.filter((other) => other !== page).map(folder),
    message: 'Pages share what is in components, api, live and messages, and know nothing of one another.',
  })),
  below(PAGES, 'components'),
  below([...PAGES, 'components'], 'api'),
  below([...PAGES, 'components', 'api'], 'messages'),
  below([...PAGES, 'components', 'api', 'messages'], 'live'),
  below([...PAGES, 'components', 'api', 'messages', 'live'], 'wire'),
];

export default defineConfig(
  { ignores: ['src/wire', '*.js', '*.ts'] },
  js.configs.recommended,
  ts.configs.recommendedTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: { parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts'] })],
      'import-x/extensions': ['.ts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      'no-undef': 'off', // the compiler's
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones: BOUNDARIES }],
      'svelte/prefer-svelte-reactivity': 'off', // sets and maps are replaced as a whole, in $state.raw
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      // What one .svelte file imports from another has no type here; svelte-check knows it.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
