"""Turns the times of a log into moments: with the day, the zone and the start that the log, or who sends it, tells."""

import math
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from msgspec import Struct

from gamenight.core.clock import to_text
from gamenight.votes.exports.days import DayFit, Night
from gamenight.votes.exports.faults import EntryInvalid, LogInvalid
from gamenight.votes.exports.report import Report, ZoneFrom
from gamenight.votes.exports.stamps import EXACT, SECOND, DayUnreadable, Elapsed, Moment, Stamp, stamp_of
from gamenight.votes.exports.zones import zone_of_file

FIRST_YEAR = 2000
"""What has an earlier one is no time: a counter, or a clock that was never set."""
NEXT_DAY = timedelta(hours=2)
"""A time of day that lies further back than the line before it is of the next day. Less may be the clocks that are put
back, or lines that came out of order."""
OUT_OF_ORDER = timedelta(minutes=5)
"""So much earlier than the line before it a line may be, of a repeated hour, and still be of its first reading."""

# What most programs write, and needs nothing else to be a moment.
_WHOLE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_COUNT = re.compile(r"\d{9,17}(?:\.\d{1,9})?", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SENTENCE = 'the time is missing or can\'t be read. Write it as "2026-03-15T19:00:00Z".'
_NO_DATE = (
    "the log tells the time of day, but no date: neither this line nor a header before it has one. Say the date of the "
    "log's first line as firstDate, or have the client write dates."
)
_NO_START = (
    "the log counts its times from the start of a stream or a video, and nothing tells when that was. Say it as "
    "streamStart."
)
_DAY_OR_START = (
    "its time looks like that since a stream or a video began. Say when that was as streamStart; if it is the time of "
    "day, put a line above it like: # Start logging at 2026-11-20 19:00:00 CET"
)


class TimeOptions(Struct, frozen=True, kw_only=True):
    """What who sends a log tells of its times: the zone of stamps that name none, the date of the first line of a log
    that has none, and when the stream began of which a log counts the time.

    `night` is when games were playing: a log without a date belongs to the day on which its times fall into it. Once
    that is found out, `first_date` has it and `night` is None.
    """

    zone: tzinfo | None = None
    first_date: date | None = None
    stream_start: str | None = None
    night: Night | None = None


class Times:
    """The times of one log, which has to be read in its order. A zone, a day or a start that the log names wins.

    All raise EntryInvalid for what is no time, and LogInvalid where a day, a zone or a start is missing.
    """

    def __init__(self, options: TimeOptions, report: Report) -> None:
        self._options = options
        self._report = report
        self._zone = options.zone or UTC
        self._zone_from: ZoneFrom = "default" if options.zone is None else "request"
        self._zones: dict[str | tzinfo, tzinfo] = {}
        self._fit = None if options.night is None else DayFit(options.night, self._zone, options.first_date)
        self._day = options.first_date if self._fit is None else self._fit.first_day
        self._day_is_told = False
        self._last_clock: timedelta | None = None
        self._latest: datetime | None = None
        self._stream_start = options.stream_start
        self.last_moment: Moment | None = None
        """The moment of the entry before, for what has no time of its own."""
        self.needs_days = True
        """Whether the day of the lines is told by others than themselves, as far as is known."""

    def day_told(self, day: date, zone: str | tzinfo | None = None, clock: time | None = None) -> None:
        """The log says that the lines from here on are of this day; perhaps in which zone, and the time of day."""
        if day.year < FIRST_YEAR:
            raise EntryInvalid("date_invalid", f"its date is of {day.year}, before there were such logs.")
        self._day, self._day_is_told = day, True
        self._last_clock = None if clock is None else _since_midnight(clock)
        if zone is not None:
            self._zone = zone_of_file(zone, datetime.combine(day, clock or time()), self._options.zone)
            self._zone_from = "file"

    def is_near_night(self, day: date) -> bool:
        """Whether games of the night were playing on a day, or on the one before or after it; unknown is no."""
        night = self._options.night
        if night is None:
            return False
        started, ended = (date.fromisoformat(moment[:10]) for moment in (night.started_at, night.ended_at))
        return started - timedelta(days=1) <= day <= ended + timedelta(days=1)

    def stream_start_told(self, value: object) -> None:
        """The log says when its stream began."""
        self._stream_start = self.of(value).timestamp

    def passed(self, stamp: Stamp) -> None:
        """A line that nobody said has this stamp: it may move the day on."""
        if stamp.day is None and stamp.month_and_day is None:
            self._move_on(stamp.clock)

    def at(self, stamp: Stamp | Elapsed) -> Moment:
        """The moment of a stamp; the day of one without a date is that of the line before it, or the next."""
        if isinstance(stamp, Elapsed):
            return self.since_start(stamp.seconds)._replace(precision_seconds=stamp.precision_seconds)
        if stamp.may_be_elapsed and stamp.day is None and not self._day_is_told:
            if self._stream_start is not None:
                elapsed = self.since_start(_since_midnight(stamp.clock).total_seconds())
                return elapsed._replace(precision_seconds=stamp.precision_seconds)
            raise LogInvalid("stream_start_missing", _DAY_OR_START)
        self.needs_days = stamp.day is None
        local = datetime.combine(self._day_of(stamp), stamp.clock)
        if stamp.offset is not None:
            return self._moment(local.replace(tzinfo=stamp.offset), stamp.precision_seconds)
        moment = self._moment(self._in_zone(local, stamp.zone_name), stamp.precision_seconds)
        if self._fit is not None and stamp.day is None and not self._day_is_told:
            self._fit.note(moment.timestamp)
            self._report.day_fit = self._fit
        return moment

    def since_start(self, seconds: object) -> Moment:
        """The moment so many seconds after the stream began."""
        if self._stream_start is None:
            raise LogInvalid("stream_start_missing", _NO_START)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
            raise EntryInvalid("time_invalid", "its time after the start of the stream is missing or no number.")
        try:
            at = datetime.fromisoformat(self._stream_start) + timedelta(seconds=seconds)
        except OverflowError:
            raise EntryInvalid("time_invalid", "its time after the start of the stream can't be.") from None
        self._report.stream_start = self._stream_start
        return self._moment(at, EXACT if seconds % 1 else SECOND)

    def of(self, value: object) -> Moment:
        """The moment of a value: text as `2026-11-20T19:10:00Z`, or seconds, milliseconds or microseconds since 1970,
        told apart by their size."""
        try:
            if isinstance(value, str):
                text = value.strip()
                if _WHOLE.fullmatch(text):
                    return self._moment(datetime.fromisoformat(text), EXACT if text[19] == "." else SECOND)
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

    def _day_of(self, stamp: Stamp) -> date:
        if stamp.day is not None:
            return stamp.day
        if stamp.month_and_day is None:
            self._move_on(stamp.clock)
        if self._day is None:
            raise LogInvalid("no_date", _NO_DATE)
        if stamp.month_and_day is None:
            return self._day
        return _in_year(self._day, *stamp.month_and_day)

    def _move_on(self, clock: time) -> None:
        now = _since_midnight(clock)
        if self._day is not None and self._last_clock is not None and self._last_clock - now > NEXT_DAY:
            self._day += timedelta(days=1)
        self._last_clock = now

    def _in_zone(self, local: datetime, name: str | None) -> datetime:
        """A local time in the zone of the log. Of the two readings of a repeated hour, the one that goes on from the
        line before."""
        zone = self._zone if name is None else self._zone_named(name, local)
        at = local.replace(tzinfo=zone).astimezone(UTC)
        second = at if isinstance(zone, timezone) else local.replace(tzinfo=zone, fold=1).astimezone(UTC)
        if at != second:
            if at.astimezone(zone).replace(tzinfo=None) != local:
                raise EntryInvalid("time_invalid", f"in the zone {zone} the clocks skipped that time.")
            if self._latest is not None and at < self._latest - OUT_OF_ORDER <= second:
                at = second
            self._report.repeated_hour = True
        if self._latest is None or at > self._latest:
            self._latest = at
        if self._report.zone is None:
            self._report.note_zone(zone, "file" if name is not None else self._zone_from, at)
        return at

    def _zone_named(self, name: str, local: datetime) -> tzinfo:
        if name not in self._zones:
            self._zones[name] = zone_of_file(name, local, self._options.zone)
        return self._zones[name]


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond)


def _in_year(after: date, month: int, day: int) -> date:
    """The day of this month and day in the year of another day, or in the next where that was in an autumn past."""
    try:
        found = date(after.year, month, day)
        return date(after.year + 1, month, day) if (after - found).days > 182 else found
    except ValueError:
        raise DayUnreadable(f"{month}-{day}") from None
