/** The socket under a conversation: opens it, keeps it, notices when it is dead, and comes back. */

import { Conversation, type Step, type View } from './conversation';
import type { LiveEvent, Room, ServerMessage, Session } from './messages';

const PATH = '/api/sessions/live';
/** After so long without a word the server is asked whether it is there. */
const SILENCE = 15_000;
const ANSWER_WITHIN = 5_000;

export interface Options {
  /** A read token; without one the browser's cookie says who this is. */
  token?: string;
  /** Gets a new cookie in place of one that is refused: false where only a person can, an error where it can't just now. */
  renew?: () => Promise<boolean>;
  onView: (view: View) => void;
  onEvent?: (event: LiveEvent) => void;
}

export class Connection {
  private readonly conversation: Conversation;
  private socket: WebSocket | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private check: ReturnType<typeof setTimeout> | undefined;
  private isRenewing = false;
  private renewals = 0;
  private readonly ending = new AbortController();

  constructor(private readonly options: Options) {
    this.conversation = new Conversation(options.token ?? null);
    const { signal } = this.ending;
    // A page that slept, or a phone that was in another network, may hold a socket that is dead without knowing.
    document.addEventListener('visibilitychange', () => document.hidden || this.wake(), { signal });
    window.addEventListener('online', () => this.wake(), { signal });
    // A server on this very machine is still there; any other will not answer.
    window.addEventListener('offline', () => this.ask(), { signal });
    window.addEventListener('pageshow', (event) => event.persisted && this.wake(), { signal });
    this.open();
  }

  /** Come back now rather than when the pause is over; after a stop, too. */
  tryNow(): void {
    // Until there is a new cookie, another connection would be refused like the one before.
    if (this.ending.signal.aborted || this.isRenewing) return;
    if (this.socket === null) {
      clearTimeout(this.retry);
      if (this.conversation.view.status === 'stopped') this.conversation.resume();
      this.open();
    } else this.ask();
  }

  end(): void {
    this.ending.abort();
    this.drop();
    clearTimeout(this.retry);
  }

  private wake(): void {
    if (this.conversation.view.status !== 'stopped') this.tryNow();
  }

  private open(): void {
    const socket = new WebSocket(new URL(PATH, location.href.replace(/^http/, 'ws')));
    this.socket = socket;
    this.expectWord(ANSWER_WITHIN * 2, () => this.lost(socket));
    socket.onopen = () => this.take(this.conversation.opened());
    socket.onmessage = (message) => {
      this.expectWord(SILENCE, () => this.ask());
      this.take(this.conversation.handle(JSON.parse(String(message.data)) as ServerMessage | LiveEvent));
    };
    socket.onclose = (close) => this.closed(socket, close.code, close.reason);
    this.show();
  }

  private closed(socket: WebSocket, code: number, reason: string): void {
    if (this.socket !== socket || this.ending.signal.aborted) return;
    this.drop();
    this.comeBack(code, reason);
    this.show();
  }

  private comeBack(code: number, reason: string): void {
    if (this.ending.signal.aborted) return;
    const ending = this.conversation.closed(code, reason);
    if (ending.kind === 'wait') this.retry = setTimeout(() => this.open(), ending.milliseconds);
    else if (ending.code >= 4001 && ending.code <= 4004) void this.renew();
  }

  /** A ping, which has to be answered soon. */
  private ask(): void {
    const socket = this.socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    socket.send('{"type": "ping"}');
    this.expectWord(ANSWER_WITHIN, () => this.lost(socket));
  }

  private lost(socket: WebSocket): void {
    socket.close();
    // The close of a dead connection may take the browser minutes.
    this.closed(socket, 1006, '');
  }

  private expectWord(milliseconds: number, otherwise: () => void): void {
    clearTimeout(this.check);
    this.check = setTimeout(otherwise, milliseconds);
  }

  private drop(): void {
    clearTimeout(this.check);
    const socket = this.socket;
    this.socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  private take(steps: Step[]): void {
    for (const step of steps) {
      if (step.do === 'send') this.socket?.send(JSON.stringify(step.message));
      else if (step.do === 'tell') this.options.onEvent?.(step.event);
      else if (step.do === 'renew') void this.renew();
      else if (step.do === 'find-active') void this.findActive();
      else void this.findRoom(step.sessionId, step.sessionGameId);
    }
    if (this.conversation.view.status === 'live') this.renewals = 0;
    this.show();
  }

  private async renew(): Promise<void> {
    if (this.isRenewing) return;
    this.isRenewing = true;
    this.drop();
    try {
      const isRenewed = (await this.options.renew?.()) ?? false;
      this.isRenewing = false;
      if (this.ending.signal.aborted) return;
      this.renewals += 1;
      if (isRenewed && this.renewals > 1) {
        // The browser does not keep the cookie: asking again at once would take every guest's share.
        this.comeBack(1006, '');
      } else if (isRenewed) {
        this.conversation.resume();
        this.open();
      } else this.conversation.stop('token-refused');
    } catch {
      this.isRenewing = false;
      this.comeBack(1006, '');
    }
    this.show();
  }

  private async findActive(): Promise<void> {
    const socket = this.socket;
    try {
      const answer = await this.read<Session | { session: null }>('/api/sessions/active');
      if (this.socket === socket) this.take(this.conversation.activeFound('id' in answer ? answer : null));
    } catch {
      if (socket) this.lost(socket);
    }
  }

  private async findRoom(sessionId: number, sessionGameId: number): Promise<void> {
    try {
      const room = await this.read<Room>(`/api/sessions/${sessionId}/games/${sessionGameId}/status-live`);
      this.take(this.conversation.roomFound(room));
    } catch {
      // The next event of the room tells it.
    }
  }

  private async read<T>(path: string): Promise<T> {
    const signal = AbortSignal.any([this.ending.signal, AbortSignal.timeout(ANSWER_WITHIN)]);
    const response = await fetch(path, { signal, credentials: 'same-origin' });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return (await response.json()) as T;
  }

  private show(): void {
    this.options.onView(this.conversation.view);
  }
}
