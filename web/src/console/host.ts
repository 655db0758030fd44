/** What every view of the console has: the live night, who is logged in, and a way to hear events. */

import { createContext } from 'svelte';
import type { Live } from '../live/live.svelte';
import type { LiveEvent } from '../live/messages';
import type { LoggedIn } from './account.svelte';

export class EventHearers {
  private readonly hearers = new Set<(event: LiveEvent) => void>();

  /** Calls `hearer` with each new event until the function that comes back is called: `$effect(() => events.hear(...))`. */
  hear(hearer: (event: LiveEvent) => void): () => void {
    this.hearers.add(hearer);
    return () => this.hearers.delete(hearer);
  }

  tell(event: LiveEvent): void {
    for (const hearer of this.hearers) hearer(event);
  }
}

export interface Host {
  live: Live;
  loggedIn: LoggedIn;
  events: EventHearers;
}

export const [getHost, setHost] = createContext<Host>();
