/** The night as a page shows it: reads of these follow the server. */

import { Connection, type Options } from './connection';
import { playing, type Status, type View } from './conversation';
import { stageOf, type Stage } from './stage';
import type { Night, Room, Session, SessionGame } from './messages';

export class Live {
  #view = $state.raw<View>({ status: 'connecting', stopped: null, night: null, room: null, snapshotId: 0 });
  #connection: Connection;

  /** `onEvent` hears what is new, for what a state can't say: that somebody has just joined. */
  constructor(options: Omit<Options, 'onView'> = {}) {
    this.#connection = new Connection({ ...options, onView: (view) => (this.#view = view) });
  }

  get status(): Status {
    return this.#view.status;
  }

  get stopped(): string | null {
    return this.#view.stopped;
  }

  /** All of it at one moment. */
  get view(): View {
    return this.#view;
  }

  get night(): Night | null {
    return this.#view.night;
  }

  /** The active session. */
  get session(): Session | null {
    const session = this.#view.night?.session;
    return session?.is_active ? session : null;
  }

  get games(): readonly SessionGame[] {
    return this.#view.night?.games ?? [];
  }

  get playing(): SessionGame | null {
    return playing(this.#view.night);
  }

  get room(): Room | null {
    return this.#view.room;
  }

  /** Where the night is, for pages that only show it. */
  get stage(): Stage {
    return stageOf(this.#view);
  }

  tryNow(): void {
    this.#connection.tryNow();
  }

  end(): void {
    this.#connection.end();
  }
}
