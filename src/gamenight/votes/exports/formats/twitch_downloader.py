"""TwitchDownloader's JSON: `comments`, and beside them when the video began."""

from gamenight.votes.exports.chat_format import Reading
from gamenight.votes.exports.checks import checked
from gamenight.votes.exports.entries import Entry, Place
from gamenight.votes.exports.json_log import json_format
from gamenight.votes.exports.json_tokens import Fields

_WANTED = frozenset(
    {
        *("_id", "created_at", "content_offset_seconds", "message.body"),
        *("commenter", "commenter._id", "commenter.name", "commenter.display_name"),
    }
)
_START = "video.created_at"


def _take_facts(facts: Fields, reading: Reading) -> None:
    if facts.get(_START) is not None:
        reading.times.stream_start_told(facts[_START])


def _entry(fields: Fields, place: Place, reading: Reading) -> Entry | None:
    """None where the account is gone, and with it who it was."""
    name = fields.get("commenter.name") or fields.get("commenter.display_name")
    if name is None:
        return None
    times = reading.times
    created_at = fields.get("created_at")
    moment = times.since_start(fields.get("content_offset_seconds")) if created_at is None else times.of(created_at)
    ids = {"user_id": fields.get("commenter._id"), "message_id": fields.get("_id")}
    return checked(
        place, moment, name, fields.get("message.body", ""), **ids, shown=fields.get("commenter.display_name")
    )


def _is_own(paths: frozenset[str]) -> bool:
    # Before the comments may be more than the beginning of a file.
    is_own = "comments.[]" in paths or {"streamer", "video"} <= paths
    return is_own and "comments.[].createdAt" not in paths and "video_comments" not in paths


FORMAT = json_format(
    "twitch-downloader",
    _entry,
    wanted=_WANTED,
    is_own=_is_own,
    list_key="comments",
    facts=frozenset({_START}),
    take_facts=_take_facts,
    what="the JSON of TwitchDownloader",
    recognised_by="`comments`, `streamer`, `video`",
)
