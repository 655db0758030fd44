"""Messages of clients that change nothing: one is passed on to others, and no mistake in any of them counts."""

from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, Struct

from gamenight.core.clock import utc_now
from gamenight.core.log import Event
from gamenight.core.text import clean_name
from gamenight.http.schemas import MAX_ID, WholeId, in_words, whole

MAX_LABEL_LENGTH = 200
POLL_LEADING: Final = "poll.leading"
WholeCount = Annotated[int, Meta(ge=0, le=MAX_ID)] | Annotated[float, Meta(ge=0, le=MAX_ID, multiple_of=1)]


class PollLeading(Struct, tag_field="type", tag=POLL_LEADING, rename="camel"):
    """What leads a poll that the sender holds. Its fields may stand in `data`, as those of an event do."""

    session_id: Any = UNSET
    game_id: Any = UNSET
    label: Any = UNSET
    votes: Any = UNSET
    data: Any = UNSET


class PollStart(Struct, tag_field="type", tag="poll.start"):
    pass


class PageFocus(Struct, tag_field="type", tag="page_focus"):
    pass


SoftMessage = PollLeading | PollStart | PageFocus


class _Leading(Struct, frozen=True, rename="camel"):
    """`game_id` is the catalogue's; 0 is a game that is none of the poll's."""

    session_id: WholeId
    game_id: WholeCount
    votes: WholeCount
    label: Annotated[str, Meta(max_length=MAX_LABEL_LENGTH)] = ""


class LeadingData(Struct, frozen=True, rename="camel"):
    session_id: int
    game_id: int
    label: str
    votes: int


def read_leading(message: PollLeading) -> Event:
    """What the session's subscribers are told. Raises ValueError, or BadRequest, for a message that doesn't fit."""
    outer = msgspec.to_builtins(message)
    inner = outer.pop("data", None)
    try:
        leading = msgspec.convert({**(inner if isinstance(inner, dict) else {}), **outer}, _Leading)
    except msgspec.ValidationError as error:
        raise ValueError(in_words(str(error))) from None
    session_id = whole(leading.session_id, "sessionId")
    label = clean_name(leading.label, MAX_LABEL_LENGTH)
    data = LeadingData(session_id, int(leading.game_id), label, int(leading.votes))
    return Event(0, session_id, session_id, POLL_LEADING, utc_now(), msgspec.json.encode(data).decode())
