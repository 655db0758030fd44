/** The nights over REST. */

import type {
  BulkChange,
  BulkChanged,
  ChatImported,
  ListedSession,
  Session,
  SessionGame,
  VotePage,
  VoteRow,
  Why,
} from '../wire/rest';
import { ApiError, request, requestPart, type Part } from './request';

export type BulkAction = BulkChange['action'];
export type { ChatImported as ImportedChat, ListedSession as ListedNight, VoteRow as CountedVote, Why };

/** Which nights are listed: those that were not archived, those that were, or both. */
export type NightFilter = 'default' | 'archived' | 'all';
export const PAGE = 50;
/** The server takes no more at once. */
export const MAX_CHOSEN = 100;

/** The newest nights of those that are older than one, so many at most. */
export function readNights(filter: NightFilter, limit: number, before?: number): Promise<Part<ListedSession>> {
  const place = before === undefined ? '' : `&before=${before}`;
  return requestPart(`/api/sessions?filter=${filter}&limit=${limit}${place}`);
}
export const setArchived = (id: number, archived: boolean): Promise<Session> =>
  request('POST', `/api/sessions/${id}/${archived ? 'archive' : 'unarchive'}`);
/** All of them, or none. */
export const changeNights = (action: BulkAction, ids: readonly number[]): Promise<BulkChanged> =>
  request('POST', '/api/sessions/bulk', { action, ids });
export const readNight = (id: number): Promise<Session> => request('GET', `/api/sessions/${id}`);
export const readNightGames = (id: number): Promise<SessionGame[]> => request('GET', `/api/sessions/${id}/games`);
export const changeNotes = (id: number, notes: string | null): Promise<Session> =>
  request('PATCH', `/api/sessions/${id}`, { notes });
export const deleteNight = (id: number): Promise<unknown> => request('DELETE', `/api/sessions/${id}`);
export const exportAddress = (id: number, format: 'json' | 'txt'): string =>
  `/api/sessions/${id}/export?format=${format}&utcOffset=${-new Date().getTimezoneOffset()}`;

/** The newest votes for a game of a night, a hundred at most. */
export async function readVotes(game: SessionGame): Promise<readonly VoteRow[]> {
  const { votes } = await request<VotePage>('GET', `/api/votes?session_game_id=${game.id}&limit=100`);
  return votes;
}

/** Null where no draw is kept. */
export async function readWhy(game: SessionGame): Promise<Why | null> {
  try {
    return await request<Why>('GET', `/api/sessions/${game.session_id}/games/${game.id}/why`);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'no_draw_kept') return null;
    throw error;
  }
}

interface ChatImport {
  /** Whether it takes the place of what was imported for this night before. */
  replaces: boolean;
  /** How much of the file is sent, from 0 to 1. */
  onprogress: (share: number) => void;
}

/** Sends a chat log as it is. With XMLHttpRequest, since fetch tells nothing of how far a file is. Raises ApiError. */
export function importChat(session: Session, file: File, { replaces, onprogress }: ChatImport): Promise<ChatImported> {
  const query = new URLSearchParams({ ...whereTheHostIs(session), replaceExisting: String(replaces) });
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open('POST', `/api/sessions/${session.id}/chat-import?${query}`);
    sending.responseType = 'json';
    sending.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    sending.upload.onprogress = (event) => onprogress(event.total ? event.loaded / event.total : 0);
    sending.upload.onload = () => onprogress(1);
    sending.onerror = () => reject(new ApiError(0, 'no_connection', 'The server could not be reached.'));
    sending.onload = () => {
      const answer = (sending.response ?? {}) as { error?: string; code?: string };
      if (sending.status < 400) return resolve(answer as unknown as ChatImported);
      const { error = sending.statusText, code = 'unknown', ...details } = answer;
      reject(new ApiError(sending.status, code, error, details));
    };
    sending.send(file);
  });
}

/** For logs whose times have no zone, or no date: they are taken for those of the host's clock on that night. */
function whereTheHostIs(session: Session): { utcOffset: string; firstDate: string } {
  const start = new Date(session.created_at);
  const offset = -start.getTimezoneOffset();
  return {
    utcOffset: String(offset),
    firstDate: new Date(start.getTime() + offset * 60_000).toISOString().slice(0, 10),
  };
}
