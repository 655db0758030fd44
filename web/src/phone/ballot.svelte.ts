/** What this device has said of the games: what the server counts, and what is on its way there. */

import { untrack } from 'svelte';
import type { OwnVote } from '../wire/rest';

export type Direction = OwnVote['vote'];

interface Wish {
  readonly sessionGameId: number;
  readonly vote: Direction | null;
}

export interface BallotOptions {
  /** Tells the server; null takes the vote back. Raises where it is refused. */
  cast: (sessionGameId: number, vote: Direction | null) => Promise<unknown>;
  onRefused: (error: unknown) => void;
}

/** The server takes one vote of a voter a second. */
const APART = 1000;

export class Ballot {
  #counted = $state.raw<ReadonlyMap<number, Direction>>(new Map());
  #wish = $state.raw<Wish | null>(null);
  #isSending = false;
  #castAt = -APART;

  constructor(private readonly options: BallotOptions) {}

  /** Takes what the server counts. What is on its way stays, and what was answered since it was asked is newer. */
  async refresh(read: () => Promise<Iterable<readonly [number, Direction]>>): Promise<void> {
    const before = untrack(() => this.#counted); // an effect that refreshes is not to run again for what it found
    const counted = await read();
    if (this.#counted === before) this.#counted = new Map(counted);
  }

  /** The vote as it is shown: the one that was wished for last, until the server has answered. */
  of(sessionGameId: number): Direction | null {
    return this.#wish?.sessionGameId === sessionGameId ? this.#wish.vote : this.#countedOf(sessionGameId);
  }

  isOnItsWay(sessionGameId: number): boolean {
    return this.#wish?.sessionGameId === sessionGameId;
  }

  /** Vote; the vote that is there already is taken back by it. */
  press(sessionGameId: number, direction: Direction): void {
    this.#wish = { sessionGameId, vote: this.of(sessionGameId) === direction ? null : direction };
    void this.#send();
  }

  #countedOf(sessionGameId: number): Direction | null {
    return this.#counted.get(sessionGameId) ?? null;
  }

  /** The wish, as long as the server counts something else. */
  #unsent(): Wish | null {
    const wish = this.#wish;
    return wish && wish.vote !== this.#countedOf(wish.sessionGameId) ? wish : null;
  }

  /** Sends until the server counts what is wished for: whoever presses thrice in a second is taken at the last word. */
  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      while (this.#unsent()) {
        await sleep(this.#castAt + APART - performance.now());
        const wish = this.#unsent();
        if (!wish) break;
        await this.options.cast(wish.sessionGameId, wish.vote);
        this.#castAt = performance.now();
        this.#count(wish.sessionGameId, wish.vote);
      }
    } catch (error) {
      this.options.onRefused(error);
    }
    this.#wish = null;
    this.#isSending = false;
  }

  #count(sessionGameId: number, vote: Direction | null): void {
    const counted = new Map(this.#counted);
    if (vote === null) counted.delete(sessionGameId);
    else counted.set(sessionGameId, vote);
    this.#counted = counted;
  }
}

function sleep(milliseconds: number): Promise<void> {
  return milliseconds > 0 ? new Promise((resolve) => setTimeout(resolve, milliseconds)) : Promise.resolve();
}
