"""The catalogue as a CSV file, for people with a spreadsheet. Pure: text in, rows out, and back."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from msgspec import Meta, Struct, convert

from gamenight.catalogue.errors import EXPECTED, CellFault, CsvFault, CsvInvalid, CsvTooLong
from gamenight.catalogue.rules import EVERYDAY_WORDS
from gamenight.catalogue.schemas import AppTag, Favor, Game, GameFacts, Kind, Minutes, Players, PlayMode, Symbol
from gamenight.core.cells import escape, unescape
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
        raise CsvInvalid(line, None, "not_text", "there is a NUL character. Save the file as UTF-8 text.")
    records = _records(text)
    header_line, header = next(records, (1, []))
    places = _places(header_line, header)
    rows: list[Row] = []
    for line, cells in records:
        if len(rows) == row_limit:
            raise CsvTooLong(
                f"Line {line}: more than {row_limit} games in one file.", details={"line": line, "most": row_limit}
            )
        if len(cells) != len(header):
            hint = "A cell with a comma or a quote in it has to be quoted."
            sentence = f"{len(cells)} cells, but the header has {len(header)}. {hint}"
            raise CsvInvalid(line, None, "cell_count", sentence, cells=len(cells), columns=len(header))
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
            raise CsvInvalid(line, None, "not_csv", f"this is not CSV ({error}). {hint}") from None
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
            raise CsvInvalid(line, column, "column_twice", "the header has this column twice.")
        places[column] = place
    for column in REQUIRED:
        if column not in places:
            reason, hint = _why_it_lacks(header)
            raise CsvInvalid(line, column, reason, f"the header lacks this column. {hint}")
    return places


def _why_it_lacks(header: Sequence[str]) -> tuple[CsvFault, str]:
    if len(header) == 1 and re.search("[;\t]", header[0]):
        return "no_commas", "Cells have to be separated by commas, not by semicolons or tabs."
    return "column_missing", f"The first line has to name {', '.join(REQUIRED)}."


def _row(line: int, cells: Mapping[str, str]) -> Row:
    values: dict[str, Any] = {}
    for fact in _FACTS:
        cell = cells.get(fact.column)
        if cell is None or (fact.missing_if_empty and not cell.strip()):
            continue
        try:
            values[fact.name] = convert(fact.read(cell), fact.type)
        except ValueError:
            sentence = f"{_shown(cell)} is not {EXPECTED[fact.fault]}."
            raise CsvInvalid(line, fact.column, fact.fault, sentence, cell=_shown(cell)) from None
    if values["min_players"] > values["max_players"]:
        fewest, most = values["min_players"], values["max_players"]
        sentence = f"{fewest} is more than Max. Players, {most}."
        raise CsvInvalid(line, "Min. Players", "more_than_most", sentence, fewest=fewest, most=most)
    pack_favor = values.pop("pack_favor", None)
    return Row(line=line, facts=GameFacts(**values), given=frozenset(values), pack_favor=pack_favor)


def _check_titles(rows: Iterable[Row]) -> None:
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        name = (row.facts.pack_name, row.facts.title)
        if name in first:
            title, pack = _shown(row.facts.title), _shown(row.facts.pack_name)
            raise CsvInvalid(
                row.line,
                "Game Title",
                "game_twice",
                f"{title} of {pack} is on line {first[name]} already.",
                title=title,
                packName=pack,
                otherLine=first[name],
            )
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
                row.line,
                "Pack Favor",
                "pack_favors_differ",
                f"{row.pack_favor} for {pack}, but line {other.line} has {other.pack_favor}.",
                packName=pack,
                otherLine=other.line,
            )


def _check_symbols(rows: Iterable[Row]) -> None:
    first: dict[str, Row] = {}
    for row in rows:
        if row.facts.symbol is None:
            continue
        other = first.setdefault(row.facts.symbol, row)
        if other is not row:
            symbol = _shown(row.facts.symbol)
            sentence = f"{symbol} is on line {other.line} already."
            raise CsvInvalid(row.line, "Symbol", "symbol_twice", sentence, symbol=symbol, otherLine=other.line)


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
    """A fact in one cell: how to read it, the type that the result has to fit, and the fault where it does not."""

    column: str
    name: str
    read: Callable[[str], object]
    type: Any
    fault: CellFault
    missing_if_empty: bool = False


_FACTS = (
    _Fact("Game Pack", "pack_name", str, Title, "not_a_name"),
    _Fact("Game Title", "title", str, Title, "not_a_name"),
    _Fact("Min. Players", "min_players", _whole, Players, "not_players"),
    _Fact("Max. Players", "max_players", _whole, Players, "not_players"),
    _Fact("Length", "length_minutes", _length, Minutes | None, "not_minutes"),
    _Fact("Audience", "has_audience", _flag, bool, "not_yes_or_no"),
    _Fact("Family Friendly?", "family_friendly", _family_friendly, bool, "not_family_friendly"),
    _Fact("Family Friendly?", "family_friendly_setting", _setting, bool, "not_family_friendly"),
    _Fact("Game Type", "game_type", _text, Kind | None, "not_a_kind"),
    _Fact("Secondary Type", "secondary_type", _text, Kind | None, "not_a_kind"),
    _Fact("Play Mode", "play_mode", _play_mode, PlayMode | None, "not_a_play_mode"),
    _Fact("App Tags", "app_tags", _app_tags, Annotated[list[AppTag], Meta(max_length=20)], "not_app_tags"),
    _Fact("Enabled?", "enabled", _flag, bool, "not_yes_or_no", missing_if_empty=True),
    _Fact("Favor", "favor_bias", _whole, Favor, "not_a_favor", missing_if_empty=True),
    _Fact("Pack Favor", "pack_favor", _whole, Favor, "not_a_favor", missing_if_empty=True),
    _Fact("Symbol", "symbol", _symbol, Symbol | None, "not_a_symbol"),
)
