"""The one way in which this project writes a moment: UTC, ISO 8601, milliseconds, Z."""

from datetime import UTC, datetime, timedelta


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
