/** How a room stands, in the words of this page. */

import type { Room, SessionGame } from '../../../live/messages';

export type Lobby = 'lobbyOver' | 'lobbyOn' | 'lobbyCountdown' | 'lobbyReady' | 'lobbyOpen';

/** `lobbyState` is the game's own word; what is none of the known ones is an open lobby. */
export function lobbyOf(room: Room): Lobby {
  if (room.gameFinished) return 'lobbyOver';
  if (room.gameStarted) return 'lobbyOn';
  if (room.lobbyState === 'Countdown') return 'lobbyCountdown';
  return room.lobbyState === 'CanStart' ? 'lobbyReady' : 'lobbyOpen';
}

export type Following = 'followed' | 'lookedFor' | 'lost' | 'over' | 'notFollowed';

/** Whether somebody counts who joins. */
export function followingOf(game: SessionGame): Following {
  switch (game.player_count_check_status) {
    case 'monitoring':
      return 'followed';
    case 'waiting':
      return 'lookedFor';
    case 'failed':
      return 'lost';
    case 'ended':
      return 'over';
    default:
      return 'notFollowed';
  }
}

export type Source = 'sourceSocket' | 'sourceRest' | 'sourceHand';

export function sourceOf(game: SessionGame): Source | null {
  switch (game.player_count_source) {
    case 'socket':
      return 'sourceSocket';
    case 'rest':
      return 'sourceRest';
    case 'hand':
      return 'sourceHand';
    default:
      return null;
  }
}
