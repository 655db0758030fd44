"""Bringing a file of games into the catalogue, whole or not at all."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from msgspec import Struct
from sqlalchemy import insert, select, update

from gamenight.catalogue import actions, spreadsheet
from gamenight.catalogue.events import emit_catalogue_changed
from gamenight.catalogue.queries import all_games, pack_favor
from gamenight.catalogue.schemas import Game
from gamenight.catalogue.tables import games
from gamenight.core.database import Transaction
from gamenight.core.errors import BadRequest


class NothingToImport(BadRequest):
    code = "nothing_to_import"


_left = select(games.c.id, games.c.pack_name, games.c.title).where(games.c.removed_at.is_not(None))
SHIPPED = files("gamenight.catalogue") / "data" / "games.csv"


class Imported(Struct, frozen=True):
    """How many rows the file had, and what became of them."""

    message: str
    count: int
    added: int
    updated: int
    unchanged: int
    removed: int


def load_shipped_catalogue(transaction: Transaction) -> None:
    """Fill a catalogue in which there never was a game with the one of this package."""
    if transaction.connection.execute(select(games.c.id).limit(1)).first() is None:
        rows = spreadsheet.parse(SHIPPED.read_text(encoding="utf-8"), row_limit=1000)
        import_rows(transaction, rows, replace=False)


def import_rows(transaction: Transaction, rows: Sequence[spreadsheet.Row], *, replace: bool) -> Imported:
    """Add what is new, update what is there, matched by pack and title; `replace` takes out all that is not named."""
    if replace and not rows:
        raise NothingToImport("The file has no games, and replacing would remove all. Nothing was changed.")
    before = {(game.pack_name, game.title): game for game in all_games(transaction.connection)}
    names = {_name(row) for row in rows}
    removed = [game.id for name, game in before.items() if name not in names] if replace else []
    for game_id in removed:
        actions.take_out(transaction, game_id)
    _free_symbols(transaction, rows)
    _add(transaction, [row for row in rows if _name(row) not in before])
    for row in rows:
        if _name(row) in before:
            _update(transaction, row, before[_name(row)])
    favored = _favor_packs(transaction, rows)
    changed = [
        game
        for game in all_games(transaction.connection)
        if before.get((game.pack_name, game.title)) != game or game.pack_name in favored
    ]
    if changed or removed:
        emit_catalogue_changed(transaction, changed, removed)
    added = sum(name not in before for name in names)
    updated = sum(
        (game.pack_name, game.title) in before and before[game.pack_name, game.title] != game for game in changed
    )
    return Imported(
        f"{len(rows)} {'game' if len(rows) == 1 else 'games'} imported",
        len(rows),
        added,
        updated,
        len(rows) - added - updated,
        len(removed),
    )


def _name(row: spreadsheet.Row) -> tuple[str, str]:
    return row.facts.pack_name, row.facts.title


def _free_symbols(transaction: Transaction, rows: Sequence[spreadsheet.Row]) -> None:
    """Take from the games of the file the symbols that it gives to others of them, so that they can exchange them.

    Raises SymbolTaken where a game that the file leaves as it is has one.
    """
    given = {row.facts.symbol: row for row in rows if row.facts.symbol is not None}
    giving = {_name(row) for row in rows if "symbol" in row.given}
    for game in all_games(transaction.connection):
        name = (game.pack_name, game.title)
        if game.symbol is None or game.symbol not in given or name == _name(given[game.symbol]):
            continue
        if name not in giving:
            raise actions.symbol_taken(game.symbol, game)
        transaction.connection.execute(update(games).where(games.c.id == game.id).values(symbol=None))


def _add(transaction: Transaction, rows: Sequence[spreadsheet.Row]) -> None:
    """Insert what was never there, all at once; what had left the catalogue comes back with its history."""
    connection = transaction.connection
    left = {(row.pack_name, row.title): row.id for row in connection.execute(_left)}
    new = [actions.row_of(row.facts) | {"created_at": transaction.now} for row in rows if _name(row) not in left]
    if new:
        connection.execute(insert(games), new)
    for row in rows:
        if _name(row) in left:
            actions.revive(transaction, left[_name(row)], actions.row_of(row.facts))


def _update(transaction: Transaction, row: spreadsheet.Row, before: Game) -> None:
    values = actions.row_of(row.facts)
    changes = {name: value for name, value in values.items() if name in row.given and value != _stored(before, name)}
    if changes:
        transaction.connection.execute(update(games).where(games.c.id == before.id).values(**changes))


def _stored(game: Game, name: str) -> Any:
    value = getattr(game, name)
    return ";".join(value) if name == "app_tags" else value


def _favor_packs(transaction: Transaction, rows: Sequence[spreadsheet.Row]) -> set[str]:
    """Set the favours that the file gives; returns the packs for which that changed something."""
    before = pack_favor(transaction.connection)
    given = {row.facts.pack_name: row.pack_favor for row in rows if row.pack_favor is not None}
    changed = {name for name, favor in given.items() if before.get(name, 0) != favor}
    for name in changed:
        actions.set_pack_favor(transaction, name, given[name])
    return changed
