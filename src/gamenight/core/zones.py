"""Time zones: by their rules, or by an offset on one day."""

from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def named_zone(name: str) -> tzinfo:
    """The zone of an IANA name, as `Europe/Berlin`; raises ValueError for another name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError(name) from None


def offset_zone(minutes: int) -> tzinfo:
    """The zone of so many minutes east of UTC."""
    return timezone(timedelta(minutes=minutes))


def as_asked(zone: tzinfo) -> tuple[int | None, str | None]:
    """The minutes east of UTC, or the IANA name, that a zone was made of."""
    if isinstance(zone, ZoneInfo):
        return None, zone.key
    return (zone.utcoffset(None) or timedelta(0)) // timedelta(minutes=1), None
