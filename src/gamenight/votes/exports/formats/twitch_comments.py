"""Comments as Twitch's own pages get them, which twitch-dl and RechatTool keep: `createdAt`, `login`, `fragments`."""

from gamenight.votes.exports.chat_format import Reading
from gamenight.votes.exports.checks import checked
from gamenight.votes.exports.entries import Entry, Place
from gamenight.votes.exports.json_log import json_format
from gamenight.votes.exports.json_tokens import Fields

_WANTED = frozenset(
    {
        *("id", "createdAt", "contentOffsetSeconds", "message.fragments.[].text"),
        *("commenter.id", "commenter.login", "commenter.displayName"),
    }
)
_START = "video.createdAt"


def _take_facts(facts: Fields, reading: Reading) -> None:
    if facts.get(_START) is not None:
        reading.times.stream_start_told(facts[_START])


def _entry(fields: Fields, place: Place, reading: Reading) -> Entry | None:
    """None where the account is gone, and with it who it was."""
    name = fields.get("commenter.login") or fields.get("commenter.displayName")
    if name is None:
        return None
    times = reading.times
    created_at = fields.get("createdAt")
    moment = times.since_start(fields.get("contentOffsetSeconds")) if created_at is None else times.of(created_at)
    text = "".join(part for part in fields.get("message.fragments.[].text", ()) if isinstance(part, str))
    ids = {"user_id": fields.get("commenter.id"), "message_id": fields.get("id")}
    return checked(place, moment, name, text, **ids, shown=fields.get("commenter.displayName"))


def _is_own(paths: frozenset[str]) -> bool:
    return "video_comments" in paths or any(
        path.endswith((".commenter.login", ".message.fragments", ".contentOffsetSeconds"))
        and f"{path.partition('[]')[0]}[].message.body" not in paths
        for path in paths
    )


FORMAT = json_format(
    "twitch-comments",
    _entry,
    wanted=_WANTED,
    is_own=_is_own,
    list_key="comments",
    facts=frozenset({_START}),
    take_facts=_take_facts,
    what="the JSON of twitch-dl and RechatTool",
    recognised_by="comments with `createdAt`, `commenter.login` and `message.fragments`",
)
