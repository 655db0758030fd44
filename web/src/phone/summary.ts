/** What a night came to. */

import type { SessionGame } from '../live/messages';

export function votesOf(games: readonly SessionGame[]): number {
  return games.reduce((sum, game) => sum + game.upvotes + game.downvotes, 0);
}
