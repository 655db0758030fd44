/** All nights, as they are listed: follows what others change. */

import { readNights, type ListedNight } from '../../../api/history';
import { Loaded } from '../../../api/loaded.svelte';
import type { LiveEvent } from '../../../live/messages';
import type { SessionsChanged } from '../../../wire/live';

export class Nights extends Loaded<readonly ListedNight[]> {
  constructor() {
    super(readNights);
  }

  handle(event: LiveEvent): void {
    if (event.type === 'sessions.changed') {
      const { sessionId, listedSession } = event.data as SessionsChanged;
      this.#put(sessionId, listedSession);
    } else if (['session.started', 'game.added', 'game.removed', 'player-count.updated'].includes(event.type)) {
      void this.reload();
    }
  }

  #put(id: number, now: ListedNight | null): void {
    const others = (this.value ?? []).filter((night) => night.id !== id);
    this.value = now === null ? others : [...others, now].sort((one, other) => other.id - one.id);
  }
}
