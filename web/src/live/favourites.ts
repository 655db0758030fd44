import type { SessionGame } from './messages';

/** Liked best, by upvotes minus downvotes; several where they are level, none where nobody liked one. */
export function favouritesOf(games: readonly SessionGame[]): readonly SessionGame[] {
  const best = Math.max(0, ...games.map((game) => game.popularity_score));
  return best === 0 ? [] : games.filter((game) => game.popularity_score === best);
}
