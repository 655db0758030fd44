"""Reads when a vote was cast, as clients write it. Pure."""

import re
from datetime import UTC, datetime, timedelta

from gamenight.core.clock import to_text
from gamenight.votes.errors import TimestampInvalid

FIRST_SECOND = 946_684_800
"""2000-01-01. A smaller number counts from somewhere else, such as the start of a stream."""
TOO_MANY_SECONDS = 10**11
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"[0-9]{1,20}(?:\.0*)?")
_HAS_TIME = re.compile(r"[0-9][Tt ][0-9]{2}")


def read_moment(said: str | float) -> str:
    """A moment as it is stored: of ISO 8601 with any offset, UTC without one, or of the whole seconds or milliseconds
    since 1970. Raises TimestampInvalid."""
    try:
        is_text = isinstance(said, str) and not _NUMBER.fullmatch(said)
        return to_text(_of_text(str(said)) if is_text else _of_number(float(said)))
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


def _of_text(said: str) -> datetime:
    if not _HAS_TIME.search(said):
        raise ValueError("a date without a time is no moment")
    moment = datetime.fromisoformat(said.upper())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _of_number(said: float) -> datetime:
    if not said.is_integer():
        raise ValueError("whole numbers only")
    if FIRST_SECOND <= said < TOO_MANY_SECONDS:
        return _EPOCH + timedelta(seconds=said)
    if FIRST_SECOND * 1000 <= said < TOO_MANY_SECONDS * 1000:
        return _EPOCH + timedelta(milliseconds=said)
    raise ValueError("neither seconds nor milliseconds since 1970")
