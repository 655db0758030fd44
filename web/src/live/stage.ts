/** Where the night is, for pages that only show it: one of four stages, each with what belongs to it. */

import { playing, type View } from './conversation';
import type { Room, SessionGame } from './messages';

export type Stage =
  /** No night, or one in which nothing has been played yet. */
  | { readonly name: 'idle'; readonly isOn: boolean }
  /** People join: the code is what they need. */
  | { readonly name: 'lobby'; readonly game: SessionGame; readonly joined: Joined | null }
  | { readonly name: 'playing'; readonly game: SessionGame; readonly joined: Joined | null }
  /** The last game is over; the night may go on. */
  | { readonly name: 'ended'; readonly game: SessionGame; readonly joined: Joined | null; readonly isOn: boolean };

export interface Joined {
  readonly count: number;
  readonly seats: number;
  readonly names: readonly string[];
}

export function stageOf(view: Pick<View, 'night' | 'room'>): Stage {
  const { night, room } = view;
  const isOn = night?.session.is_active === 1;
  const game = playing(night);
  if (game) {
    const joined = joinedOf(game, room);
    if (room?.gameFinished) return { name: 'ended', game, joined, isOn };
    return { name: room?.gameStarted ? 'playing' : 'lobby', game, joined };
  }
  const last = night?.games.findLast((each) => each.status === 'played');
  return last ? { name: 'ended', game: last, joined: joinedOf(last, null), isOn } : { name: 'idle', isOn };
}

/** How many are in; null where nobody has counted. */
export function joinedOf(game: SessionGame, room: Room | null): Joined | null {
  const count = room?.playerCount ?? game.player_count;
  if (count === null) return null;
  return { count, seats: Math.max(count, room?.maxPlayers ?? game.max_players), names: room?.players ?? [] };
}
