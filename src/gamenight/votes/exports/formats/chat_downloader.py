"""chat-downloader's JSON: a list of messages, each with its author."""

from gamenight.votes.exports.chat_format import Reading
from gamenight.votes.exports.checks import checked
from gamenight.votes.exports.entries import Entry, Place
from gamenight.votes.exports.json_log import json_format
from gamenight.votes.exports.json_tokens import Fields

_WANTED = frozenset(
    {
        *("message_id", "message_type", "timestamp", "time_in_seconds", "message"),
        *("author.id", "author.name", "author.display_name"),
    }
)


def _entry(fields: Fields, place: Place, reading: Reading) -> Entry | None:
    """None for what nobody wrote."""
    name = fields.get("author.name") or fields.get("author.display_name")
    if name is None or fields.get("message") is None:
        return None
    moment = reading.times.of(fields.get("timestamp"))
    ids = {"user_id": fields.get("author.id"), "message_id": fields.get("message_id")}
    return checked(place, moment, name, fields["message"], **ids)


def _is_own(paths: frozenset[str]) -> bool:
    return "[].author" in paths or "[].message_type" in paths


FORMAT = json_format(
    "chat-downloader",
    _entry,
    wanted=_WANTED,
    is_own=_is_own,
    what="the JSON of chat-downloader",
    recognised_by="a list whose entries have an `author`",
)
