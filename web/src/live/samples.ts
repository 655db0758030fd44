/** Rows and events for the tests. */

import type { LiveEvent, Night, Session, SessionGame } from './messages';

export function aSession(fields: Partial<Session> = {}): Session {
  return {
    id: 5,
    notes: null,
    is_active: 1,
    created_at: '2026-03-13T19:56:28.504Z',
    closed_at: null,
    games_played: 1,
    next_game: null,
    overlay_code_hidden: 0,
    ...fields,
  };
}

export function aGame(id: number, fields: Partial<SessionGame> = {}): SessionGame {
  return {
    id,
    session_id: 5,
    game_id: 70 + id,
    title: `Game ${id}`,
    pack_name: 'A pack',
    game_type: null,
    min_players: 3,
    max_players: 8,
    played_at: '2026-03-13T19:56:28.504Z',
    status: 'playing',
    manually_added: 0,
    room_code: null,
    player_count: null,
    player_count_check_status: null,
    player_count_check_reason: null,
    player_count_source: null,
    popularity_score: 0,
    upvotes: 0,
    downvotes: 0,
    ...fields,
  };
}

export function aNight(games: readonly SessionGame[] = [], session: Partial<Session> = {}): Night {
  return { session: aSession(session), games };
}

export function anEvent(
  id: number,
  type: string,
  data: LiveEvent['data'] = {},
  sessionId: number | null = 5,
): LiveEvent {
  const event: LiveEvent = { id, type, timestamp: '2026-03-13T19:56:28.504Z', data };
  return sessionId === null || type === 'catalogue.changed' ? event : { ...event, sessionId };
}
