/** Something that is read from the server, and read again whenever it may have changed. */

import { problemOf } from './problem';

export class Loaded<T> {
  /** The newest that was read; null until there is any. */
  value = $state.raw<T | null>(null);
  /** Why the last reading failed, as a sentence. */
  problem = $state<string | null>(null);
  readonly #read: () => Promise<T>;
  #latest = 0;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  /** Reads again. What is there stays until then; of several readings the one asked for last counts. */
  async reload(): Promise<void> {
    const mine = (this.#latest += 1);
    try {
      const value = await this.#read();
      if (mine !== this.#latest) return;
      this.value = value;
      this.problem = null;
    } catch (error) {
      if (mine === this.#latest) this.problem = problemOf(error);
    }
  }
}
