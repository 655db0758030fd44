/** The messages of the wire, as docs/reference/live.md and events.md describe them. */

import type { EventData, ServerMessage, SessionGame } from '../wire/live';
import type { RoomStatus } from '../wire/rest';

export type { ClientMessage, NextGame, ServerMessage, Session, SessionGame } from '../wire/live';
export type { Game as CatalogueGame, SessionState as Night } from '../wire/live';
export type GameStatus = SessionGame['status'];
/** What is known of a room that is followed. `gameId` is the session game's id. */
export type Room = RoomStatus;

type KeyOf<Union> = Union extends unknown ? keyof Union : never;
type FieldOf<Union, Key extends PropertyKey> = Union extends { readonly [Each in Key]?: infer Value } ? Value : never;

export interface LiveEvent {
  type: string;
  timestamp: string;
  id: number;
  sessionId?: number;
  /** Which of these fields it has, its type says. */
  data: { readonly [Key in KeyOf<EventData>]?: FieldOf<EventData, Key> };
}

export function isEvent(message: ServerMessage | LiveEvent): message is LiveEvent {
  return 'timestamp' in message && 'data' in message && typeof message.id === 'number';
}

/** What is true of this moment only: it has no place in the log, and is told to whoever listens. */
export function ofThisMoment(message: ServerMessage | LiveEvent): LiveEvent | null {
  const { type } = message as { type: string };
  return type === 'poll.leading' ? { ...(message as LiveEvent), id: 0 } : null;
}

/** The events of a room carry its view; those of before 'room.connected' may carry an empty one. */
export function roomOf(event: LiveEvent): Room | null {
  return 'monitoring' in event.data ? (event.data as Room) : null;
}
