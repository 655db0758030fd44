"""Bringing a file of games into the catalogue, whole or not at all."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from msgspec import Struct
from sqlalchemy import select, update

from gamenight.catalogue import actions, spreadsheet
from gamenight.catalogue.events import emit_catalogue_changed
from gamenight.catalogue.queries import all_games, pack_favor
from gamenight.catalogue.schemas import Game
from gamenight.catalogue.tables import games
from gamenight.core.database import Transaction
from gamenight.core.errors import BadRequest


class NothingToImport(BadRequest):
    code = "nothing_to_import"


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
    named = {(row.facts.pack_name, row.facts.title) for row in rows}
    for row in rows:
        _apply(transaction, row, before.get((row.facts.pack_name, row.facts.title)))
    removed = [game.id for name, game in before.items() if name not in named] if replace else []
    for game_id in removed:
        actions.take_out(transaction, game_id)
    favored = _favor_packs(transaction, rows)
    changed = [
        game
        for game in all_games(transaction.connection)
        if before.get((game.pack_name, game.title)) != game or game.pack_name in favored
    ]
    if changed or removed:
        emit_catalogue_changed(transaction, changed, removed)
    added = sum(name not in before for name in named)
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


def _apply(transaction: Transaction, row: spreadsheet.Row, before: Game | None) -> None:
    values = actions.row_of(row.facts)
    if before is None:
        actions.insert_or_revive(transaction, values)
        return
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
