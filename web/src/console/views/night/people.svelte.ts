/** How many are here, as the host says it; kept for the next time that this page is opened. */

import { keep, recall } from '../../../stored';

export const MIN_PEOPLE = 1;
export const MAX_PEOPLE = 100;
const USUAL = 4;

let count = $state(read());

function read(): number {
  const stored = Number(recall('people'));
  return stored >= MIN_PEOPLE && stored <= MAX_PEOPLE ? Math.round(stored) : USUAL;
}

export function people(): number {
  return count;
}

export function setPeople(wanted: number): void {
  count = Math.min(MAX_PEOPLE, Math.max(MIN_PEOPLE, wanted));
  keep('people', String(count));
}
