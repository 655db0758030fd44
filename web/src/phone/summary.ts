/** What a night came to. */

import type { SessionGame } from '../live/messages';

export function votesOf(games: readonly SessionGame[]): number {
  return games.reduce((sum, game) => sum + game.upvotes + game.downvotes, 0);
}

/** The game that more liked than any other; null where nobody liked one, or several share the place. */
export function favouriteOf(games: readonly SessionGame[]): SessionGame | null {
  const best = Math.max(0, ...games.map((game) => game.popularity_score));
  const liked = games.filter((game) => game.popularity_score === best);
  return best > 0 && liked.length === 1 ? (liked[0] ?? null) : null;
}
