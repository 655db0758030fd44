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
import { ownTimeZone } from './timeZone';

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
  `/api/sessions/${id}/export?format=${format}&timeZone=${encodeURIComponent(ownTimeZone())}`;

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

export interface ChatImportOptions {
  /** What it would come to is told, and nothing is applied. */
  dryRun: boolean;
  /** Whether it takes the place of what was imported for this night before. */
  replaceExisting: boolean;
  /** Whether it is taken however many of its lines are not understood. */
  lenient: boolean;
  /** The IANA name of the zone of times that name none. */
  timeZone: string;
  /** The date of the first line of a log that has no dates. */
  firstDate?: string;
  /** When the stream or video began of which a log counts its times, in `timeZone`. */
  streamStart?: string;
}

interface Sending {
  signal: AbortSignal;
  /** How much of the file is sent, from 0 to 1. */
  onprogress: (share: number) => void;
}

const UPLOAD_PATIENCE = 60_000;
/** A log of a million lines takes the server some minutes. */
const ANSWER_PATIENCE = 15 * 60_000;

/**
 * Sends a chat log as it is. With XMLHttpRequest, since fetch tells nothing of how far a file is. Raises ApiError, and
 * where `signal` stops it what that says. The server keeps nothing of a log whose sender goes away.
 */
export function importChat(
  session: Session,
  file: File,
  options: ChatImportOptions,
  { signal, onprogress }: Sending,
): Promise<ChatImported> {
  const query = new URLSearchParams(Object.entries(options).map(([name, value]) => [name, String(value)]));
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const end = (error: Error): void => {
      clearTimeout(waiting);
      reject(error);
      sending.abort();
    };
    const waitAtMost = (patience: number, error: ApiError): void => {
      clearTimeout(waiting);
      waiting = setTimeout(() => end(error), patience);
    };
    signal.addEventListener('abort', () => end(signal.reason as Error));
    sending.open('POST', `/api/sessions/${session.id}/chat-import?${query}`);
    sending.responseType = 'json';
    sending.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    sending.upload.onprogress = (event) => {
      waitAtMost(UPLOAD_PATIENCE, noConnection());
      onprogress(event.total ? event.loaded / event.total : 0);
    };
    sending.upload.onload = () => {
      waitAtMost(ANSWER_PATIENCE, tooSlow());
      onprogress(1);
    };
    sending.onerror = () => end(noConnection());
    sending.onload = () => {
      clearTimeout(waiting);
      const answer = (sending.response ?? {}) as { error?: string; code?: string };
      if (sending.status < 400) return resolve(answer as unknown as ChatImported);
      const { error = sending.statusText, code = 'unknown', ...details } = answer;
      reject(new ApiError(sending.status, code, error, details));
    };
    waitAtMost(UPLOAD_PATIENCE, noConnection());
    sending.send(file);
  });
}

function noConnection(): ApiError {
  return new ApiError(0, 'no_connection', 'The server could not be reached.');
}

function tooSlow(): ApiError {
  const sentence = 'The server takes too long. Whether it works out is open: look before you try again.';
  return new ApiError(0, 'unavailable', sentence, { reason: 'not_known' });
}
