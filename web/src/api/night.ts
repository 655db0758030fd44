/** A night over REST: docs of each address at /api/docs. */

import type { GameStatus } from '../live/messages';
import type {
  Change,
  Game,
  NewGameOrRoom,
  PlayAddress,
  Recap,
  Session,
  SessionChange,
  SessionGame,
  Undone,
} from '../wire/rest';
import { add, request } from './request';
import { ownTimeZone } from './timeZone';

export type { Change, PlayAddress };
export type NewGame = NewGameOrRoom;
/** What the server makes of a night beside its games. */
export type NightRecap = Recap;

/** A room code is exactly this. */
export const ROOM_CODE = /^[A-Z0-9]{4}$/;

/** A game that the room of a code may play, where that is not certain. */
export type GameOfRoom = Pick<Game, 'id' | 'title' | 'pack_name'>;

const ofSession = (id: number): string => `/api/sessions/${id}`;
const ofGame = (game: SessionGame): string => `${ofSession(game.session_id)}/games/${game.id}`;

export const PLAY_QR = '/api/play-address/qr.svg';

/** Weeks begin where the reader lives. */
export const readRecap = (sessionId: number): Promise<NightRecap> =>
  request('GET', `${ofSession(sessionId)}/recap?timeZone=${encodeURIComponent(ownTimeZone())}`);
/** The last night, in a list that is empty where there was none. */
export const readLastSession = (): Promise<Session[]> => request('GET', '/api/sessions?filter=all&limit=1');
export const readPlayAddress = (): Promise<PlayAddress> => request('GET', '/api/play-address');
export const startSession = (notes: string | null): Promise<Session> => add('/api/sessions', { notes });
/** What the host says of a night to everybody. `next_game_id` is the catalogue's; null takes it back. */
export const changeSession = (id: number, change: SessionChange): Promise<Session> =>
  request('PATCH', ofSession(id), change);
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
export const undo = (sessionId: number, changeId?: number): Promise<Undone> =>
  request('POST', `${ofSession(sessionId)}/undo`, changeId === undefined ? {} : { changeId });
