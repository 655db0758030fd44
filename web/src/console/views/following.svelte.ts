import { untrack } from 'svelte';
import type { LiveEvent } from '../../live/messages';
import { getHost } from '../host';
import { Freshness } from './freshness';

/**
 * Lets the component that calls this follow the server: `onEvent` is given each event from now on, and `onFresh` is
 * called at once, and again after each broken connection and each snapshot, to read what may have been missed.
 */
export function follow(onEvent: (event: LiveEvent) => void, onFresh: () => void): void {
  const { live, events } = getHost();
  const isLive = $derived(live.status === 'live');
  const snapshotId = $derived(live.view.snapshotId);
  const freshness = new Freshness();
  $effect(() => events.listen(onEvent));
  $effect(() => {
    if (freshness.isToBeRead(isLive, snapshotId)) untrack(onFresh);
  });
}
