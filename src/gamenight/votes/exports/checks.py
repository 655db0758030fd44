"""What every message of a chat log has to fulfil, whatever wrote it."""

import re

from gamenight.core.text import MAX_NAME_LENGTH
from gamenight.votes.exports.entries import ChatMessage, NotUnderstood, Place, Removed, Renamed
from gamenight.votes.exports.faults import EntryInvalid
from gamenight.votes.exports.stamps import Moment
from gamenight.votes.folding import fold_name

MESSAGE_LENGTH = 2000
MESSAGE_ID_LENGTH = 256
SHOWN_LENGTH = 200
"""So much of an entry that was not understood is told."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def checked(
    place: Place,
    moment: Moment,
    username: object,
    message: object,
    *,
    user_id: object = None,
    message_id: object = None,
    shown: object = None,
) -> ChatMessage:
    """A message of what a log says; raises EntryInvalid for a name or text that can't be one."""
    name = _name(username)
    return ChatMessage(
        moment.timestamp,
        name,
        _id("user id", user_id, MAX_NAME_LENGTH),
        _text("message", message)[:MESSAGE_LENGTH],
        place.number,
        moment.precision_seconds,
        _id("message id", message_id, MESSAGE_ID_LENGTH),
        _other_name(name, shown),
    )


def checked_removal(
    place: Place,
    moment: Moment,
    *,
    message_id: object = None,
    username: object = None,
    user_id: object = None,
    message: object = None,
) -> Removed:
    """A removal of what a log says; raises EntryInvalid as `checked` does."""
    return Removed(
        moment.timestamp,
        place.number,
        _id("message id", message_id, MESSAGE_ID_LENGTH),
        None if username in (None, "") else _name(username),
        _id("user id", user_id, MAX_NAME_LENGTH),
        None if message is None else _text("message", message)[:MESSAGE_LENGTH],
    )


def checked_renaming(place: Place, moment: Moment, before: object, after: object) -> Renamed:
    """A new name of what a log says; raises EntryInvalid as `checked` does."""
    return Renamed(moment.timestamp, _name(before), _name(after), place.number)


def not_understood(place: Place, text: str, error: EntryInvalid) -> NotUnderstood:
    """The entry as the report shows it."""
    return NotUnderstood(
        place.number, _UNSTORABLE.sub("\ufffd", text.strip())[:SHOWN_LENGTH], error.fault, error.sentence
    )


def _name(value: object) -> str:
    name = _text("username", value).strip()
    if len(name) > MAX_NAME_LENGTH:
        raise EntryInvalid("username_too_long", f"the username is longer than {MAX_NAME_LENGTH} characters.")
    if not fold_name(name):
        raise EntryInvalid("username_empty", "the username is empty.")
    return name


def _other_name(name: str, shown: object) -> str | None:
    """A second name of the same person, where there is one that can be one."""
    if not isinstance(shown, str) or len(shown) > MAX_NAME_LENGTH or _UNSTORABLE.search(shown):
        return None
    return shown.strip() if fold_name(shown) not in ("", fold_name(name)) else None


def _id(what: str, value: object, max_length: int) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    elif isinstance(value, float) and value.is_integer():
        # What a program made of a large number, or of 42.
        value = repr(value)
    if value is None or value == "":
        return None
    written = _text(what, value)
    if len(written) > max_length:
        raise EntryInvalid("user_id_too_long", f"the {what} is longer than {max_length} characters.")
    return written


def _text(what: str, value: object) -> str:
    if not isinstance(value, str):
        raise EntryInvalid("text_missing", f"the {what} is missing or no text.")
    if _UNSTORABLE.search(value):
        raise EntryInvalid("text_unstorable", f"the {what} has a NUL character or half of a surrogate pair.")
    return value
