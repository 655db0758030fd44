"""CSV: a header that names the columns, one message a row."""

import csv
from collections.abc import Iterator, Sequence

from gamenight.votes.exports.chat_format import ChatFormat, Reading
from gamenight.votes.exports.checks import checked, not_understood
from gamenight.votes.exports.entries import Entry, Place
from gamenight.votes.exports.faults import ChatLogInvalid, EntryInvalid, LogInvalid
from gamenight.votes.exports.source import Head, Source

ROW_LENGTH = 256 * 1024

_NAMES = {
    "timestamp": ("timestamp", "time", "date", "created_at"),
    "username": ("username", "user", "author", "name"),
    "user_id": ("user_id", "userid", "authorid", "author_id"),
    "message": ("message", "text", "content", "body"),
}
_REQUIRED = ("timestamp", "username", "message")
_SEPARATORS = (",", ";", "\t")


def _recognise(head: Head) -> float:
    return 0 if _separator(head.lines[0]) is None else 1


def _read(source: Source, reading: Reading) -> Iterator[Entry]:
    """Columns in any order, others ignored, separated by commas, semicolons or tabs."""
    lines = _Lines(source)
    header = next(lines, "")
    separator = _separator(header)
    if separator is None:
        sentence = f"the header has to name the columns {', '.join(_REQUIRED)}."
        raise ChatLogInvalid(Place("line", 1), "columns_missing", sentence)
    names = _cells(header, separator)
    columns = {column: index for column in _NAMES if (index := _place(column, names)) is not None}
    for place, cells in _rows(lines, separator):
        try:
            yield _entry(place, cells, names, columns, reading)
        except EntryInvalid as error:
            yield not_understood(place, separator.join(cells), error)
        except LogInvalid as error:
            raise error.at(place) from None


def _entry(
    place: Place, cells: Sequence[str], names: Sequence[str], columns: dict[str, int], reading: Reading
) -> Entry:
    if len(cells) != len(names):
        raise EntryInvalid("cell_count", f"{len(cells)} cells, but the header has {len(names)}.")
    told = {column: cells[where] for column, where in columns.items()}
    moment = reading.times.of(told["timestamp"])
    return checked(place, moment, told["username"], told["message"], user_id=told.get("user_id", "").strip())


class _Lines(Iterator[str]):
    """The lines for the reader of CSV, which has no bound of its own for a row."""

    def __init__(self, source: Source) -> None:
        self._lines = source.lines()
        self._row_size = 0
        self._first = Place("line", 1)
        self._last = 0

    def __next__(self) -> str:
        place, line = next(self._lines)
        self._last = place.number
        self._row_size += len(line)
        if self._row_size > ROW_LENGTH:
            raise ChatLogInvalid(self._first, "too_long", f"the row is longer than {ROW_LENGTH} characters.")
        return line

    def begin_row(self) -> Place:
        self._row_size = 0
        self._first = Place("line", self._last + 1)
        return self._first


def _rows(lines: _Lines, separator: str) -> Iterator[tuple[Place, list[str]]]:
    """The rows that aren't blank, each with the line on which it begins."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        place = lines.begin_row()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            sentence = f"this is not CSV ({error}). A cell with a quote has to be quoted."
            raise ChatLogInvalid(place, "not_csv", sentence) from None
        if cells is None:
            return
        if any(map(str.strip, cells)):
            yield place, cells


def _separator(header: str) -> str | None:
    for separator in _SEPARATORS:
        names = _cells(header, separator)
        if all(_place(column, names) is not None for column in _REQUIRED):
            return separator
    return None


def _cells(header: str, separator: str) -> list[str]:
    return [cell.strip().strip('"').strip().casefold() for cell in header.split(separator)]


def _place(column: str, names: Sequence[str]) -> int | None:
    return next((names.index(name) for name in _NAMES[column] if name in names), None)


FORMAT = ChatFormat(
    name="csv",
    what="a table with `timestamp`, `username`, `message` and perhaps `user_id` in its header",
    recognised_by="the names in its first line",
    endings=(".csv", ".tsv", ".txt"),
    read=_read,
    recognise=_recognise,
)
