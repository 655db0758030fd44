/** The rows and messages of the wire, as docs/reference/live.md and events.md describe them. */

export interface Session {
  id: number;
  notes: string | null;
  is_active: 0 | 1;
  created_at: string;
  closed_at: string | null;
  games_played: number;
  next_game: NextGame | null;
  overlay_code_hidden: 0 | 1;
}

export type GameStatus = 'playing' | 'played' | 'skipped';

export interface SessionGame {
  id: number;
  session_id: number;
  game_id: number;
  title: string;
  pack_name: string;
  game_type: string | null;
  min_players: number;
  max_players: number;
  played_at: string;
  status: GameStatus;
  manually_added: 0 | 1;
  room_code: string | null;
  player_count: number | null;
  player_count_check_status: string | null;
  player_count_check_reason: string | null;
  player_count_source: string | null;
  popularity_score: number;
  upvotes: number;
  downvotes: number;
}

/** A game of the catalogue that the host has set as the next one. */
export type NextGame = Pick<
  SessionGame,
  'game_id' | 'title' | 'pack_name' | 'game_type' | 'min_players' | 'max_players'
>;

/** A session and its games at one moment. */
export interface Night {
  session: Session;
  games: readonly SessionGame[];
}

/** What is known of a room that is followed. `gameId` is the session game's id. */
export interface Room {
  sessionId: number;
  gameId: number;
  roomCode: string | null;
  /** The title of what the room plays, where the session says that it is another game. */
  otherGame: string | null;
  maxPlayers: number | null;
  playerCount: number | null;
  players: readonly string[];
  lobbyState: string | null;
  gameStarted: boolean;
  gameFinished: boolean;
  monitoring: boolean;
}

export interface CatalogueGame {
  id: number;
  title: string;
  pack_name: string;
  game_type: string | null;
  min_players: number;
  max_players: number;
}

export interface LiveEvent {
  type: string;
  timestamp: string;
  id: number;
  sessionId?: number;
  data: Record<string, unknown> & {
    session?: Session;
    sessionGame?: SessionGame;
    sessionGames?: readonly SessionGame[];
    sessionGameId?: number;
    games?: readonly CatalogueGame[] | null;
    removed?: readonly number[] | null;
  };
}

/** What else the server sends: answers, snapshots, what it can't do. */
export interface Answer {
  type: string;
  message?: string;
  code?: string;
  reason?: string;
  sessionId?: number;
  id?: number;
  stream?: string;
  head?: number;
  data?: { session: Session | null; games?: readonly SessionGame[] };
}

export type ClientMessage =
  | { type: 'auth'; token?: string; since?: number; stream?: string }
  | { type: 'subscribe'; sessionId: number; snapshot?: true; since?: number; stream?: string }
  | { type: 'unsubscribe'; sessionId: number }
  | { type: 'ping' };

export function isEvent(message: Answer | LiveEvent): message is LiveEvent {
  return 'timestamp' in message && 'data' in message && typeof message.id === 'number';
}

/** The events of a room carry its view; those of before 'room.connected' may carry an empty one. */
export function roomOf(event: LiveEvent): Room | null {
  return 'monitoring' in event.data ? (event.data as unknown as Room) : null;
}
