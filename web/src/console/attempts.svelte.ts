/** What somebody has asked for and the server has not answered yet. A refusal is said to everybody on the page. */

import { problemOf } from '../api/problem';
import { say } from '../components/Toasts.svelte';

export class Attempts {
  #running = $state.raw<ReadonlySet<string>>(new Set());

  isRunning(name: string): boolean {
    return this.#running.has(name);
  }

  /** Runs it unless it runs already; null where it was refused or runs. `refused` may say it in a better place. */
  async run<T>(name: string, action: () => Promise<T>, refused: (error: unknown) => void = told): Promise<T | null> {
    if (this.#running.has(name)) return null;
    this.#running = new Set([...this.#running, name]);
    try {
      return await action();
    } catch (error) {
      refused(error);
      return null;
    } finally {
      this.#running = new Set([...this.#running].filter((each) => each !== name));
    }
  }
}

function told(error: unknown): void {
  say(problemOf(error), 'problem');
}
