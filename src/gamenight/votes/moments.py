"""Reads when a vote was cast, as clients write it. Pure."""

import re
from datetime import UTC, datetime, timedelta
from operator import itemgetter

from gamenight.core.clock import to_text
from gamenight.votes.errors import TimestampInvalid

FIRST_SECOND = 946_684_800
"""2000-01-01. A smaller number counts from somewhere else, such as the start of a stream."""
TOO_MANY_SECONDS = 10**11
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_signs = itemgetter(4, 7, 10, 13, 16, 19, 23)
_NUMBER = re.compile(r"[0-9]{1,20}(?:\.0*)?")


def read_moment(said: str | float) -> str:
    """A moment as it is stored: of ISO 8601 with any offset, UTC without one, or of the whole seconds or milliseconds
    since 1970. Raises TimestampInvalid."""
    try:
        if isinstance(said, str) and _is_as_stored(said):
            datetime.fromisoformat(said)
            return said
        return to_text(_of_text(said) if isinstance(said, str) else _of_number(said))
    except ValueError:
        raise TimestampInvalid(
            f'timestamp: "{str(said)[:40]}" is no time that can be read. Send ISO 8601, such as '
            "2026-03-15T19:00:00Z, or the whole seconds or milliseconds since 1970.",
            details={"field": "timestamp"},
        ) from None
    except OverflowError:
        raise TimestampInvalid(
            "timestamp: it lies beyond what a calendar has. Send when the vote was cast.",
            details={"field": "timestamp"},
        ) from None


def _is_as_stored(said: str) -> bool:
    """Whether a moment, if it is one, is written as it is stored, which costs half of writing it anew."""
    return len(said) == 24 and _signs(said) == ("-", "-", "T", ":", ":", ".", "Z")


def _of_text(said: str) -> datetime:
    if "T" not in said and "t" not in said and " " not in said:
        if _NUMBER.fullmatch(said):
            return _of_number(float(said))
        raise ValueError("a date without a time is no moment")
    moment = datetime.fromisoformat(said if said.endswith("Z") and "t" not in said else said.upper())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _of_number(number: float) -> datetime:
    said = float(number)
    if not said.is_integer():
        raise ValueError("whole numbers only")
    if FIRST_SECOND <= said < TOO_MANY_SECONDS:
        return _EPOCH + timedelta(seconds=said)
    if FIRST_SECOND * 1000 <= said < TOO_MANY_SECONDS * 1000:
        return _EPOCH + timedelta(milliseconds=said)
    raise ValueError("neither seconds nor milliseconds since 1970")
