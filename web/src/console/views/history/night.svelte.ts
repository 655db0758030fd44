/** One night with its games: follows what others change in it. */

import { readNight, readNightGames } from '../../../api/history';
import { problemOf } from '../../../api/problem';
import { ApiError } from '../../../api/request';
import { fold } from '../../../live/fold';
import type { LiveEvent, Night, Session } from '../../../live/messages';
import type { SessionsChanged } from '../../../wire/live';

export class NightState {
  night = $state.raw<Night | null>(null);
  problem = $state<string | null>(null);
  /** Why there is nothing to show: it never was, or somebody has deleted it. */
  absence = $state<'not-found' | 'deleted' | null>(null);
  #latest = 0;

  constructor(readonly id: number) {}

  async reload(): Promise<void> {
    const mine = (this.#latest += 1);
    try {
      const [session, games] = await Promise.all([readNight(this.id), readNightGames(this.id)]);
      if (mine !== this.#latest) return;
      this.night = { session, games };
      this.problem = null;
    } catch (error) {
      if (mine !== this.#latest) return;
      if (error instanceof ApiError && error.code === 'session_not_found') this.#leave();
      else this.problem = problemOf(error);
    }
  }

  take(session: Session): void {
    if (this.night) this.night = { ...this.night, session };
  }

  handle(event: LiveEvent): void {
    if (event.type === 'sessions.changed') this.#handleList(event);
    else if (event.type === 'catalogue.changed' && event.data.games === null) void this.reload();
    else if (event.type === 'catalogue.changed' || event.sessionId === this.id) this.#fold(event);
  }

  #handleList(event: LiveEvent): void {
    const { sessionId, listedSession } = event.data as SessionsChanged;
    if (sessionId !== this.id) return;
    if (listedSession === null) this.#leave();
    else this.take(listedSession);
  }

  #fold(event: LiveEvent): void {
    if (this.night === null) return;
    this.night = fold(this.night, event);
    if (this.night === null) this.#leave();
  }

  #leave(): void {
    this.absence = this.night === null && this.absence === null ? 'not-found' : 'deleted';
    this.night = null;
  }
}
