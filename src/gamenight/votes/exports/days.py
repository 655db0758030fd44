"""The day of a log that tells none: the one on which its times fall into the night."""

from collections import Counter
from datetime import date, datetime, timedelta, tzinfo

from msgspec import Struct

from gamenight.core.clock import to_text

MAX_DAYS = 7
"""A night that was forgotten for longer is no help."""


class Night(Struct, frozen=True):
    """When the games of a night were playing, from the first to the last."""

    started_at: str
    ended_at: str


class DayFit:
    """Counts the messages without a date that fall into the night, for each day on which their log may begin.

    Who sends the log may tell a day, that of the night or that of the log: then it is that one, or the one after it.
    """

    def __init__(self, night: Night, zone: tzinfo, told: date | None) -> None:
        started = datetime.fromisoformat(night.started_at)
        ended = datetime.fromisoformat(night.ended_at)
        days = min((ended - started).days + 1, MAX_DAYS)
        self.first_day = told or started.astimezone(zone).date()
        self.is_told = told is not None
        self._fitting: Counter[int] = Counter()
        later_by = range(2) if told is not None else range(-1, days + 1)
        # Compared as text: a long log has many messages.
        self._windows = [
            (by, to_text(started - timedelta(days=by)), to_text(ended - timedelta(days=by))) for by in later_by
        ]

    def note(self, timestamp: str) -> None:
        """Count a message whose moment was reckoned with `first_day`."""
        for by, start, end in self._windows:
            if start <= timestamp <= end:
                self._fitting[by] += 1

    def found(self) -> list[date]:
        """The days that fit: one, or several where the times alone do not tell, or none."""
        if self.is_told:
            by = 1 if not self._fitting[0] and self._fitting[1] else 0
            return [self.first_day + timedelta(days=by)]
        return [self.first_day + timedelta(days=by) for by in sorted(self._fitting) if self._fitting[by]]
