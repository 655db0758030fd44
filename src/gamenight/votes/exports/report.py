"""What was read of a chat log, and what was assumed of it: collected while it is read."""

from msgspec import Struct, field

from gamenight.votes.exports.entries import ChatMessage, Entry, NotUnderstood, Unit

SHOWN = 3
"""So many examples of each kind are told."""


class Report(Struct):
    """`entries` are the lines or entries that say something or should; blank ones and those of the client aside.

    `zone` is that of stamps that name none, `zone_from` who said it, and `day` the date of the first line of a log that
    tells none.
    """

    format: str = ""
    unit: Unit = "line"
    entries: int = 0
    messages: int = 0
    not_understood: int = 0
    first_not_understood: list[NotUnderstood] = field(default_factory=list)
    zone: str | None = None
    zone_from: str | None = None
    day: str | None = None
    stream_start: str | None = None

    def note(self, entry: Entry) -> None:
        """Count an entry."""
        self.entries += 1
        if isinstance(entry, NotUnderstood):
            self.not_understood += 1
            if len(self.first_not_understood) < SHOWN:
                self.first_not_understood.append(entry)
        elif isinstance(entry, ChatMessage):
            self.messages += 1
