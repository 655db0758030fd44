"""Chat logs as CSV: a header that names the columns, one message a row."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import tzinfo

from gamenight.votes.exports.lines import lines_of
from gamenight.votes.exports.messages import ChatLogInvalid, ChatMessage, Place, checked, moment

ROW_LENGTH = 256 * 1024

_NAMES = {
    "timestamp": ("timestamp", "time", "date", "created_at"),
    "username": ("username", "user", "author", "name"),
    "user_id": ("user_id", "userid", "authorid", "author_id"),
    "message": ("message", "text", "content", "body"),
}
_REQUIRED = ("timestamp", "username", "message")
_SEPARATORS = (",", ";", "\t")


def is_header(line: str) -> bool:
    return _separator(line) is not None


def read(source: io.BufferedIOBase, zone: tzinfo) -> Iterator[ChatMessage]:
    """The messages of a file; columns in any order, others ignored, separated by commas, semicolons or tabs."""
    lines = _Lines(source)
    header = next(lines, "")
    separator = _separator(header)
    if separator is None:
        sentence = f"the header has to name the columns {', '.join(_REQUIRED)}."
        raise ChatLogInvalid(Place("line", 1), "columns_missing", sentence)
    names = _cells(header, separator)
    columns = {column: index for column in _NAMES if (index := _place(column, names)) is not None}
    for place, cells in _rows(lines, separator):
        if len(cells) != len(names):
            sentence = f"{len(cells)} cells, but the header has {len(names)}."
            raise ChatLogInvalid(place, "cell_count", sentence, cells=len(cells), columns=len(names))
        told = {column: cells[where] for column, where in columns.items()}
        timestamp = moment(place, told["timestamp"], zone)
        yield checked(place, timestamp, told["username"], told.get("user_id", "").strip(), told["message"])


class _Lines(Iterator[str]):
    """The lines for the reader of CSV, which has no bound of its own for a row."""

    def __init__(self, source: io.BufferedIOBase) -> None:
        self._lines = lines_of(source)
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
