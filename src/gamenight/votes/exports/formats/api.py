"""The JSON that the API takes: `{"chatData": [{"username", "message", "timestamp"}]}`, or its list alone."""

from gamenight.votes.exports.chat_format import Reading
from gamenight.votes.exports.checks import checked
from gamenight.votes.exports.entries import Entry, Place
from gamenight.votes.exports.json_log import json_format
from gamenight.votes.exports.json_tokens import Fields

_WANTED = frozenset({"username", "message", "timestamp", "user_id"})


def _entry(fields: Fields, place: Place, reading: Reading) -> Entry:
    moment = reading.times.of(fields.get("timestamp"))
    return checked(place, moment, fields.get("username"), fields.get("message"), user_id=fields.get("user_id"))


def _take_facts(facts: Fields, reading: Reading) -> None:
    if facts.get("replaceExisting") in (True, 1):
        reading.report.replaces = True


def _is_own(paths: frozenset[str]) -> bool:
    return (
        "chatData" in paths
        or {"[].username", "[].message"} <= paths
        or {"username", "message"} <= paths
        or paths == {"[]"}
    )


FORMAT = json_format(
    "json",
    _entry,
    wanted=_WANTED,
    is_own=_is_own,
    list_key="chatData",
    facts=frozenset({"replaceExisting"}),
    take_facts=_take_facts,
    what='what bots send: `{"chatData": [{"username", "message", "timestamp"}]}`, or the list alone',
    recognised_by="`chatData`, or a list whose entries have `username` and `message`",
)
