/** Light or dark: the system's choice, unless somebody has chosen by hand. */

import { keep, recall } from './stored';

export const APPEARANCES = ['system', 'light', 'dark'] as const;
export type Appearance = (typeof APPEARANCES)[number];

function chosen(): Appearance {
  const stored = recall('appearance');
  return APPEARANCES.find((each) => each === stored) ?? 'system';
}

let current = $state<Appearance>(chosen());

export function appearance(): Appearance {
  return current;
}

export function applyAppearance(): void {
  const root = document.documentElement;
  if (current === 'system') root.removeAttribute('data-appearance');
  else root.setAttribute('data-appearance', current);
}

export function chooseAppearance(choice: Appearance): void {
  current = choice;
  keep('appearance', choice === 'system' ? null : choice);
  applyAppearance();
}
