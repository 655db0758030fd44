"""chat-downloader: a list of messages, an object a line, or a table, of Twitch or of YouTube, each with its author."""

from typing import Final

from gamenight.votes.exports.chat_format import Reading
from gamenight.votes.exports.checks import checked, checked_removal
from gamenight.votes.exports.csv_log import Cells, csv_format
from gamenight.votes.exports.entries import Entry, Place
from gamenight.votes.exports.json_log import json_format
from gamenight.votes.exports.json_tokens import Fields

_DELETED = frozenset({"delete_message", "deleted_message", "mark_chat_item_as_deleted", "remove_chat_item"})
_BANNED = frozenset({"ban_user", "mark_chat_items_by_author_as_deleted", "remove_chat_item_by_author"})
_WANTED: Final = frozenset(
    {
        *("message_id", "message_type", "action_type", "timestamp", "message"),
        *("author.id", "author.name", "author.display_name", "target_message_id", "banned_user", "author_id"),
    }
)


def _entry(fields: Fields, place: Place, reading: Reading) -> Entry | None:
    """None for what nobody wrote."""
    name = fields.get("author.name") or fields.get("author.display_name")
    kinds = {fields.get("message_type"), fields.get("action_type")}
    if not kinds.isdisjoint(_DELETED | _BANNED):
        return _removed(fields, place, reading, name, is_ban=not kinds.isdisjoint(_BANNED))
    if name is None or fields.get("message") is None:
        return None
    moment = reading.times.of(fields.get("timestamp"))
    ids = {"user_id": fields.get("author.id"), "message_id": fields.get("message_id")}
    return checked(place, moment, name, fields["message"], **ids, shown=fields.get("author.display_name"))


def _removed(fields: Fields, place: Place, reading: Reading, name: object, *, is_ban: bool) -> Entry | None:
    """None for what says neither when nor whose."""
    timestamp = fields.get("timestamp")
    moment = reading.times.last_moment if timestamp is None else reading.times.of(timestamp)
    who = (fields.get("banned_user") if is_ban else None) or name
    user_id = fields.get("author.id") or fields.get("author_id")
    message_id = fields.get("target_message_id")
    if moment is None or not (who or user_id or message_id):
        return None
    message = None if is_ban else fields.get("message")
    return checked_removal(place, moment, message_id=message_id, username=who, user_id=user_id, message=message)


def _row(cells: Cells, place: Place, reading: Reading) -> Entry | None:
    """A table has all columns in each row, those that don't apply empty."""
    fields: Fields = {column: cell for column, cell in cells.items() if cell != ""}
    fields["author.name"] = fields.pop("username", None)
    return _entry(fields, place, reading)


def _is_own(paths: frozenset[str]) -> bool:
    return not paths.isdisjoint({"[].author", "[].message_type", "author", "message_type"})


FORMAT = json_format(
    "chat-downloader",
    _entry,
    wanted=_WANTED,
    is_own=_is_own,
    what="the JSON of chat-downloader, as a list or an object a line",
    recognised_by="a list or lines whose entries have an `author`",
    endings=(".json", ".jsonl"),
)
TABLE = csv_format(
    "chat-downloader-csv",
    _row,
    columns={path: (path,) for path in _WANTED} | {"username": ("author.name", "author.display_name")},
    what="the CSV of chat-downloader",
    recognised_by="the columns `author.name` and `message` in its first line",
)
