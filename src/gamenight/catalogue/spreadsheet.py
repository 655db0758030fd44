"""The catalogue as a CSV file, for people with a spreadsheet. Pure: text in, rows out, and back."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from msgspec import Meta, Struct, convert

from gamenight.catalogue.rules import EVERYDAY_WORDS
from gamenight.catalogue.schemas import AppTag, Favor, Game, GameFacts, Kind, Minutes, Players, PlayMode, Symbol
from gamenight.core.cells import escape, unescape
from gamenight.core.errors import BadRequest, TooLarge
from gamenight.http.schemas import Title

REQUIRED = (
    "Game Pack",
    "Game Title",
    "Min. Players",
    "Max. Players",
    "Length",
    "Audience",
    "Family Friendly?",
    "Game Type",
    "Secondary Type",
)
OPTIONAL = ("Play Mode", "App Tags", "Enabled?", "Favor", "Pack Favor", "Symbol")
COLUMNS = REQUIRED + OPTIONAL


class CsvInvalid(BadRequest):
    """`column` is None where a whole line is meant; a row of several lines is named by its first."""

    code = "csv_invalid"

    def __init__(self, line: int, column: str | None, sentence: str) -> None:
        place = f"Line {line}" if column is None else f"Line {line}, column {column}"
        super().__init__(f"{place}: {sentence}", details={"line": line, "column": column})


class CsvTooLong(TooLarge):
    code = "csv_too_long"


class Row(Struct, frozen=True, kw_only=True):
    """A game as a file tells it, on the line where it begins. `given` names the facts that the file tells; the others
    stand in `facts` by their defaults, for a new game. `pack_favor` is the favour of the game's pack, None where the
    file says nothing of it."""

    line: int
    facts: GameFacts
    given: frozenset[str]
    pack_favor: Favor | None


def parse(text: str, *, row_limit: int) -> list[Row]:
    """The games of a file, of which all are good. Raises CsvInvalid for the first that isn't, or CsvTooLong."""
    if "\0" in text:
        before = text[: text.index("\0")]
        line = len(before.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
        raise CsvInvalid(line, None, "there is a NUL character. Save the file as UTF-8 text.")
    records = _records(text)
    header_line, header = next(records, (1, []))
    places = _places(header_line, header)
    rows: list[Row] = []
    for line, cells in records:
        if len(rows) == row_limit:
            raise CsvTooLong(f"Line {line}: more than {row_limit} games in one file.", details={"line": line})
        if len(cells) != len(header):
            hint = "A cell with a comma or a quote in it has to be quoted."
            raise CsvInvalid(line, None, f"{len(cells)} cells, but the header has {len(header)}. {hint}")
        rows.append(_row(line, {column: unescape(cells[place]) for column, place in places.items()}))
    _check_titles(rows)
    _check_pack_favor(rows)
    _check_symbols(rows)
    return rows


def render(games: Iterable[Game], pack_favor: Mapping[str, int]) -> str:
    """A file with these games, which parse reads back; a pack that `pack_favor` lacks has 0."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    for game in games:
        cells = _cells(game, pack_favor.get(game.pack_name, 0))
        writer.writerow({column: escape(cell) for column, cell in cells.items()})
    return file.getvalue()


def _cells(game: Game, pack_favor: int) -> dict[str, str]:
    return {
        "Game Pack": game.pack_name,
        "Game Title": game.title,
        "Min. Players": str(game.min_players),
        "Max. Players": str(game.max_players),
        "Length": str(game.length_minutes or ""),
        "Audience": _yes_or_no(game.has_audience),
        "Family Friendly?": "Setting" if game.family_friendly_setting else _yes_or_no(game.family_friendly),
        "Game Type": game.game_type or "",
        "Secondary Type": game.secondary_type or "",
        "Play Mode": game.play_mode or "",
        "App Tags": ";".join(game.app_tags),
        "Enabled?": _yes_or_no(game.enabled),
        "Favor": str(game.favor_bias),
        "Pack Favor": str(pack_favor),
        "Symbol": game.symbol or "",
    }


def _yes_or_no(flag: int) -> str:
    return "Yes" if flag else "No"


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that aren't blank, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            hint = "Cells are separated by commas, and a quote that opens a cell has to close it."
            raise CsvInvalid(line, None, f"this is not CSV ({error}). {hint}") from None
        if cells is None:
            return
        if any(map(str.strip, cells)):
            yield line, cells


def _places(line: int, header: Sequence[str]) -> dict[str, int]:
    """Where each of our columns is in the file."""
    ours = {column.casefold(): column for column in COLUMNS}
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        column = ours.get(cell.strip().casefold())
        if column is None:
            continue
        if column in places:
            raise CsvInvalid(line, column, "the header has this column twice.")
        places[column] = place
    for column in REQUIRED:
        if column not in places:
            raise CsvInvalid(line, column, f"the header lacks this column. {_header_hint(header)}")
    return places


def _header_hint(header: Sequence[str]) -> str:
    if len(header) == 1 and re.search("[;\t]", header[0]):
        return "Cells have to be separated by commas, not by semicolons or tabs."
    return f"The first line has to name {', '.join(REQUIRED)}."


def _row(line: int, cells: Mapping[str, str]) -> Row:
    told: dict[str, Any] = {}
    for fact in _FACTS:
        cell = cells.get(fact.column)
        if cell is None or (fact.untold_if_empty and not cell.strip()):
            continue
        try:
            told[fact.name] = convert(fact.read(cell), fact.type)
        except ValueError:
            raise CsvInvalid(line, fact.column, f"{_shown(cell)} is not {fact.expected}.") from None
    if told["min_players"] > told["max_players"]:
        raise CsvInvalid(
            line, "Min. Players", f"{told['min_players']} is more than Max. Players, {told['max_players']}."
        )
    pack_favor = told.pop("pack_favor", None)
    return Row(line=line, facts=GameFacts(**told), given=frozenset(told), pack_favor=pack_favor)


def _check_titles(rows: Iterable[Row]) -> None:
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        name = (row.facts.pack_name, row.facts.title)
        if name in first:
            game = f"{_shown(row.facts.title)} of {_shown(row.facts.pack_name)}"
            raise CsvInvalid(row.line, "Game Title", f"{game} is on line {first[name]} already.")
        first[name] = row.line


def _check_pack_favor(rows: Iterable[Row]) -> None:
    first: dict[str, Row] = {}
    for row in rows:
        if row.pack_favor is None:
            continue
        other = first.setdefault(row.facts.pack_name, row)
        if row.pack_favor != other.pack_favor:
            pack = _shown(row.facts.pack_name)
            raise CsvInvalid(
                row.line, "Pack Favor", f"{row.pack_favor} for {pack}, but line {other.line} has {other.pack_favor}."
            )


def _check_symbols(rows: Iterable[Row]) -> None:
    first: dict[str, Row] = {}
    for row in rows:
        if row.facts.symbol is None:
            continue
        other = first.setdefault(row.facts.symbol, row)
        if other is not row:
            raise CsvInvalid(row.line, "Symbol", f"{_shown(row.facts.symbol)} is on line {other.line} already.")


def _shown(found: str) -> str:
    return json.dumps(found if len(found) <= 60 else f"{found[:59]}…", ensure_ascii=False)


def _whole(cell: str) -> int:
    if not re.fullmatch("-?[0-9]+", cell.strip()):
        raise ValueError(cell)
    return int(cell)


_LENGTH = re.compile(r"([0-9]+)(?:\s*[-\u2013]\s*([0-9]+))?\s*(?:min|mins|minutes?)?", re.IGNORECASE)


def _length(cell: str) -> int | None:
    """Minutes; of a range, the middle."""
    cell = cell.strip()
    if not cell.strip("?") or cell.casefold() in {"n/a", "unknown"}:
        return None
    found = _LENGTH.fullmatch(cell)
    if found is None:
        raise ValueError(cell)
    shortest, longest = int(found[1]), int(found[2] or found[1])
    if shortest > longest:
        raise ValueError(cell)
    return (shortest + longest + 1) // 2


_FLAGS = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


def _flag(cell: str) -> bool:
    """An empty cell is a No: nobody knows of it."""
    word = cell.strip().casefold()
    if word and word not in _FLAGS:
        raise ValueError(cell)
    return _FLAGS.get(word, False)


def _setting(cell: str) -> bool:
    return cell.strip().casefold() in {"setting", "toggle"}


def _family_friendly(cell: str) -> bool:
    return _setting(cell) or _flag(cell)


def _text(cell: str) -> str | None:
    return cell or None


def _play_mode(cell: str) -> str | None:
    return cell.strip().casefold() or None


def _app_tags(cell: str) -> list[str]:
    return [tag for tag in map(str.strip, cell.split(";")) if tag]


def _symbol(cell: str) -> str | None:
    symbol = cell.strip().upper()
    if symbol in EVERYDAY_WORDS:
        raise ValueError(cell)
    return symbol or None


class _Fact(NamedTuple):
    """What one cell tells: how to read it, and the type that the result has to fit."""

    column: str
    name: str
    read: Callable[[str], object]
    type: Any
    expected: str
    untold_if_empty: bool = False


_NAME = "a text of 1 to 200 characters"
_PLAYERS = "a whole number from 1 to 1000"
_MINUTES = 'a number of minutes from 1 to 600 ("15", "15-20", or empty where unknown)'
_FLAG = "Yes or No"
_KIND = "a text of at most 50 characters"
_TAGS = "a list of at most 20 tags, with semicolons between them, each of at most 64 ASCII characters without spaces"
_FAVOR = "-1, 0 or 1"
_SYMBOL = "a symbol of 2 to 4 letters from A to Z that is no word of everyday chat"
_FACTS = (
    _Fact("Game Pack", "pack_name", str, Title, _NAME),
    _Fact("Game Title", "title", str, Title, _NAME),
    _Fact("Min. Players", "min_players", _whole, Players, _PLAYERS),
    _Fact("Max. Players", "max_players", _whole, Players, _PLAYERS),
    _Fact("Length", "length_minutes", _length, Minutes | None, _MINUTES),
    _Fact("Audience", "has_audience", _flag, bool, _FLAG),
    _Fact("Family Friendly?", "family_friendly", _family_friendly, bool, "Yes, No or Setting"),
    _Fact("Family Friendly?", "family_friendly_setting", _setting, bool, "Yes, No or Setting"),
    _Fact("Game Type", "game_type", _text, Kind | None, _KIND),
    _Fact("Secondary Type", "secondary_type", _text, Kind | None, _KIND),
    _Fact("Play Mode", "play_mode", _play_mode, PlayMode | None, "versus, coop, team or empty"),
    _Fact("App Tags", "app_tags", _app_tags, Annotated[list[AppTag], Meta(max_length=20)], _TAGS),
    _Fact("Enabled?", "enabled", _flag, bool, _FLAG, untold_if_empty=True),
    _Fact("Favor", "favor_bias", _whole, Favor, _FAVOR, untold_if_empty=True),
    _Fact("Pack Favor", "pack_favor", _whole, Favor, _FAVOR, untold_if_empty=True),
    _Fact("Symbol", "symbol", _symbol, Symbol | None, _SYMBOL),
)
