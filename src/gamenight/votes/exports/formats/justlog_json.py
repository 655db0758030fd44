"""justlog's JSON: `messages`, each with its text, its name and the tags of IRC."""

from gamenight.votes.exports.chat_format import Reading
from gamenight.votes.exports.checks import checked, checked_removal
from gamenight.votes.exports.entries import Entry, Place
from gamenight.votes.exports.json_log import json_format
from gamenight.votes.exports.json_tokens import Fields

_PRIVMSG, _CLEARCHAT, _USERNOTICE = 1, 2, 4
"""Of the types of messages, those that somebody wrote or that silence somebody."""

_TAG_NAMES = ("user-id", "login", "display-name", "tmi-sent-ts", "system-msg", "target-user-id")
_WANTED = frozenset({"text", "username", "timestamp", "id", "type", *(f"tags.{name}" for name in _TAG_NAMES)})


def _entry(fields: Fields, place: Place, reading: Reading) -> Entry | None:
    """None for what nobody wrote."""
    kind = fields.get("type", _PRIVMSG)
    if kind not in (_PRIVMSG, _CLEARCHAT, _USERNOTICE):
        return None
    # The time of the tag is told to the millisecond, the other one to the second.
    moment = reading.times.of(fields.get("tags.tmi-sent-ts") or fields.get("timestamp"))
    name, text = fields.get("tags.login") or fields.get("username"), fields.get("text")
    if kind == _CLEARCHAT:
        return checked_removal(place, moment, username=name, user_id=fields.get("tags.target-user-id"))
    if kind == _USERNOTICE and isinstance(text, str):
        text = text.removeprefix(str(fields.get("tags.system-msg", ""))).strip()
        if not text:
            return None
    ids = {"user_id": fields.get("tags.user-id"), "message_id": fields.get("id")}
    return checked(place, moment, name, text, **ids, shown=fields.get("tags.display-name"))


def _is_own(paths: frozenset[str]) -> bool:
    return {"messages.[].text", "messages.[].username"} <= paths


FORMAT = json_format(
    "justlog-json",
    _entry,
    wanted=_WANTED,
    is_own=_is_own,
    list_key="messages",
    what="justlog's JSON",
    recognised_by="`messages` with `text` and `username`",
)
