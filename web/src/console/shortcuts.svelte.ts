/** Keys that do something on the desk, while no field has the focus and no dialog is open. Each can see the list with `?`. */

import { untrack } from 'svelte';
import { keep, recall } from '../stored';

export interface Shortcut {
  key: string;
  label: string;
  run: () => void;
}

let groups = $state.raw<readonly (() => readonly Shortcut[])[]>([]);
let isOn = $state(recall('shortcuts') !== 'off');

/** Offers these until the function that comes back is called: `$effect(() => offer(() => [...]))`. */
export function offer(shortcuts: () => readonly Shortcut[]): () => void {
  groups = [...untrack(() => groups), shortcuts];
  return () => (groups = groups.filter((each) => each !== shortcuts));
}

export function offered(): Shortcut[] {
  return groups.flatMap((shortcuts) => shortcuts());
}

export function shortcutsAreOn(): boolean {
  return isOn;
}

/** Whoever speaks to the computer, or hits keys by mistake, can switch them off. */
export function switchShortcuts(on: boolean): void {
  isOn = on;
  keep('shortcuts', on ? null : 'off');
}

export function pressed(event: KeyboardEvent): void {
  if (!isOn || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
  const found = offered().find((each) => each.key === event.key.toLowerCase());
  if (!found) return;
  event.preventDefault();
  found.run();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input:not([type=checkbox], [type=radio]), textarea, select');
}
