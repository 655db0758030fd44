/** The poll of a night, as a page shows it: it is read when it may have changed, and follows `poll.leading` meanwhile. */

import type { LiveEvent } from '../live/messages';
import { readPoll, type Poll } from './poll';

const CHANGES = new Set(['poll.start', 'poll.ending', 'poll.ending.cancelled', 'voting.ended']);

export class RoomPoll {
  #poll = $state.raw<Poll | null>(null);
  /** Milliseconds by which the server's clock is ahead of this one. */
  #ahead = $state(0);
  #latest = 0;

  /** The poll while it is open. */
  get open(): Poll | null {
    return this.#poll?.closedAt === null ? this.#poll : null;
  }

  /** The game that the room chose in the last poll; null where a host did, it chose none, or is open. */
  get won(): number | null {
    return this.#poll?.decidedBy === 'host' ? null : this.#poll?.winnerGameId || null;
  }

  /** When it ends, by the clock of this device; null while only a host ends it. */
  get endsAt(): number | null {
    const endsAt = this.open?.endsAt;
    return endsAt ? Date.parse(endsAt) - this.#ahead : null;
  }

  /** Reads it again; of several readings the one asked for last counts. Raises ApiError. */
  async reload(sessionId: number): Promise<void> {
    const mine = (this.#latest += 1);
    const { poll, now } = await readPoll(sessionId);
    if (mine !== this.#latest) return;
    this.#ahead = Date.parse(now) - Date.now();
    this.#poll = poll;
  }

  take(poll: Poll): void {
    this.#latest += 1;
    this.#poll = poll;
  }

  /** Whether an event says that it has to be read again. */
  handle({ type, data }: LiveEvent): boolean {
    const poll = this.open;
    if (type === 'poll.leading' && poll && data.pollId === poll.id && data.options) {
      const options = data.options;
      this.#poll = { ...poll, options, totalVotes: options.reduce((sum, each) => sum + each.votes, 0) };
    }
    return CHANGES.has(type);
  }
}
