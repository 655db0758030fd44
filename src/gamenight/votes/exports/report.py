"""What was read of a chat log, and what was assumed of it: collected while it is read."""

from datetime import datetime, timedelta, tzinfo
from typing import Literal

from msgspec import Struct, field

from gamenight.votes.exports.days import DayFit
from gamenight.votes.exports.entries import ChatMessage, Entry, NotUnderstood, Unit

ZoneFrom = Literal["file", "request", "default"]
SHOWN = 3
"""So many examples of each kind are told."""


class Report(Struct):
    """`entries` are all lines or entries but blank ones; `replaces`: the log asks to replace those before it.

    `zone` is that of stamps that tell no offset, `zone_from` who said so, and `utc_offset` what it was at the first of
    them, in minutes. `repeated_hour`: some are of an hour that came twice. `day_fit` is there where a log tells no
    date, `stream_start` where it counts its times from one.
    """

    format: str = ""
    unit: Unit = "line"
    entries: int = 0
    replaces: bool = False
    messages: int = 0
    not_understood: int = 0
    first_not_understood: list[NotUnderstood] = field(default_factory=list)
    zone: str | None = None
    zone_from: ZoneFrom | None = None
    utc_offset: int | None = None
    repeated_hour: bool = False
    day_fit: DayFit | None = None
    stream_start: str | None = None
    windows_1252_lines: int = 0
    """Those that were no UTF-8."""

    def note_zone(self, zone: tzinfo, zone_from: ZoneFrom, at: datetime) -> None:
        """Note the zone of a stamp that tells no offset."""
        offset = at.astimezone(zone).utcoffset() or timedelta(0)
        self.zone, self.zone_from, self.utc_offset = str(zone), zone_from, offset // timedelta(minutes=1)

    def note_passed(self) -> None:
        """Count a line or an entry that is understood and that nobody wrote."""
        self.entries += 1

    def note(self, entry: Entry) -> None:
        """Count an entry."""
        self.entries += 1
        if isinstance(entry, NotUnderstood):
            self.not_understood += 1
            if len(self.first_not_understood) < SHOWN:
                self.first_not_understood.append(entry)
        elif isinstance(entry, ChatMessage):
            self.messages += 1
