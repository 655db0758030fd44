"""A message of a chat log, and what can be wrong with one."""

import math
import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal, NamedTuple

from msgspec import Struct

from gamenight.core.clock import to_text
from gamenight.core.errors import BadRequest
from gamenight.core.text import MAX_NAME_LENGTH
from gamenight.votes.folding import fold_name

MESSAGE_LENGTH = 2000


class Place(NamedTuple):
    """Where in a log something stands, counted from 1."""

    unit: Literal["entry", "line"]
    number: int


ChatLogFault = Literal[
    "no_messages",
    "other_format",
    "not_utf8",
    "not_json",
    "not_csv",
    "too_long",
    "too_deep",
    "no_object",
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
    "stream_start_missing",
]


class ChatLogInvalid(BadRequest):
    """A log that can't be read; `details` has the entry or the line, and nothing after it was looked at. `told` has
    what the sentence tells."""

    code = "chat_log_invalid"

    def __init__(self, place: Place, fault: ChatLogFault, sentence: str, **told: object) -> None:
        details = {place.unit: place.number, "reason": fault, **told}
        super().__init__(f"{place.unit.title()} {place.number}: {sentence}", details=details)


class ChatMessage(Struct, frozen=True):
    """The text of a message, cut to 2,000 characters. `number` is that of its entry or line in the log."""

    timestamp: str
    username: str
    user_id: str | None
    message: str
    number: int


def checked(place: Place, timestamp: str, username: object, user_id: object, message: object) -> ChatMessage:
    """A message of what a log says; raises ChatLogInvalid for a name or text that can't be one."""
    name = _text(place, "username", username).strip()
    if len(name) > MAX_NAME_LENGTH:
        sentence = f"the username is longer than {MAX_NAME_LENGTH} characters."
        raise ChatLogInvalid(place, "username_too_long", sentence, most=MAX_NAME_LENGTH)
    if not fold_name(name):
        raise ChatLogInvalid(place, "username_empty", "the username is empty.")
    written = _text(place, "message", message)[:MESSAGE_LENGTH]
    return ChatMessage(timestamp, name, _user_id(place, user_id), written, place.number)


def _user_id(place: Place, value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        return None
    user_id = _text(place, "user id", value)
    if len(user_id) > MAX_NAME_LENGTH:
        sentence = f"the user id is longer than {MAX_NAME_LENGTH} characters."
        raise ChatLogInvalid(place, "user_id_too_long", sentence, most=MAX_NAME_LENGTH)
    return user_id


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def _text(place: Place, what: str, value: object) -> str:
    if not isinstance(value, str):
        raise ChatLogInvalid(place, "text_missing", f"the {what} is missing or no text.")
    if _UNSTORABLE.search(value):
        raise ChatLogInvalid(place, "text_unstorable", f"the {what} has a NUL character or half of a surrogate pair.")
    return value


def moment(place: Place, value: object, zone: tzinfo) -> str:
    """A time as we write it: of ISO 8601 text, in `zone` where it names none, or of seconds, milliseconds or
    microseconds since 1970, told apart by their size. Raises ChatLogInvalid."""
    try:
        if isinstance(value, str):
            return to_text(_written(value.strip(), zone))
        if isinstance(value, int | float) and not isinstance(value, bool):
            return to_text(_counted(value))
    except (ValueError, OverflowError):
        pass
    sentence = 'the time is missing or can\'t be read. Write it as "2026-03-15T19:00:00Z".'
    raise ChatLogInvalid(place, "time_invalid", sentence)


_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", re.ASCII)
_COUNT = re.compile(r"\d{9,17}(?:\.\d{1,9})?", re.ASCII)


def _written(text: str, zone: tzinfo) -> datetime:
    if len(text) > 64:
        raise ValueError(text)
    if _COUNT.fullmatch(text):
        return _counted(float(text) if "." in text else int(text))
    if not _ISO.match(text):
        raise ValueError(text)
    found = datetime.fromisoformat(text.removesuffix(" UTC") + ("+00:00" if text.endswith(" UTC") else ""))
    return found if found.tzinfo else found.replace(tzinfo=zone)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _counted(count: float) -> datetime:
    if not math.isfinite(count) or not 0 <= count < 10**17:
        raise ValueError(count)
    if count < 10**11:
        return _EPOCH + timedelta(seconds=count)
    return _EPOCH + (timedelta(milliseconds=count) if count < 10**14 else timedelta(microseconds=count))
