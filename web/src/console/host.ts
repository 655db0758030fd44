/** What every view of the console has: the live night, who is logged in, and a way to hear events. */

import { createContext } from 'svelte';
import type { Live } from '../live/live.svelte';
import type { LiveEvent } from '../live/messages';
import type { LoggedIn } from './account.svelte';

export class EventHearers {
  private readonly listeners = new Set<(event: LiveEvent) => void>();

  /** Calls `listener` with each new event until the returned function is called: `$effect(() => events.listen(...))`. */
  listen(listener: (event: LiveEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(event: LiveEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

export interface Host {
  live: Live;
  loggedIn: LoggedIn;
  events: EventHearers;
}

export const [getHost, setHost] = createContext<Host>();
