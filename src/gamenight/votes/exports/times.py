"""Turns the times of a log into moments: with the day, the zone and the start that the log, or who sends it, tells."""

import math
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from msgspec import Struct

from gamenight.core.clock import to_text
from gamenight.votes.exports.faults import EntryInvalid, LogInvalid
from gamenight.votes.exports.report import Report
from gamenight.votes.exports.stamps import EXACT, SECOND, Moment, Stamp, stamp_of

FIRST_YEAR = 2000
"""What has an earlier one is no time: a counter, or a clock that was never set."""

HALF_A_YEAR = timedelta(days=183)

_COUNT = re.compile(r"\d{9,17}(?:\.\d{1,9})?", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SENTENCE = 'the time is missing or can\'t be read. Write it as "2026-03-15T19:00:00Z".'


class TimeOptions(Struct, frozen=True, kw_only=True):
    """What who sends a log tells of its times: the zone of stamps that name none, the date of the first line of a log
    that has none, and when the stream began of which a log counts the time."""

    zone: tzinfo | None = None
    first_date: date | None = None
    stream_start: str | None = None


class Times:
    """The times of one log, which has to be read in its order. A zone or a start that the log names wins.

    All raise EntryInvalid for what is no time, and LogInvalid where a day, a zone or a start is missing.
    """

    def __init__(self, options: TimeOptions, report: Report) -> None:
        self._report = report
        self._zone = options.zone or UTC
        self._day = options.first_date
        self._last: time | None = None
        self._stream_start = options.stream_start
        self.last_moment: Moment | None = None
        """The moment of the entry before, for what has no time of its own."""
        report.zone, report.zone_from = str(self._zone), "default" if options.zone is None else "option"

    def day_told(self, day: date, zone_name: str | None = None) -> None:
        """The log says that the lines from here on are of this day, and perhaps in which zone."""
        if day.year < FIRST_YEAR:
            raise EntryInvalid("date_invalid", f"its date is of {day.year}, before there were such logs.")
        self._day = day
        self._last = None

    def stream_start_told(self, value: object) -> None:
        """The log says when its stream began."""
        self._stream_start = self.of(value).timestamp

    def passed(self, stamp: Stamp) -> None:
        """A line that nobody said has this stamp: it may move the day on."""
        if stamp.day is None:
            self._day_of(stamp.clock)

    def at(self, stamp: Stamp) -> Moment:
        """The moment of a stamp; the day of one without a date is that of the line before it, or the next."""
        day = stamp.day or self._day_without_year(stamp) or self._day_of(stamp.clock)
        if day is None:
            raise LogInvalid(
                "no_date",
                "the log tells the time of day, but no date: neither this line nor a header before it has one. Say the "
                "date of the log's first line, or have the client write dates.",
            )
        return self._moment(datetime.combine(day, stamp.clock, stamp.offset or self._zone), stamp.precision_seconds)

    def since_start(self, seconds: object) -> Moment:
        """The moment so many seconds after the stream began."""
        if self._stream_start is None:
            raise LogInvalid(
                "stream_start_missing",
                "the log counts its times from the start of a stream or a video, and nothing tells when that was. Say "
                "it as streamStart.",
            )
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
            raise EntryInvalid("time_invalid", "its time after the start of the stream is missing or no number.")
        start = datetime.fromisoformat(self._stream_start)
        try:
            at = start + timedelta(seconds=seconds)
        except OverflowError:
            raise EntryInvalid("time_invalid", "its time after the start of the stream can't be.") from None
        return self._moment(at, EXACT if isinstance(seconds, float) else SECOND)

    def of(self, value: object) -> Moment:
        """The moment of a value: text as `2026-11-20T19:10:00Z`, or seconds, milliseconds or microseconds since 1970,
        told apart by their size."""
        try:
            if isinstance(value, str):
                text = value.strip()
                if _COUNT.fullmatch(text):
                    return self._counted(float(text) if "." in text else int(text))
                stamp = stamp_of(text)
                if stamp is not None:
                    return self.at(stamp)
            elif isinstance(value, int | float) and not isinstance(value, bool):
                return self._counted(value)
        except (ValueError, OverflowError):
            pass
        raise EntryInvalid("time_invalid", _SENTENCE)

    def _counted(self, count: float) -> Moment:
        if not math.isfinite(count) or not 0 <= count < 10**17:
            raise ValueError(count)
        if count < 10**11:
            return self._moment(_EPOCH + timedelta(seconds=count), SECOND if isinstance(count, int) else EXACT)
        by = timedelta(milliseconds=count) if count < 10**14 else timedelta(microseconds=count)
        return self._moment(_EPOCH + by, EXACT)

    def _moment(self, at: datetime, precision_seconds: int) -> Moment:
        try:
            timestamp = to_text(at)
        except OverflowError:
            raise EntryInvalid("time_invalid", _SENTENCE) from None
        if at.year < FIRST_YEAR:
            raise EntryInvalid("time_invalid", f"its time is of {at.year}, before there were such logs.")
        self.last_moment = Moment(timestamp, precision_seconds)
        return self.last_moment

    def _day_without_year(self, stamp: Stamp) -> date | None:
        """The year is that of the line before, or the next one's where a year has ended between them."""
        if stamp.month_and_day is None or self._day is None:
            return None
        day = date(self._day.year, *stamp.month_and_day)
        if self._day - day > HALF_A_YEAR:
            day = date(day.year + 1, *stamp.month_and_day)
        self._day = day
        return day

    def _day_of(self, now: time) -> date | None:
        if self._day is not None and self._last is not None and self._last.hour - now.hour > 12:
            self._day += timedelta(days=1)
        self._last = now
        return self._day


def offset_zone(minutes: int) -> tzinfo:
    """The zone of so many minutes east of UTC."""
    return timezone(timedelta(minutes=minutes))
