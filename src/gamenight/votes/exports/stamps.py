"""Times as logs write them, before anything is known of the day or the zone that they leave out."""

import re
from datetime import UTC, date, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final, NamedTuple

MINUTE: Final = 60
SECOND: Final = 1
EXACT: Final = 0


class Stamp(NamedTuple):
    """A time of day, as far as the log tells it: perhaps with its date, or with a month and a day of no year, and
    perhaps with its zone, as an offset or by the name that was written. It stands for all of `precision_seconds`.

    `may_be_elapsed`: by its shape it may as well be the time since a stream began.
    """

    clock: time
    precision_seconds: int
    day: date | None = None
    month_and_day: tuple[int, int] | None = None
    offset: tzinfo | None = None
    zone_name: str | None = None
    may_be_elapsed: bool = False


class Elapsed(NamedTuple):
    """The time since a stream or a video began."""

    seconds: float
    precision_seconds: int = SECOND


class Moment(NamedTuple):
    """A moment as we write moments, and for how many seconds from it on it stands."""

    timestamp: str
    precision_seconds: int


class DayUnreadable(ValueError):
    """A header tells a day that doesn't exist or that we can't read, so that of what follows nothing can be dated."""


MONTHS: Final = (
    # In English, German, French, Spanish, Italian, Dutch, Portuguese, Swedish and Danish, with the short forms that are
    # no beginnings of their names.
    "january januar jänner janvier enero gennaio januari janeiro",
    "february februar feber février fevrier febrero febbraio februari fevereiro",
    "march märz mrz mars marzo maart mrt março marco marts",
    "april avril abril aprile",
    "may mai mayo maggio mei maio maj",
    "june juni juin junio giugno junho",
    "july juli juillet julio luglio julho",
    "august août aout agosto augustus augusti",
    "september septembre septiembre settembre setembro",
    "october oktober octobre octubre ottobre outubro",
    "november novembre noviembre novembro",
    "december dezember décembre decembre diciembre dicembre dezembro",
)
"""The names of the months that clients write."""

_WORD = r"[A-Za-z\u00c0-\u024f]{2,12}"
_DATE = (
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d\d)(?P=mark)(?P<day>\d\d)(?:T|[,;]?\s+)"
    r"|(?P<day2>\d{1,2})\.(?P<month2>\d{1,2})\.(?P<year2>\d{4})[,;]?\s+"
    rf"|(?:{_WORD}\.?,?\s)?(?P<month3>{_WORD})\.?\s{{1,2}}(?P<day3>\d{{1,2}})\s"
)
_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:[\s\u00a0\u202f]?(?P<half>[AaPp])\.?[Mm]\.?(?![A-Za-z]))?"
    r"(?(day3)(?:\s(?P<year3>20\d\d)\b)?)"
)
_OFFSET = r"\s?(?P<offset>Z|UTC|GMT|[+-]\d\d:?\d\d)(?![A-Za-z0-9:])"
_ZONE = r"\s(?P<zone>[A-Z]{2,5})"
_STAMP = re.compile(
    rf"(?P<bracket>[\[(])?(?:{_DATE})?{_CLOCK}(?:{_OFFSET}|{_ZONE}(?=[\])]))?(?(bracket)[\])])(?=[\s<]|$)", re.ASCII
)
_WRITTEN = re.compile(rf"(?:{_DATE})?{_CLOCK}(?:{_OFFSET}|{_ZONE})?", re.ASCII)


class Found(NamedTuple):
    """A stamp at the beginning of a line: where it ends, and whether it stands in brackets."""

    stamp: Stamp
    end: int
    in_brackets: bool


def stamp_at_start(line: str) -> Found | None:
    """The stamp that a line begins with, `[2026-11-20 19:10:00 +0100]`, `19:10`, `7:10:00 PM`, `Nov 20 19:10:00`; None
    for none.

    Raises ValueError where it is one that doesn't exist, as 25:00.
    """
    found = _STAMP.match(line)
    return None if found is None else Found(_stamp(found), found.end(), found["bracket"] is not None)


def stamp_of(text: str) -> Stamp | None:
    """The stamp that a text is, as a whole; None for none. Raises ValueError where it is one that doesn't exist."""
    found = _WRITTEN.fullmatch(text) if len(text) <= 64 else None
    return None if found is None else _stamp(found)


_DAY_FIRST = re.compile(
    rf"(?<![\d:])(?P<day>\d{{1,2}})\.? (?:de )?(?P<month>{_WORD})\.? (?:de )?(?P<year>\d{{4}})(?!\d)"
)
_MONTH_FIRST = re.compile(
    rf"(?P<month>{_WORD})\.? +(?P<day>\d{{1,2}})(?:,|(?: \d\d:\d\d(?::\d\d)?)?(?: [A-Z]{{2,5}})?)? "
    r"(?P<year>\d{4})(?!\d)"
)
_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<year>\d{4})(?:[-/.]|年)(?P<month>\d{1,2})(?:[-/.]|月)(?P<day>\d{1,2})(?!\d)", re.ASCII
)
_YEAR_LAST = re.compile(r"(?<!\d)(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)", re.ASCII)
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)", re.ASCII)


def day_in(header: str) -> date | None:
    """The date that a header tells, in numbers or in words of several languages; None where it tells no year.

    `Fri Nov 20 19:59:00 2026`, `20 November 2026`, `Freitag, 20. November 2026`, `2026-11-20`. Raises DayUnreadable for
    one that doesn't exist or that can't be read, as `11/12/2026`, which is two days.
    """
    try:
        for numbers in (_YEAR_FIRST, _YEAR_LAST):
            if found := numbers.search(header):
                return date(int(found["year"]), int(found["month"]), int(found["day"]))
        for words in (_DAY_FIRST, _MONTH_FIRST):
            if found := words.search(header):
                return date(int(found["year"]), month_of(found["month"]), int(found["day"]))
    except ValueError:
        raise DayUnreadable(header) from None
    if _YEAR.search(header):
        raise DayUnreadable(header)
    return None


DAY_LINE_LENGTH = 80
DAY_LINE_WORDS = 8


def is_day_line(line: str) -> bool:
    """Whether a line that begins with no time tells little more than a date, whatever the language."""
    words = line.split()
    if len(line) > DAY_LINE_LENGTH or len(words) > DAY_LINE_WORDS or _STAMP.match(line):
        return False
    try:
        return day_in(line) is not None
    except DayUnreadable:
        return True


_HEADER_CLOCK = re.compile(
    r"(?<![\d:])(?P<clock>\d{1,2}:\d\d(?::\d\d)?(?:\s?[AaPp]\.?[Mm]\b\.?)?)(?P<offset>\s?(?:Z|[+-]\d\d(?::?\d\d)?)(?![\w:]))?"
    r"(?:\s(?P<zone>[A-Za-z][A-Za-z/_. \u00c0-\u024f]*[A-Za-z]))?"
)


def clock_and_zone_in(header: str) -> tuple[time | None, str | tzinfo | None]:
    """The time of day that a header tells, and the zone after it: an offset, or a name as it is written."""
    found = _HEADER_CLOCK.search(header)
    if found is None:
        return None, None
    try:
        stamp = stamp_of(found["clock"])
        offset = _offset(found["offset"].strip()) if found["offset"] else None
    except ValueError:
        raise DayUnreadable(header) from None
    return stamp and stamp.clock, offset or found["zone"]


@lru_cache(64)
def month_of(word: str) -> int:
    """The month of a name, whole or cut to three letters or more, in the languages of MONTHS; raises ValueError for
    another word."""
    word = word.casefold()
    fitting = [
        number
        for number, names in enumerate(MONTHS, start=1)
        if len(word) >= 3 and any(name.startswith(word) for name in names.split())
    ]
    if len(fitting) != 1:
        raise ValueError(word)
    return fitting[0]


def _stamp(found: re.Match[str]) -> Stamp:
    hour, half = int(found["hour"]), found["half"]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(found[0])
        hour = hour % 12 + (12 if half in "Pp" else 0)
    fraction, second = found["fraction"], found["second"]
    clock = time(hour, int(found["minute"]), int(second or 0), int((fraction or "")[:6].ljust(6, "0")))
    precision = EXACT if fraction else SECOND if second else MINUTE
    day, month_and_day = _day(found)
    return Stamp(clock, precision, day, month_and_day, _offset(found["offset"]), found["zone"])


def _day(found: re.Match[str]) -> tuple[date | None, tuple[int, int] | None]:
    if found["year"]:
        return date(int(found["year"]), int(found["month"]), int(found["day"])), None
    if found["year2"]:
        return date(int(found["year2"]), int(found["month2"]), int(found["day2"])), None
    if not found["month3"]:
        return None, None
    month, day = month_of(found["month3"]), int(found["day3"])
    # In a leap year, to see whether there is such a day at all.
    date(2000, month, day)
    return (date(int(found["year3"]), month, day), None) if found["year3"] else (None, (month, day))


def _offset(written: str | None) -> tzinfo | None:
    if written is None:
        return None
    if written in ("Z", "UTC", "GMT"):
        return UTC
    hours, minutes = int(written[1:3]), int(written[3:].removeprefix(":") or 0)
    if minutes >= 60:
        raise ValueError(written)
    by = timedelta(hours=hours, minutes=minutes)
    return timezone(-by if written[0] == "-" else by)
