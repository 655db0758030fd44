"""DiscordChatExporter: JSON with `messages`, each with its author and its content, or a table of them.

Its tables have dates of ISO 8601 today; those of earlier versions were written as their user's country writes them.
"""

import re
from datetime import date

from gamenight.votes.exports.chat_format import Reading
from gamenight.votes.exports.checks import checked
from gamenight.votes.exports.csv_log import REQUIRED, Cells, csv_format
from gamenight.votes.exports.entries import Entry, Place
from gamenight.votes.exports.faults import EntryInvalid, LogInvalid
from gamenight.votes.exports.json_log import json_format
from gamenight.votes.exports.json_tokens import Fields
from gamenight.votes.exports.stamps import Moment, month_of, stamp_of
from gamenight.votes.exports.times import Times

_WRITTEN = frozenset({"Default", "Reply", "0", "19"})
"""The types of messages that somebody wrote; the others tell of joins, pins, calls."""

_WANTED = frozenset({"id", "type", "timestamp", "content", "author.id", "author.name", "author.nickname"})


def _entry(fields: Fields, place: Place, reading: Reading) -> Entry | None:
    """None for what nobody wrote."""
    if fields.get("type", "Default") not in _WRITTEN:
        return None
    moment = reading.times.of(fields.get("timestamp"))
    name = fields.get("author.name") or fields.get("author.nickname")
    ids = {"user_id": fields.get("author.id"), "message_id": fields.get("id")}
    return checked(place, moment, name, fields.get("content"), **ids)


_COLUMNS = {
    "user_id": ("authorid",),
    "username": ("author",),
    "timestamp": ("date",),
    "message": ("content",),
    "own": ("attachments", "reactions"),
}
_DISCRIMINATOR = re.compile(r"#\d{4}$", re.ASCII)
"""What names ended in until 2023, to tell apart those of the same name; the id does so as well."""

_DASHED = re.compile(r"(?P<day>\d{1,2})-(?P<month>[^\W\d_]{3,5})\.?-(?P<year>\d\d|\d{4}),? (?P<clock>.+)")
_SLASHED = re.compile(r"(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>\d{4}),? (?P<clock>.+)")


def _row(cells: Cells, place: Place, reading: Reading) -> Entry:
    name, user_id = cells["username"], cells.get("user_id", "").strip()
    if user_id:
        name = _DISCRIMINATOR.sub("", name)
    return checked(place, _moment(cells["timestamp"].strip(), reading.times), name, cells["message"], user_id=user_id)


def _moment(written: str, times: Times) -> Moment:
    """Raises EntryInvalid for what is no time, and LogInvalid for `11/5/2026`, which may be a day of two months, unless
    only one of them is of about the night."""
    if (found := _DASHED.fullmatch(written)) is None and (found := _SLASHED.fullmatch(written)) is None:
        return times.of(written)
    try:
        clock, day = stamp_of(found["clock"]), _day(found.groupdict(), times)
        if clock is not None:
            return times.at(clock._replace(day=day))
    except ValueError:
        pass
    raise EntryInvalid("time_invalid", f"there is no such time as {written[:40]}.")


def _day(parts: dict[str, str], times: Times) -> date:
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    if "month" in parts:
        return date(year, month_of(parts["month"]), int(parts["day"]))
    first, second = int(parts["first"]), int(parts["second"])
    if first > 12 or second > 12 or first == second:
        return date(year, min(first, second), max(first, second))
    days = [day for day in (date(year, first, second), date(year, second, first)) if times.is_near_night(day)]
    if len(days) != 1:
        raise LogInvalid(
            "date_ambiguous",
            f"{first}/{second}/{year} may be a day of two months. Export the chat again as JSON, or with dates as "
            "2026-11-20.",
        )
    return days[0]


def _is_own(paths: frozenset[str]) -> bool:
    return {"messages.[].content", "messages.[].author"} <= paths or {"guild", "channel", "messages"} <= paths


FORMAT = json_format(
    "discord-json",
    _entry,
    wanted=_WANTED,
    is_own=_is_own,
    list_key="messages",
    what="the JSON of DiscordChatExporter",
    recognised_by="`messages` with `content` and `author`",
)
TABLE = csv_format(
    "discord-csv",
    _row,
    columns=_COLUMNS,
    required=(*REQUIRED, "own"),
    what="the CSV of DiscordChatExporter, with new and old dates",
    recognised_by="the columns `Author`, `Date`, `Content`, `Attachments`",
)
