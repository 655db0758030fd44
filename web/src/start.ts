/** Shows a page: what all four do before anything else. */

import { mount, type Component } from 'svelte';
import './theme.css';
import { applyAppearance } from './appearance.svelte';
import { applyLanguage } from './messages/language.svelte';

export function start(page: Component): void {
  applyAppearance();
  applyLanguage();
  const target = document.getElementById('page');
  if (target) mount(page, { target });
}
