/** The nights of a filter, as many as were looked at: follows what others change. */

import { PAGE, readNights, type ListedNight, type NightFilter } from '../../../api/history';
import { problemOf } from '../../../api/problem';
import type { LiveEvent } from '../../../live/messages';
import type { SessionsChanged } from '../../../wire/live';

const CHANGES_A_ROW = ['session.started', 'game.added', 'game.removed', 'player-count.updated'];

export class Nights {
  filter = $state<NightFilter>('default');
  /** Newest first, without a gap; null until there is any. */
  rows = $state.raw<readonly ListedNight[] | null>(null);
  /** How many of the filter there are. */
  total = $state(0);
  /** Why the last reading failed, as a sentence. */
  problem = $state<string | null>(null);
  readonly rest = $derived(Math.max(0, this.total - (this.rows?.length ?? 0)));
  #isReading = false;
  #isStale = false;

  show(filter: NightFilter): void {
    this.filter = filter;
    this.rows = null;
    void this.reload();
  }

  /** Reads again what is there. While that is under way nothing else is read: what changes meanwhile is read after. */
  reload(): Promise<void> {
    this.#isStale = true;
    return this.#read();
  }

  /** Reads the next nights. */
  more(): Promise<void> {
    return this.#read();
  }

  handle(event: LiveEvent): void {
    if (event.type === 'sessions.changed') {
      const { sessionId, listedSession } = event.data as SessionsChanged;
      if (!this.#replace(sessionId, listedSession)) void this.reload();
    } else if (CHANGES_A_ROW.includes(event.type)) {
      void this.reload();
    }
  }

  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      do {
        const { filter, rows } = this;
        const isAnew = this.#isStale;
        this.#isStale = false;
        const { nights, total } = isAnew ? await readAnew(filter, rows?.length ?? 0) : await readOn(filter, rows ?? []);
        if (filter !== this.filter) continue;
        this.rows = nights;
        this.total = total;
      } while (this.#isStale);
      this.problem = null;
    } catch (error) {
      this.problem = problemOf(error);
    } finally {
      this.#isReading = false;
    }
  }

  /** Puts a night in the place of its row; false where it is, or was, not to be seen. */
  #replace(id: number, now: ListedNight | null): boolean {
    const rows = this.rows ?? [];
    const isListed = now !== null && (this.filter === 'all' || (now.archived === 1) === (this.filter === 'archived'));
    if (!isListed || this.#isReading || !rows.some((night) => night.id === id)) return false;
    this.rows = rows.map((night) => (night.id === id ? now : night));
    return true;
  }
}

interface Reading {
  nights: readonly ListedNight[];
  total: number;
}

/** The newest nights, so many as there were, and a page at least. */
async function readAnew(filter: NightFilter, count: number): Promise<Reading> {
  let reading = await readOn(filter, []);
  while (reading.nights.length < Math.min(count, reading.total)) {
    const next = await readOn(filter, reading.nights);
    if (next.nights.length === reading.nights.length) break;
    reading = next;
  }
  return reading;
}

/** These nights, and the page that follows them. */
async function readOn(filter: NightFilter, nights: readonly ListedNight[]): Promise<Reading> {
  const { rows, total } = await readNights(filter, PAGE, nights.at(-1)?.id);
  return { nights: [...nights, ...rows], total };
}
