/** How many are here, as the host says it; kept for the next time that this page is opened. */

import { keep, recall } from '../../../stored';

export const FEWEST = 1;
export const MOST = 100;
const USUAL = 4;

let count = $state(read());

function read(): number {
  const stored = Number(recall('people'));
  return stored >= FEWEST && stored <= MOST ? Math.round(stored) : USUAL;
}

export function people(): number {
  return count;
}

export function setPeople(wanted: number): void {
  count = Math.min(MOST, Math.max(FEWEST, wanted));
  keep('people', String(count));
}
