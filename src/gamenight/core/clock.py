"""The one way in which this project writes a moment: UTC, ISO 8601, milliseconds, Z."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

MOST_AHEAD = 24 * 60 * 60
"""Seconds. A moment that is farther ahead was written by a clock that was wrong, and is not gone on from."""


def utc_now() -> str:
    """The present moment, as it is stored and sent: `2026-03-15T19:00:00.000Z`. Sorts as text."""
    return to_text(datetime.now(UTC))


def to_text(moment: datetime) -> str:
    """An aware moment as text; raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def earlier(moment: str, **by: float) -> str:
    """The moment that lies `by` (hours=, days=, ...) before another."""
    return to_text(datetime.fromisoformat(moment) - timedelta(**by))


def later(moment: str, **by: float) -> str:
    """The moment that lies `by` after another."""
    return to_text(datetime.fromisoformat(moment) + timedelta(**by))


def as_told_here(moment: str, now: str, ahead: float, *, skew: float) -> str:
    """A moment that somebody else tells, by a clock of which it is `now` and which is so many seconds ahead of the
    machine's. A moment that would then have still to come, by more than the `skew` of clocks, is taken as it is: theirs
    was not set back with ours."""
    if ahead < 1 or moment > now:
        return moment
    shifted = later(moment, seconds=ahead)
    return shifted if shifted <= later(now, seconds=skew) else moment


class ForwardClock:
    """The present moment, which never goes back, so that what happens later has a later moment.

    While the machine's clock (`wall`, in seconds since the epoch) is behind what this one has told, it goes on at the
    pace of one that nobody sets (`steady`). Usable from any thread.
    """

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._steady = steady
        self._lock = threading.Lock()
        self._told = wall()
        self._told_at = steady()

    def now(self) -> str:
        with self._lock:
            return to_text(datetime.fromtimestamp(self._seconds(), UTC))

    def ahead(self) -> float:
        """Seconds by which it is ahead of the machine's clock."""
        with self._lock:
            return max(0.0, self._seconds() - self._wall())

    def go_on_from(self, moment: str) -> None:
        """Tell no moment before one that was told by an earlier process; one that is a day ahead is not believed."""
        told = datetime.fromisoformat(moment).timestamp()
        with self._lock:
            now = self._seconds()
            if now < told < now + MOST_AHEAD:
                self._told = told

    def _seconds(self) -> float:
        # In this order: were this thread made to wait between the two, the other one would leave it ahead for good.
        wall = self._wall()
        steady = self._steady()
        self._told = max(wall, self._told + steady - self._told_at)
        self._told_at = steady
        return self._told
