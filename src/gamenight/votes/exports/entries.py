"""What a chat log tells, entry by entry: messages, and what happens to names and messages."""

from typing import Literal, NamedTuple

from msgspec import Struct

Unit = Literal["entry", "line"]

ChatLogFault = Literal[
    "no_messages",
    "other_format",
    "not_utf8",
    "not_gzip",
    "unpacked_too_large",
    "not_json",
    "not_csv",
    "too_long",
    "too_deep",
    "no_object",
    "no_message",
    "columns_missing",
    "cell_count",
    "text_missing",
    "text_unstorable",
    "username_empty",
    "username_too_long",
    "user_id_too_long",
    "time_invalid",
    "date_invalid",
    "no_date",
    "date_ambiguous",
    "no_times",
    "stream_start_missing",
    "zone_unknown",
    "too_many_removed",
]
"""What can be wrong with a log, or with an entry of one."""


class Place(NamedTuple):
    """Where in a log something stands, counted from 1."""

    unit: Unit
    number: int


class ChatMessage(Struct, frozen=True):
    """The text of a message, cut to 2,000 characters. `number` is that of its entry or line in the log.

    It was sent within `precision_seconds` after `timestamp`: a stamp without seconds stands for its whole minute, 0 is
    for a moment that is told with its fraction of a second. `message_id` is the platform's, where the log tells it.
    `shown_name` is the name that others see, where the log has it beside another by which the platform knows them, and
    nobody else has it.
    """

    timestamp: str
    username: str
    user_id: str | None
    message: str
    number: int
    precision_seconds: int = 0
    message_id: str | None = None
    shown_name: str | None = None
    repeats: int = 0
    """How many of the same author and minute that say the same stand before it, where only the minute is told."""


class Renamed(Struct, frozen=True):
    """Somebody goes by another name from here on."""

    timestamp: str
    before: str
    after: str
    number: int


class Removed(Struct, frozen=True):
    """A moderator took messages back: the one with an id, or those of an author that have this text, or, where neither
    is told, all that the author had written so far."""

    timestamp: str
    number: int
    message_id: str | None = None
    username: str | None = None
    user_id: str | None = None
    message: str | None = None


class NotUnderstood(Struct, frozen=True):
    """An entry or a line that no rule of its format reads; `reason` and `sentence` say why."""

    number: int
    text: str
    reason: ChatLogFault
    sentence: str


Entry = ChatMessage | Renamed | Removed | NotUnderstood
