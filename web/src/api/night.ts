/** A night over REST: docs of each address at /api/docs. */

import type { GameStatus, Session, SessionGame } from '../live/messages';
import { add, request } from './request';

/** A room code is exactly this. */
export const ROOM_CODE = /^[A-Z0-9]{4}$/;

export interface NewGame {
  game_id?: number;
  room_code?: string;
  manually_added?: boolean;
  /** Of the draw, so that the night can say why this game was drawn. */
  receipt?: string;
}

/** A game that the room of a code may play, where that is not certain. */
export interface GameOfRoom {
  id: number;
  title: string;
  pack_name: string;
}

export interface Change {
  id: number;
  kind: 'add' | 'status' | 'code' | 'remove' | 'close';
  made_at: string;
  /** In English. */
  summary: string;
  /** The game's; null where there is none, and of changes that an older version has kept. */
  title: string | null;
  /** What the game was set to; null but for a change of that. */
  status: GameStatus | null;
  /** What the code was set to; null but for a change of that, and where it was removed. */
  room_code: string | null;
}

/** What the server makes of a night beside its games. */
export interface NightRecap {
  voter_count: number;
  /** How many weeks in a row there was a night, this one included. */
  week_streak: number;
}

export interface PlayAddress {
  url: string;
  reachable: boolean;
}

const ofSession = (id: number): string => `/api/sessions/${id}`;
const ofGame = (game: SessionGame): string => `${ofSession(game.session_id)}/games/${game.id}`;

export const PLAY_QR = '/api/play-address/qr.svg';

/** Weeks begin where the reader lives. */
export const readRecap = (sessionId: number): Promise<NightRecap> =>
  request('GET', `${ofSession(sessionId)}/recap?utcOffset=${-new Date().getTimezoneOffset()}`);
export const readSessions = (): Promise<Session[]> => request('GET', '/api/sessions');
export const readPlayAddress = (): Promise<PlayAddress> => request('GET', '/api/play-address');
export const startSession = (notes: string | null): Promise<Session> => add('/api/sessions', { notes });
/** What the host says of a night to everybody. `next_game_id` is the catalogue's; null takes it back. */
export const changeSession = (
  id: number,
  change: { next_game_id?: number | null; overlay_code_hidden?: boolean },
): Promise<Session> => request('PATCH', ofSession(id), change);
export const closeSession = (id: number, notes: string | null): Promise<Session> =>
  request('POST', `${ofSession(id)}/close`, { notes });

export const addGame = (sessionId: number, game: NewGame): Promise<SessionGame> =>
  add(`${ofSession(sessionId)}/games`, game);
export const setStatus = (game: SessionGame, status: GameStatus): Promise<SessionGame> =>
  request('PATCH', `${ofGame(game)}/status`, { status });
export const setRoomCode = (game: SessionGame, code: string | null): Promise<SessionGame> =>
  request('PATCH', `${ofGame(game)}/room-code`, { room_code: code });
export const setPlayerCount = (game: SessionGame, count: number): Promise<SessionGame> =>
  request('PATCH', `${ofGame(game)}/player-count`, { player_count: count });
export const followRoom = (game: SessionGame, follow: boolean): Promise<unknown> =>
  request('POST', `${ofGame(game)}/${follow ? 'start' : 'stop'}-player-check`);
export const removeGame = (game: SessionGame): Promise<unknown> => request('DELETE', ofGame(game));

export const readChanges = (sessionId: number): Promise<Change[]> => request('GET', `${ofSession(sessionId)}/changes`);
/** With the id of a change it is undone only if it is the last one still: another host may have been quicker. */
export const undo = (sessionId: number, changeId?: number): Promise<{ change: Change }> =>
  request('POST', `${ofSession(sessionId)}/undo`, changeId === undefined ? {} : { changeId });
