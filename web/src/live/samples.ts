/** Rows and events for the tests. */

import type { CatalogueGame, LiveEvent, Night, Room, Session, SessionGame } from './messages';

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
    has_notes: 0,
    notes_preview: null,
    archived: 0,
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
    source: 'dice',
    room_code: null,
    player_count: null,
    player_count_check_status: null,
    player_count_check_reason: null,
    player_count_source: null,
    popularity_score: 0,
    upvotes: 0,
    downvotes: 0,
    symbol: null,
    ticker: null,
    ...fields,
  };
}

export function aNight(games: readonly SessionGame[] = [], session: Partial<Session> = {}): Night {
  return { session: aSession(session), games };
}

export function aRoom(fields: Partial<Room> = {}): Room {
  return {
    sessionId: 5,
    gameId: 1,
    roomCode: 'ABCD',
    appTag: null,
    otherGame: null,
    maxPlayers: 10,
    playerCount: 2,
    players: ['ANN', 'BO'],
    lobbyState: 'CanStart',
    gameState: null,
    gameStarted: false,
    gameFinished: false,
    gamesStarted: 0,
    gamesEnded: 0,
    monitoring: true,
    status: 'monitoring',
    reason: null,
    source: 'socket',
    ...fields,
  };
}

/** A game of the catalogue. */
export function aCatalogueGame(id: number, fields: Partial<CatalogueGame> = {}): CatalogueGame {
  return {
    id,
    pack_name: 'A pack',
    title: `Game ${id}`,
    min_players: 3,
    max_players: 8,
    length_minutes: 18,
    has_audience: 0,
    family_friendly: 0,
    family_friendly_setting: 0,
    game_type: null,
    secondary_type: null,
    play_mode: null,
    app_tags: [],
    symbol: null,
    ticker: null,
    enabled: 1,
    favor_bias: 0,
    created_at: '2026-03-13T19:56:28.504Z',
    play_count: 0,
    upvotes: 0,
    downvotes: 0,
    popularity_score: 0,
    ...fields,
  };
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
