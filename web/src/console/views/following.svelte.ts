import { untrack } from 'svelte';
import type { LiveEvent } from '../../live/messages';
import { getHost } from '../host';

/**
 * Lets the component that calls this follow the server: `onEvent` is given each event from now on, and `onFresh` is
 * called at once, and again after each broken connection and each snapshot, to read what may have been missed.
 */
export function follow(onEvent: (event: LiveEvent) => void, onFresh: () => void): void {
  const { live, events } = getHost();
  const isLive = $derived(live.status === 'live');
  const snapshotId = $derived(live.view.snapshotId);
  let isFirst = true;
  $effect(() => events.hear(onEvent));
  $effect(() => {
    if (isLive || isFirst || snapshotId > 0) untrack(onFresh);
    isFirst = false;
  });
}
