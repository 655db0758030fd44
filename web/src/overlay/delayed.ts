/** A value that is shown late, for a stream that is late itself. Times are milliseconds of one clock. */

export class Delayed<T> {
  private readonly waiting: { at: number; value: T }[] = [];

  constructor(
    private shown: T,
    private readonly delay: number,
  ) {}

  /** The value from now on, which is shown later. */
  push(now: number, value: T): void {
    this.waiting.push({ at: now + this.delay, value });
  }

  /** What is to be shown now. */
  at(now: number): T {
    while (this.waiting[0] && this.waiting[0].at <= now) this.shown = this.waiting.shift()!.value;
    return this.shown;
  }

  /** When there is something else to be shown; null where nothing is waiting. */
  get next(): number | null {
    return this.waiting[0]?.at ?? null;
  }
}
