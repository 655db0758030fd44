"""The catalogue as a CSV file, for people with a spreadsheet. Pure: text in, rows out, and back."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, convert

from gamenight.catalogue.cell_values import FACTS, Fact
from gamenight.catalogue.errors import EXPECTED, CsvInvalid, CsvTooLong
from gamenight.catalogue.schemas import Favor, Game, GameFacts
from gamenight.core.cells import escape, unescape

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
OTHER_NAMES = {"Ticker": "Symbol"}
SEPARATORS = (",", ";", "\t")
NUMBERS = {"Min. Players", "Max. Players", "Length", "Favor", "Pack Favor"}
BYTE_ORDER_MARK = "\ufeff"
"""Without it a spreadsheet takes UTF-8 for the encoding of its machine."""
LOST_CHARACTER = "\ufffd"
"""What decoders put in the place of what they can't read."""
_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t|:])"?[,;\t]* *', re.IGNORECASE)


class CellReading(Struct, frozen=True):
    """A cell that does not say in so many words what was read of it."""

    column: str
    cell: str
    value: str


class Row(Struct, frozen=True, kw_only=True):
    """A game as a file tells it, on the line where it begins. `given` names the facts that the file tells; the others
    stand in `facts` by their defaults, for a new game. `pack_favor` is the favour of the game's pack, None where the
    file says nothing of it."""

    line: int
    facts: GameFacts
    given: frozenset[str]
    pack_favor: Favor | None
    readings: list[CellReading] = []


class Sheet(Struct, frozen=True):
    """The games of a file, and what separates its cells."""

    rows: list[Row]
    separator: str


def parse(text: str, *, row_limit: int) -> Sheet:
    """The games of a file, of which all are good. Raises CsvInvalid for the first that isn't, or CsvTooLong."""
    text = text.removeprefix(BYTE_ORDER_MARK)
    _check_characters(text)
    told = _told_separator(text)
    separator = told or _likely_separator(text)
    records = _records(text, separator)
    if told is not None:
        next(records)
    header_line, header = next(records, (1, []))
    places = _places(header_line, header)
    rows: list[Row] = []
    for line, cells in records:
        if len(rows) == row_limit:
            raise CsvTooLong(
                f"Line {line}: more than {row_limit} games in one file.", details={"line": line, "most": row_limit}
            )
        if len(cells) != len(header):
            hint = "A cell with a separator or a quote in it has to be quoted."
            sentence = f"{len(cells)} cells, but the header has {len(header)}. {hint}"
            raise CsvInvalid(line, None, "cell_count", sentence, cells=len(cells), columns=len(header))
        rows.append(_row(line, {column: unescape(cells[place]) for column, place in places.items()}))
    _check_titles(rows)
    check_pack_favor(rows)
    _check_symbols(rows)
    return Sheet(rows, separator)


def _check_characters(text: str) -> None:
    if "\0" in text:
        line = _line_of("\0", text)
        raise CsvInvalid(line, None, "not_text", "there is a NUL character. Save the file as UTF-8 text.")
    if LOST_CHARACTER in text:
        line = _line_of(LOST_CHARACTER, text)
        reason = f"a character was lost ({LOST_CHARACTER}) when this text was read in a wrong encoding"
        raise CsvInvalid(line, None, "lost_character", f"{reason}. Send the file itself, or write it again.")


def _line_of(character: str, text: str) -> int:
    before, _found, _after = text.partition(character)
    return len(before.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _told_separator(text: str) -> str | None:
    """What a first line such as `sep=;` says, which some spreadsheets write and read."""
    found = _SEPARATOR_LINE.match(text)
    return None if found is None or text[found.end() : found.end() + 1] not in {"\r", "\n"} else found[1]


def _likely_separator(text: str) -> str:
    """That by which the header has the most columns that we know."""
    return max(SEPARATORS, key=lambda separator: _known_columns(text, separator))


def _known_columns(text: str, separator: str) -> int:
    try:
        _line, header = next(_records(text, separator), (1, []))
    except CsvInvalid:
        return 0
    return sum(_column_of(cell) is not None for cell in header)


def render(games: Iterable[Game], pack_favor: Mapping[str, int]) -> str:
    """A file with these games, which parse reads back; a pack that `pack_favor` lacks has 0."""
    file = io.StringIO(newline="")
    file.write(BYTE_ORDER_MARK)
    writer = csv.DictWriter(file, COLUMNS, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    for game in games:
        cells = _cells(game, pack_favor.get(game.pack_name, 0))
        # A number that is guarded would be a text, and no spreadsheet sorts or sums it.
        writer.writerow({column: cell if column in NUMBERS else escape(cell) for column, cell in cells.items()})
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


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that aren't blank, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            hint = "Cells are separated by commas, semicolons or tabs, and a quote that opens a cell has to close it."
            raise CsvInvalid(line, None, "not_csv", f"this is not CSV ({error}). {hint}") from None
        if cells is None:
            return
        if any(map(str.strip, cells)):
            yield line, cells


_COLUMNS = {column.casefold(): column for column in COLUMNS} | {
    name.casefold(): column for name, column in OTHER_NAMES.items()
}


def _column_of(cell: str) -> str | None:
    """Which of our columns a cell of the header names."""
    return _COLUMNS.get(cell.strip().casefold())


def _places(line: int, header: Sequence[str]) -> dict[str, int]:
    """Where each of our columns is in the file."""
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        column = _column_of(cell)
        if column is None:
            continue
        if column in places:
            raise CsvInvalid(line, column, "column_twice", "the header has this column twice.")
        places[column] = place
    for column in REQUIRED:
        if column not in places:
            hint = f"The first line has to name {', '.join(REQUIRED)}, with commas, semicolons or tabs between them."
            raise CsvInvalid(line, column, "column_missing", f"the header lacks this column. {hint}")
    return places


def _row(line: int, cells: Mapping[str, str]) -> Row:
    values: dict[str, Any] = {}
    readings: list[CellReading] = []
    for fact in FACTS:
        cell = cells.get(fact.column)
        if cell is None or (fact.missing_if_empty and not cell.strip()):
            continue
        values[fact.name] = value = _value(line, fact, cell)
        if fact.is_told(cell):
            shown = _yes_or_no(value) if isinstance(value, bool) else str(value)
            readings.append(CellReading(fact.column, _cut(cell), shown))
    if values["min_players"] > values["max_players"]:
        fewest, most = values["min_players"], values["max_players"]
        sentence = f"{fewest} is more than Max. Players, {most}."
        raise CsvInvalid(line, "Min. Players", "more_than_most", sentence, fewest=fewest, most=most)
    pack_favor = values.pop("pack_favor", None)
    return Row(line=line, facts=GameFacts(**values), given=frozenset(values), pack_favor=pack_favor, readings=readings)


def _value(line: int, fact: Fact, cell: str) -> Any:
    try:
        return convert(fact.read(cell), fact.type)
    except ValueError:
        sentence = f"{_shown(cell)} is not {EXPECTED[fact.fault]}."
        raise CsvInvalid(line, fact.column, fact.fault, sentence, cell=_shown(cell)) from None


def _check_titles(rows: Iterable[Row]) -> None:
    first: dict[tuple[str, str], Row] = {}
    for row in rows:
        name = (row.facts.pack_name, row.facts.title)
        if name in first:
            raise game_twice(row, first[name])
        first[name] = row


def game_twice(row: Row, first: Row) -> CsvInvalid:
    title, pack = _shown(row.facts.title), _shown(row.facts.pack_name)
    sentence = f"{title} of {pack} is on line {first.line} already."
    return CsvInvalid(row.line, "Game Title", "game_twice", sentence, title=title, packName=pack, otherLine=first.line)


def several_games(row: Row, known: Iterable[Game]) -> CsvInvalid:
    """For a title that games of the catalogue have, which are typed in several ways, and none in this one."""
    title, titles = _shown(row.facts.title), ", ".join(_shown(game.title) for game in known)
    sentence = f"{title} may be each of {titles}. Write one of them as it stands here."
    return CsvInvalid(row.line, "Game Title", "several_games", sentence, title=title, titles=titles)


def check_pack_favor(rows: Iterable[Row]) -> None:
    """Raises CsvInvalid where two rows of a pack tell different favours of it."""
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
        if row.facts.symbol is None or not row.facts.enabled:
            continue
        other = first.setdefault(row.facts.symbol, row)
        if other is not row:
            symbol = _shown(row.facts.symbol)
            sentence = f"{symbol} is on line {other.line} already."
            raise CsvInvalid(row.line, "Symbol", "symbol_twice", sentence, symbol=symbol, otherLine=other.line)


def _shown(found: str) -> str:
    return json.dumps(_cut(found), ensure_ascii=False)


def _cut(found: str) -> str:
    return found if len(found) <= 60 else f"{found[:59]}…"
