/** What a night was, in numbers. */

import { favouritesOf } from '../../../live/favourites';
import type { Night, SessionGame } from '../../../live/messages';

export interface Recap {
  played: readonly SessionGame[];
  skipped: number;
  votes: number;
  /** Liked best, by upvotes minus downvotes; several where they are level, none where nobody voted for any. */
  favourites: readonly SessionGame[];
  mostPlayers: number | null;
  /** Null while the night goes on. */
  minutes: number | null;
}

export function recapOf({ session, games }: Night): Recap {
  const played = games.filter((game) => game.status !== 'skipped');
  const counts = played.flatMap((game) => (game.player_count === null ? [] : [game.player_count]));
  return {
    played,
    skipped: games.length - played.length,
    votes: played.reduce((sum, game) => sum + game.upvotes + game.downvotes, 0),
    favourites: favouritesOf(played),
    mostPlayers: counts.length ? Math.max(...counts) : null,
    minutes: session.closed_at ? minutesBetween(session.created_at, session.closed_at) : null,
  };
}

function minutesBetween(start: string, end: string): number {
  return Math.max(0, Math.round((Date.parse(end) - Date.parse(start)) / 60_000));
}
