"""Bringing a file of games into the catalogue, whole or not at all."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import bindparam, insert, select, update

from gamenight.catalogue import actions, spreadsheet, symbols
from gamenight.catalogue.decoding import Encoding
from gamenight.catalogue.errors import SymbolsDiffer
from gamenight.catalogue.events import emit_catalogue_changed
from gamenight.catalogue.matching import Match, match
from gamenight.catalogue.queries import all_games, named_games, pack_favor
from gamenight.catalogue.schemas import Game
from gamenight.catalogue.spreadsheet import CellReading, Sheet
from gamenight.catalogue.tables import games
from gamenight.catalogue.titles import TitleIndex, title_key
from gamenight.core.database import Transaction
from gamenight.core.errors import BadRequest


class NothingToImport(BadRequest):
    code = "nothing_to_import"


SHIPPED = files("gamenight.catalogue") / "data" / "games.csv"


class ImportedRow(Struct, frozen=True, rename="camel"):
    """What became of a row. `returned` is a game that had left the catalogue and is back. `pack_name` and `title` are
    those of the catalogue; `written_pack_name` and `written_title` those of the file where they are typed otherwise.
    `readings` are the cells of which it has to be told how they were read."""

    line: int
    pack_name: str
    title: str
    became: Literal["added", "returned", "updated", "unchanged"]
    written_pack_name: str | None
    written_title: str | None
    readings: list[CellReading]


class SameTitle(Struct, frozen=True, rename="camel"):
    """Games of the catalogue whose names differ in nothing but how they are typed."""

    pack_name: str
    titles: list[str]


class Source(Struct, frozen=True, rename="camel"):
    """How a file was read. `encoding` is null where the request had its text; `guessed_lines` were no UTF-8."""

    encoding: Encoding | None = None
    guessed_lines: list[int] = []


AS_TEXT = Source()


class Imported(Struct, frozen=True, rename="camel"):
    """How many rows the file had, how it was read, and what became of each row."""

    message: str
    count: int
    added: int
    updated: int
    unchanged: int
    removed: int
    encoding: Encoding | None
    guessed_lines: list[int]
    separator: str
    rows: list[ImportedRow]
    same_titles: list[SameTitle]


def load_shipped_catalogue(transaction: Transaction) -> None:
    """Fill a catalogue in which there never was a game with the one of this package."""
    if transaction.connection.execute(select(games.c.id).limit(1)).first() is None:
        sheet = spreadsheet.parse(SHIPPED.read_text(encoding="utf-8"), row_limit=1000)
        import_sheet(transaction, sheet, replace=False)


def import_sheet(transaction: Transaction, sheet: Sheet, source: Source = AS_TEXT, *, replace: bool) -> Imported:
    """Add what is new, update what is there, matched by pack and title; `replace` takes out all that is not named.

    Raises NothingToImport, SymbolTaken, or CsvInvalid where rows can't be matched.
    """
    if replace and not sheet.rows:
        raise NothingToImport("The file has no games, and replacing would remove all. Nothing was changed.")
    before = {game.id: game for game in all_games(transaction.connection)}
    matches = match(sheet.rows, before.values())
    named = {each.game.id for each in matches if each.game is not None}
    removed = [game_id for game_id in before if game_id not in named] if replace else []
    for game_id in removed:
        actions.take_out(transaction, game_id)
    _check_symbols((game for game in before.values() if game.id not in removed), matches)
    _free_symbols(transaction, (game.id for each in matches if (game := each.game) is not None and _moves(each, game)))
    for each in matches:
        if each.game is not None:
            _update(transaction, each, each.game)
    returned = _add(transaction, [each for each in matches if each.game is None])
    favored = _favor_packs(transaction, matches)
    after = all_games(transaction.connection)
    changed = [game for game in after if before.get(game.id) != game or game.pack_name in favored]
    if changed or removed:
        emit_catalogue_changed(transaction, changed, removed)
    updated = {game.id for game in changed if game.id in before and before[game.id] != game}
    rows = [_imported(each, updated, returned) for each in matches]
    became = [row.became for row in rows]
    return Imported(
        f"{len(rows)} {'game' if len(rows) == 1 else 'games'} imported",
        len(rows),
        became.count("added") + became.count("returned"),
        became.count("updated"),
        became.count("unchanged"),
        len(removed),
        source.encoding,
        source.guessed_lines,
        sheet.separator,
        rows,
        [SameTitle(same[0].pack_name, [game.title for game in same]) for same in TitleIndex(after).same_titles()],
    )


def _imported(each: Match, updated: Collection[int], returned: Collection[int]) -> ImportedRow:
    row, game = each.row, each.game
    if game is None:
        became: Any = "returned" if row.line in returned else "added"
        pack_name, title = row.facts.pack_name, row.facts.title
    else:
        became = "updated" if game.id in updated else "unchanged"
        pack_name, title = game.pack_name, game.title
    written_pack = None if each.pack_name == pack_name else each.pack_name
    written_title = None if each.title == title else each.title
    return ImportedRow(row.line, pack_name, title, became, written_pack, written_title, row.readings)


def _symbol_of(each: Match) -> str | None:
    """The symbol that a row's game is to have."""
    if each.game is None or "symbol" in each.row.given:
        return each.row.facts.symbol
    return each.game.symbol


def _moves(each: Match, game: Game) -> bool:
    """Whether another game may get a symbol from this one, or this one from another."""
    return (_symbol_of(each), _is_enabled(each)) != (game.symbol, bool(game.enabled))


def _is_enabled(each: Match) -> bool:
    if each.game is None or "enabled" in each.row.given:
        return bool(each.row.facts.enabled)
    return bool(each.game.enabled)


def _check_symbols(games_left: Iterable[Game], matches: Iterable[Match]) -> None:
    """Raises SymbolTaken where two enabled games would have one symbol."""
    named = {each.game.id for each in matches if each.game is not None}
    symbols.check_all(
        [symbols.holder(game) for game in games_left if game.id not in named]
        + [
            symbols.Holder(
                None if each.game is None else each.game.id,
                each.row.facts.pack_name,
                each.row.facts.title,
                _symbol_of(each),
                _is_enabled(each),
                is_changed="symbol" in each.row.given,
            )
            for each in matches
        ]
    )


def _free_symbols(transaction: Transaction, game_ids: Iterable[int]) -> None:
    """Take their symbols from games that are about to get their new ones, so that they can exchange them."""
    rows = [{"of_game": game_id} for game_id in game_ids]
    if rows:
        statement = update(games).where(games.c.id == bindparam("of_game")).values(symbol=None)
        transaction.connection.execute(statement, rows)


def _add(transaction: Transaction, matches: Sequence[Match]) -> set[int]:
    """Insert what was never there, all at once; what had left the catalogue comes back with its history.

    Returns the lines of those that came back.
    """
    connection = transaction.connection
    left = TitleIndex(each for each in named_games(connection) if not each.is_in_catalogue)
    new: list[dict[str, Any]] = []
    returned: dict[int, tuple[int, dict[str, Any]]] = {}
    for each in matches:
        facts = each.row.facts
        values = actions.row_of(facts)
        gone = left.games(facts.pack_name, facts.title)
        if gone:
            returned[each.row.line] = gone[0].id, values
        else:
            new.append(values | {"created_at": transaction.now})
    if new:
        connection.execute(insert(games), new)
    # Those that the file gives a symbol come first: the others keep theirs if nobody has it then.
    for game_id, values in sorted(returned.values(), key=lambda each: each[1]["symbol"] is None):
        actions.revive(transaction, game_id, values)
    return set(returned)


def _update(transaction: Transaction, each: Match, before: Game) -> None:
    """Change what the file tells; the names stay as the catalogue has them."""
    given = each.row.given - {"pack_name", "title"}
    values = actions.row_of(each.row.facts)
    changes = {name: value for name, value in values.items() if name in given and value != _stored(before, name)}
    if _moves(each, before):
        changes["symbol"] = _symbol_of(each)
    if changes:
        transaction.connection.execute(update(games).where(games.c.id == before.id).values(**changes))


def _stored(game: Game, name: str) -> Any:
    value = getattr(game, name)
    return ";".join(value) if name == "app_tags" else value


def _favor_packs(transaction: Transaction, matches: Sequence[Match]) -> set[str]:
    """Set the favours that the file gives; returns the packs for which that changed something."""
    before = pack_favor(transaction.connection)
    rows = [each.row for each in matches]
    given = {row.facts.pack_name: row.pack_favor for row in rows if row.pack_favor is not None}
    changed = {name for name, favor in given.items() if before.get(name, 0) != favor}
    for name in changed:
        actions.set_pack_favor(transaction, name, given[name])
    return changed


class ImportedSymbol(Struct, frozen=True, rename="camel"):
    """What became of a title of the map; `pack_name` is null where no game, or games of several packs, have it."""

    title: str
    symbol: str
    pack_name: str | None
    became: Literal["updated", "unchanged", "not_found", "several_packs"]


class ImportedSymbols(Struct, frozen=True):
    """How many games have a new symbol, and what became of each title."""

    message: str
    updated: int
    unchanged: int
    rows: list[ImportedSymbol]


def import_symbols(transaction: Transaction, tickers: Mapping[str, str]) -> ImportedSymbols:
    """Give games of the catalogue symbols by their titles. A title in several packs is the game that is enabled.

    Raises NothingToImport where no title is known, SymbolsDiffer, SymbolTaken or GameInvalid.
    """
    before = all_games(transaction.connection)
    by_key: dict[str, list[Game]] = {}
    for game in before:
        by_key.setdefault(title_key(game.title), []).append(game)
    found = {title: _games_of_title(title, by_key.get(title_key(title), [])) for title in tickers}
    wanted = _wanted_symbols(tickers, found)
    if not wanted:
        raise NothingToImport("No game of the catalogue has one of these titles. Nothing was changed.")
    for symbol in wanted.values():
        symbols.check_word(symbol)
    symbols.check_all(symbols.holder(game, wanted.get(game.id)) for game in before)
    _free_symbols(transaction, wanted)
    for game_id, symbol in wanted.items():
        transaction.connection.execute(update(games).where(games.c.id == game_id).values(symbol=symbol))
    known = {game.id: game for game in before}
    changed = [game for game in all_games(transaction.connection) if known[game.id] != game]
    if changed:
        emit_catalogue_changed(transaction, changed)
    ids = {game.id for game in changed}
    rows = [_imported_symbol(title, symbol.upper(), found[title], ids) for title, symbol in tickers.items()]
    return ImportedSymbols(f"{len(wanted)} symbols imported", len(ids), len(wanted) - len(ids), rows)


def _games_of_title(title: str, same: Sequence[Game]) -> Sequence[Game]:
    """Which of these games a title without its pack means: those of this very spelling, of these those in the draw."""
    exact = [game for game in same if game.title == title] or same
    return [game for game in exact if game.enabled] or exact


def _wanted_symbols(tickers: Mapping[str, str], found: Mapping[str, Sequence[Game]]) -> dict[int, str]:
    """The symbol that each game gets. Raises SymbolsDiffer or SymbolTaken where the map contradicts itself."""
    wanted: dict[int, str] = {}
    holders: dict[str, Game] = {}
    for title, given in tickers.items():
        symbol = given.upper()
        if len(found[title]) != 1:
            continue
        (game,) = found[title]
        if wanted.setdefault(game.id, symbol) != symbol:
            raise SymbolsDiffer(
                f'"{game.title}" would get two symbols, {wanted[game.id]} and {symbol}. Leave one of them out.',
                details={"reason": "of_map", "title": game.title, "symbol": symbol, "other": wanted[game.id]},
            )
        if holders.setdefault(symbol, game) is not game:
            raise symbols.taken(symbol, holders[symbol])
    return wanted


def _imported_symbol(title: str, symbol: str, same: Sequence[Game], changed: Collection[int]) -> ImportedSymbol:
    if len(same) != 1:
        return ImportedSymbol(title, symbol, None, "several_packs" if same else "not_found")
    became: Any = "updated" if same[0].id in changed else "unchanged"
    return ImportedSymbol(title, symbol, same[0].pack_name, became)
