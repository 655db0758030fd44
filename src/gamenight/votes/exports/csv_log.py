"""Logs in CSV: what a format calls its columns, and the reader that all of them share."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gamenight.votes.exports.chat_format import ChatFormat, Reading
from gamenight.votes.exports.checks import not_understood
from gamenight.votes.exports.entries import Entry, Place
from gamenight.votes.exports.faults import ChatLogInvalid, EntryInvalid, LogInvalid
from gamenight.votes.exports.source import Head, Source

ROW_LENGTH = 256 * 1024
REQUIRED = ("timestamp", "username", "message")
_SEPARATORS = (",", ";", "\t")

Cells = Mapping[str, str]
"""The cells of a row that matter, by what they hold."""
MakeEntry = Callable[[Cells, Place, Reading], Entry | None]
"""What a row tells; None for one that nobody wrote. Raises EntryInvalid or LogInvalid."""


class _Header(NamedTuple):
    """The separator of a table, how many columns it has, and where those are that matter."""

    separator: str
    width: int
    columns: Mapping[str, int]


def csv_format(
    name: str,
    make_entry: MakeEntry,
    *,
    columns: Mapping[str, Sequence[str]],
    what: str,
    recognised_by: str,
    required: Sequence[str] = REQUIRED,
    family: str | None = "csv",
) -> ChatFormat:
    """A format of tables: for each thing that its rows tell, the names that its column may have, in small letters. Any
    order, other columns, and commas, semicolons or tabs between them are fine."""

    def header_of(line: str) -> _Header | None:
        return _header(line, columns, required)

    def read(source: Source, reading: Reading) -> Iterator[Entry]:
        return _read(source, reading, header_of, make_entry)

    def recognise(head: Head) -> float:
        return 0 if header_of(head.lines[0]) is None else 1

    return ChatFormat(
        name=name,
        what=what,
        recognised_by=recognised_by,
        endings=(".csv", ".tsv", ".txt"),
        read=read,
        recognise=recognise,
        family=family,
    )


def _read(
    source: Source, reading: Reading, header_of: Callable[[str], _Header | None], make_entry: MakeEntry
) -> Iterator[Entry]:
    lines = _Lines(source)
    header = header_of(next(lines, ""))
    if header is None:
        sentence = f"the header has to name the columns {', '.join(REQUIRED)}."
        raise ChatLogInvalid(Place("line", 1), "columns_missing", sentence)
    for place, cells in _rows(lines, header.separator):
        try:
            entry = make_entry(_told(cells, header), place, reading)
        except EntryInvalid as error:
            entry = not_understood(place, header.separator.join(cells), error)
        except LogInvalid as error:
            raise error.at(place) from None
        if entry is not None:
            yield entry


def _told(cells: Sequence[str], header: _Header) -> Cells:
    if len(cells) != header.width:
        raise EntryInvalid("cell_count", f"{len(cells)} cells, but the header has {header.width}.")
    return {column: cells[where] for column, where in header.columns.items()}


def _header(line: str, columns: Mapping[str, Sequence[str]], required: Sequence[str]) -> _Header | None:
    """None where a column is missing that has to be there."""
    for separator in _SEPARATORS:
        names = [cell.strip().strip('"').strip().casefold() for cell in line.split(separator)]
        places = {
            column: names.index(known[0])
            for column, wanted in columns.items()
            if (known := [name for name in wanted if name in names])
        }
        if all(column in places for column in required):
            return _Header(separator, len(names), places)
    return None


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
