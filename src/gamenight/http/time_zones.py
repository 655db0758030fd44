"""The zone that a request names, in which its days and months lie."""

from datetime import tzinfo
from typing import Annotated

from litestar.params import QueryParameter

from gamenight.core.errors import BadRequest
from gamenight.core.zones import named_zone, offset_zone
from gamenight.http.schemas import MAX_OFFSET

UtcOffset = Annotated[int | None, QueryParameter(name="utcOffset", ge=-MAX_OFFSET, le=MAX_OFFSET)]
"""In minutes: which day it was where the night was. A browser knows it: `-date.getTimezoneOffset()`."""
TimeZone = Annotated[str | None, QueryParameter(name="timeZone", max_length=64)]
"""An IANA name. A browser knows it: `Intl.DateTimeFormat().resolvedOptions().timeZone`."""


class TimeZoneUnknown(BadRequest):
    code = "time_zone_unknown"


def asked_zone(name: str | None, utc_offset: int | None) -> tzinfo | None:
    """The zone that a request names: its rules are better than its offset on one day. Raises TimeZoneUnknown."""
    if name is None:
        return None if utc_offset is None else offset_zone(utc_offset)
    try:
        return named_zone(name)
    except ValueError:
        raise TimeZoneUnknown(
            f"There is no time zone {name}. Use a name of the IANA's, as Europe/Berlin or America/New_York.",
            details={"timeZone": name},
        ) from None
