/**
 * One page's talk with the server across all its connections, without a socket: what came in goes in, what is to be done
 * comes out. It follows the active session: a snapshot, then each event after it once, then the next session.
 */

import { afterClose, type Ending } from './backoff';
import { fold } from './fold';
import {
  isEvent,
  ofThisMoment,
  roomOf,
  type ClientMessage,
  type LiveEvent,
  type Night,
  type Room,
  type ServerMessage,
  type Session,
} from './messages';
import type { Hello, Resync, ResyncOfEveryone, Snapshot } from '../wire/live';

export type Status = 'connecting' | 'live' | 'reconnecting' | 'stopped';

export type Step =
  | { readonly do: 'send'; readonly message: ClientMessage }
  /** Ask over HTTP which session is active, and tell it to `activeFound`. */
  | { readonly do: 'find-active' }
  /** Ask over HTTP how a room stands, and tell it to `roomFound`. */
  | { readonly do: 'find-room'; readonly sessionId: number; readonly sessionGameId: number }
  /** The token or cookie is refused: get another one, or stop. */
  | { readonly do: 'renew' }
  /** Something has happened that was not known before. */
  | { readonly do: 'tell'; readonly event: LiveEvent };

export interface View {
  readonly status: Status;
  /** Why it is stopped: the server's word, such as `token-expired`. */
  readonly stopped: string | null;
  /** The session that is on, or was on last; null where there is none. */
  readonly night: Night | null;
  /** The room of the game that is playing, as far as it is known. */
  readonly room: Room | null;
  /** The id of the last snapshot: what happened up to it is in `night`, and may not have been told. */
  readonly snapshotId: number;
}

export class Conversation {
  private status: Status = 'connecting';
  private stopped: string | null = null;
  private night: Night | null = null;
  private room: Room | null = null;
  private sessionId: number | null = null;
  private stream: string | null = null;
  /** The newest id of the session's events that was applied, and of those that everybody hears. */
  private sessionHead: number | null = null;
  private everyoneHead: number | null = null;
  /** What the snapshot has in it already. It says nothing of other sessions, so what everybody hears is told after it, too. */
  private snapshotId = 0;
  private failures = 0;

  constructor(
    private readonly token: string | null,
    private readonly random: () => number = Math.random,
  ) {}

  get view(): View {
    const { status, stopped, night, room, snapshotId } = this;
    return { status, stopped, night, room, snapshotId };
  }

  opened(): Step[] {
    const since = this.stream === null || this.everyoneHead === null ? {} : this.since(this.everyoneHead);
    return [send({ type: 'auth', ...(this.token === null ? {} : { token: this.token }), ...since })];
  }

  handle(message: ServerMessage | LiveEvent): Step[] {
    if (isEvent(message)) return this.handleEvent(message);
    const event = ofThisMoment(message);
    if (event) return [{ do: 'tell', event }];
    switch (message.type) {
      case 'auth_error':
        return [{ do: 'renew' }];
      case 'hello':
        return this.handleHello(message);
      case 'subscribed':
        this.succeeded();
        return [];
      case 'snapshot':
      case 'resync':
        return this.handleState(message);
      case 'error':
        if (message.code === 'token_missing') return [{ do: 'renew' }];
        if (message.code === 'session_not_found') this.leave();
        return [];
      default:
        return [];
    }
  }

  /** The active session as REST tells it. Older than what came over the socket since it was asked for. */
  activeFound(session: Session | null): Step[] {
    if (this.sessionId !== null) return [];
    if (session === null) {
      this.succeeded();
      return [];
    }
    return this.follow(session.id);
  }

  roomFound(room: Room): Step[] {
    if (this.room === null && playing(this.night)?.id === room.gameId) this.room = room;
    return [];
  }

  /** The connection has ended, or could not be made. */
  closed(code: number, reason: string): Ending {
    const ending = afterClose(code, reason, this.failures, this.random);
    this.failures += 1;
    if (ending.kind === 'stop') this.stop(ending.word);
    else this.status = this.status === 'connecting' ? 'connecting' : 'reconnecting';
    return ending;
  }

  stop(word: string): void {
    this.status = 'stopped';
    this.stopped = word;
  }

  /** Try again after a stop, with what has been mended. */
  resume(): void {
    this.status = 'reconnecting';
    this.stopped = null;
    this.failures = 0;
  }

  private handleHello(hello: Hello): Step[] {
    if (this.stream !== hello.stream) {
      this.stream = hello.stream;
      this.everyoneHead = hello.head;
    }
    if (this.sessionId === null) return [{ do: 'find-active' }];
    // With an id of another log the server answers with the state of now.
    return this.sessionHead === null
      ? this.follow(this.sessionId)
      : [send({ type: 'subscribe', sessionId: this.sessionId, ...this.since(this.sessionHead) })];
  }

  private handleState(message: Snapshot | Resync | ResyncOfEveryone): Step[] {
    this.stream = message.stream;
    if (!('sessionId' in message)) {
      // What everybody hears could not be replayed: it may have told of another session, or of new titles.
      this.everyoneHead = message.id;
      const active = message.data.session;
      return active ? this.follow(active.id) : this.sessionId === null ? [] : this.follow(this.sessionId);
    }
    if (message.sessionId !== this.sessionId) return [];
    this.night = message.data;
    this.sessionHead = this.snapshotId = message.id;
    this.succeeded();
    this.room = null;
    return this.lookForRoom();
  }

  private handleEvent(event: LiveEvent): Step[] {
    if (event.type === 'session.started') return this.heardStart(event);
    if (event.sessionId === undefined) return this.heardByEveryone(event);
    if (event.sessionId !== this.sessionId || this.sessionHead === null || event.id <= this.sessionHead) return [];
    this.sessionHead = event.id;
    const before = playing(this.night)?.id;
    this.night = fold(this.night, event);
    if (this.night === null) this.leave();
    const now = playing(this.night)?.id;
    if (now !== before) this.room = null;
    const room = roomOf(event);
    if (room && room.gameId === now) this.room = room;
    return [{ do: 'tell', event }];
  }

  private heardStart(event: LiveEvent): Step[] {
    if (event.id <= (this.everyoneHead ?? 0)) return [];
    this.everyoneHead = event.id;
    const id = event.data.session?.id;
    if (id === undefined || id === this.sessionId) return [];
    return [...this.follow(id), { do: 'tell', event }];
  }

  private heardByEveryone(event: LiveEvent): Step[] {
    if (event.id <= (this.everyoneHead ?? 0)) return [];
    this.everyoneHead = event.id;
    const step: Step = { do: 'tell', event };
    if (event.type !== 'catalogue.changed' || this.night === null || this.sessionId === null) return [step];
    if (event.id <= this.snapshotId) return [step];
    if (event.data.games === null) return [...this.follow(this.sessionId), step];
    this.night = fold(this.night, event);
    return [step];
  }

  private follow(sessionId: number): Step[] {
    const before = this.sessionId;
    this.sessionId = sessionId;
    this.sessionHead = null;
    const leaving = before !== null && before !== sessionId ? [send({ type: 'unsubscribe', sessionId: before })] : [];
    return [...leaving, send({ type: 'subscribe', sessionId, snapshot: true })];
  }

  private leave(): void {
    this.sessionId = this.sessionHead = this.night = this.room = null;
    this.succeeded();
  }

  private succeeded(): void {
    this.status = 'live';
    this.failures = 0;
  }

  private lookForRoom(): Step[] {
    const game = playing(this.night);
    if (!game?.room_code) return [];
    return [{ do: 'find-room', sessionId: game.session_id, sessionGameId: game.id }];
  }

  private since(id: number): { since: number; stream?: string } {
    return this.stream === null ? { since: id } : { since: id, stream: this.stream };
  }
}

export function playing(night: Night | null): Night['games'][number] | null {
  return night?.games.find((game) => game.status === 'playing') ?? null;
}

function send(message: ClientMessage): Step {
  return { do: 'send', message };
}
