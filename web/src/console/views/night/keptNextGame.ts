/** How the next game of a night is to be added, with the receipt of its draw; kept, as pages are left and loaded anew. */

import type { NewGame } from '../../../api/night';
import { keep, recall } from '../../../stored';

const NAME = 'nextGame';

export function keepNextGame(session: number, game: NewGame): void {
  keep(NAME, JSON.stringify({ session, game }));
}

export function recallNextGame(session: number): NewGame | null {
  const kept = JSON.parse(recall(NAME) ?? 'null') as { session: number; game: NewGame } | null;
  return kept?.session === session ? kept.game : null;
}
