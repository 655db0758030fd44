/**
 * Whether what was read before may be stale: at the beginning, whenever the connection is back, and after each snapshot,
 * since what a snapshot has in it is told by no event.
 */
export class Freshness {
  private isFirst = true;
  private wasLive = false;
  private snapshotId = 0;

  isToBeRead(isLive: boolean, snapshotId: number): boolean {
    const isBack = isLive && (!this.wasLive || snapshotId !== this.snapshotId);
    const isToBeRead = this.isFirst || isBack;
    this.isFirst = false;
    this.wasLive = isLive;
    if (isLive) this.snapshotId = snapshotId;
    return isToBeRead;
  }
}
