"""A table: a header that names the columns, one message a row."""

from gamenight.votes.exports.chat_format import Reading
from gamenight.votes.exports.checks import checked
from gamenight.votes.exports.csv_log import Cells, csv_format
from gamenight.votes.exports.entries import Entry, Place

_COLUMNS = {
    "timestamp": ("timestamp", "time", "date", "created_at"),
    "username": ("username", "user", "author", "name"),
    "user_id": ("user_id", "userid", "authorid", "author_id"),
    "message": ("message", "text", "content", "body"),
}


def _entry(cells: Cells, place: Place, reading: Reading) -> Entry:
    moment = reading.times.of(cells["timestamp"])
    return checked(place, moment, cells["username"], cells["message"], user_id=cells.get("user_id", "").strip())


FORMAT = csv_format(
    "csv",
    _entry,
    columns=_COLUMNS,
    what="a table with `timestamp`, `username`, `message` and perhaps `user_id` in its header",
    recognised_by="the names in its first line",
    family=None,
)
