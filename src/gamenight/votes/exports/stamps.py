"""Times as logs write them, before anything is known of the day or the zone that they leave out."""

import re
from datetime import UTC, date, time, timedelta, timezone, tzinfo
from typing import Final, NamedTuple

MINUTE: Final = 60
SECOND: Final = 1
EXACT: Final = 0


class Stamp(NamedTuple):
    """A time of day, as far as the log tells it: perhaps with its date or with the month and the day of one, perhaps
    with its zone, as an offset or by the name that was written. It stands for all of `precision_seconds`."""

    clock: time
    precision_seconds: int
    day: date | None = None
    offset: tzinfo | None = None
    zone_name: str | None = None
    month_and_day: tuple[int, int] | None = None


class Moment(NamedTuple):
    """A moment as we write moments, and for how many seconds from it on it stands."""

    timestamp: str
    precision_seconds: int


MONTHS: Final = {
    # English, German, French, Spanish, Italian, Dutch, Portuguese: the names that clients write in those languages,
    # by their first three letters, or by more where three are not enough.
    **{"jan": 1, "ene": 1, "gen": 1, "jän": 1},
    **{"feb": 2, "fév": 2, "fev": 2},
    **{"mar": 3, "mär": 3, "mrz": 3, "maa": 3, "mrt": 3},
    **{"apr": 4, "avr": 4, "abr": 4},
    **{"may": 5, "mai": 5, "mag": 5, "mei": 5},
    **{"jun": 6, "juin": 6, "giu": 6},
    **{"jul": 7, "juil": 7, "lug": 7},
    **{"aug": 8, "aoû": 8, "aou": 8, "ago": 8},
    **{"sep": 9, "set": 9},
    **{"oct": 10, "okt": 10, "out": 10, "ott": 10},
    **{"nov": 11},
    **{"dec": 12, "dez": 12, "déc": 12, "dic": 12},
}

_DATE = (
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d\d)(?P=mark)(?P<day>\d\d)"
    r"|(?P<day2>\d{1,2})\.(?P<month2>\d{1,2})\.(?P<year2>\d{4})"
)
_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:[\s\u00a0\u202f]?(?P<half>[AaPp])\.?[Mm]\.?(?![A-Za-z]))?"
)
_OFFSET = r"\s?(?P<offset>Z|UTC|GMT|[+-]\d\d:?\d\d)(?![A-Za-z0-9:])"
_NAMED = r"\s(?P<zone>[A-Z]{2,5})(?=\])"

_STAMP = re.compile(
    rf"(?P<bracket>[\[(])?(?:(?:{_DATE})(?:T|,?\s+))?{_CLOCK}(?:{_OFFSET}|{_NAMED})?(?(bracket)[\])])(?=[\s<]|$)",
    re.ASCII,
)
_WRITTEN = re.compile(rf"(?:(?:{_DATE})(?:T|,?\s+))?{_CLOCK}(?:{_OFFSET}|\s(?P<zone>[A-Z]{{2,5}}))?", re.ASCII)


class Found(NamedTuple):
    """A stamp at the beginning of a line: where it ends, and whether it stands in brackets."""

    stamp: Stamp
    end: int
    in_brackets: bool


def stamp_at_start(line: str) -> Found | None:
    """The stamp that a line begins with, `[2026-11-20 19:10:00]`, `19:10`, `7:10:00 PM`; None for none.

    Raises ValueError where it is one that doesn't exist, as 25:00.
    """
    found = _STAMP.match(line)
    return None if found is None else Found(_stamp(found), found.end(), found["bracket"] is not None)


def stamp_of(text: str) -> Stamp | None:
    """The stamp that a text is, as a whole; None for none. Raises ValueError where it is one that doesn't exist."""
    found = _WRITTEN.fullmatch(text) if len(text) <= 64 else None
    return None if found is None else _stamp(found)


_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})\.? (?:de )?(?P<month>[^\W\d_]+)\.? (?:de )?(?P<year>\d{4})")
_MONTH_FIRST = re.compile(
    r"(?P<month>[^\W\d_]+)\.? +(?P<day>\d{1,2})(?:,|(?: \d\d:\d\d(?::\d\d)?)?(?: [A-Z]{2,5})?)? (?P<year>\d{4})"
)
_NUMBERS = re.compile(r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d\d)[-/.](?P<day>\d\d)(?!\d)", re.ASCII)


def day_in(text: str) -> date | None:
    """The date that a header tells, in words of several languages or in numbers; None for none.

    `Fri Nov 20 19:59:00 2026`, `20 November 2026`, `Freitag, 20. November 2026`, `2026-11-20`. Raises ValueError for
    one that doesn't exist, and for a month in words that are not known.
    """
    if numbers := _NUMBERS.search(text):
        return date(int(numbers["year"]), int(numbers["month"]), int(numbers["day"]))
    for words in (_DAY_FIRST, _MONTH_FIRST):
        if found := words.search(text):
            return date(int(found["year"]), month_of(found["month"]), int(found["day"]))
    return None


def month_of(word: str) -> int:
    """The month of a name, whole or cut, in the languages of MONTHS; raises ValueError for another word."""
    word = word.casefold()
    found = MONTHS.get(word[:4]) or MONTHS.get(word[:3])
    if found is None:
        raise ValueError(word)
    return found


def _stamp(found: re.Match[str]) -> Stamp:
    hour, half = int(found["hour"]), found["half"]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(found[0])
        hour = hour % 12 + (12 if half in "Pp" else 0)
    fraction, second = found["fraction"], found["second"]
    clock = time(hour, int(found["minute"]), int(second or 0), int((fraction or "")[:6].ljust(6, "0")))
    day = None
    if found["year"]:
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    elif found["year2"]:
        day = date(int(found["year2"]), int(found["month2"]), int(found["day2"]))
    precision = EXACT if fraction else SECOND if second else MINUTE
    return Stamp(clock, precision, day, _offset(found["offset"]), found["zone"])


def _offset(written: str | None) -> tzinfo | None:
    if written is None:
        return None
    if written in ("Z", "UTC", "GMT"):
        return UTC
    hours, minutes = int(written[1:3]), int(written[-2:])
    if minutes >= 60:
        raise ValueError(written)
    by = timedelta(hours=hours, minutes=minutes)
    return timezone(-by if written[0] == "-" else by)
