"""Every way to change the catalogue."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import bindparam, delete, insert, select, update

from gamenight.catalogue import queries
from gamenight.catalogue.errors import GameExists, GameInvalid
from gamenight.catalogue.events import emit_catalogue_changed
from gamenight.catalogue.queries import NamedGame
from gamenight.catalogue.rules import chosen_symbol
from gamenight.catalogue.schemas import Favor, Game, GameChange, GameFacts
from gamenight.catalogue.symbols import check_enabling, check_symbol
from gamenight.catalogue.tables import games, packs
from gamenight.catalogue.titles import TitleIndex
from gamenight.core.database import Transaction
from gamenight.core.prepared import Prepared


class FigureMove(Struct, frozen=True):
    """By how much a game's figures move."""

    plays: int = 0
    upvotes: int = 0
    downvotes: int = 0
    times_played: int = 0

    def __add__(self, other: "FigureMove") -> "FigureMove":
        return FigureMove(
            self.plays + other.plays,
            self.upvotes + other.upvotes,
            self.downvotes + other.downvotes,
            self.times_played + other.times_played,
        )


_move_figures = Prepared(
    update(games)
    .where(games.c.id == bindparam("game"))
    .values(
        play_count=games.c.play_count + bindparam("plays"),
        upvotes=games.c.upvotes + bindparam("up"),
        downvotes=games.c.downvotes + bindparam("down"),
        times_played=games.c.times_played + bindparam("times_played_more"),
    )
)


def move_figures(transaction: Transaction, moves: Mapping[int, FigureMove]) -> None:
    """Move the figures of games, by id. Only the figures of sessions call this, for what happened to a game there."""
    named = [
        {
            "game": game_id,
            "plays": move.plays,
            "up": move.upvotes,
            "down": move.downvotes,
            "times_played_more": move.times_played,
        }
        for game_id, move in moves.items()
        if move != FigureMove()
    ]
    _move_figures.run_each(transaction.connection, named)


def add_game(transaction: Transaction, facts: GameFacts) -> Game:
    """Add a game; one that had left the catalogue comes back with its history.

    Raises GameExists, SymbolTaken or GameInvalid.
    """
    _check_players(facts.min_players, facts.max_players)
    known = queries.named_games(transaction.connection)
    present = TitleIndex(each for each in known if each.is_in_catalogue)
    if same := present.games(facts.pack_name, facts.title):
        raise _game_exists(same[0], "is in the catalogue already")
    row = row_of(facts) | {"pack_name": present.pack_name(facts.pack_name) or facts.pack_name}
    check_symbol(transaction.connection, row["symbol"], None, enabled=bool(row["enabled"]))
    game_id = _insert_or_revive(transaction, row, TitleIndex(each for each in known if not each.is_in_catalogue))
    game = queries.game(transaction.connection, game_id)
    emit_catalogue_changed(transaction, [game])
    return game


def change_game(transaction: Transaction, game_id: int, change: GameChange) -> Game:
    """Change what is given. Raises GameNotFound, GameExists, SymbolTaken or GameInvalid."""
    before = queries.game(transaction.connection, game_id)
    given = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not UNSET}
    if "ticker" in given:
        ticker = given.pop("ticker")
        # A null takes the symbol away, so it contradicts a symbol beside it.
        given["symbol"] = chosen_symbol(given.get("symbol", ticker) or "", ticker or "") or None
    _check_players(given.get("min_players", before.min_players), given.get("max_players", before.max_players))
    changes = as_stored(given)
    if (changes.get("pack_name", before.pack_name), changes.get("title", before.title)) != (
        before.pack_name,
        before.title,
    ):
        changes |= _new_name(transaction, before, changes)
    if "symbol" in changes:
        enabled = bool(changes.get("enabled", before.enabled))
        check_symbol(transaction.connection, changes["symbol"], game_id, enabled=enabled)
    elif changes.get("enabled", 0) > before.enabled:
        check_enabling(transaction.connection, [before])
    return _update_game(transaction, before, changes)


def remove_game(transaction: Transaction, game_id: int) -> Game:
    """Take a game out of the catalogue; the nights on which it was played keep it. Raises GameNotFound."""
    game = queries.game(transaction.connection, game_id)
    take_out(transaction, game_id)
    emit_catalogue_changed(transaction, [], [game_id])
    return game


def toggle_game(transaction: Transaction, game_id: int, enabled: int | UnsetType) -> Game:
    """Enable or disable a game; without `enabled`, have it the other way round. Raises GameNotFound or SymbolTaken."""
    before = queries.game(transaction.connection, game_id)
    after = 1 - before.enabled if enabled is UNSET else int(enabled)
    if after > before.enabled:
        check_enabling(transaction.connection, [before])
    return _update_game(transaction, before, {"enabled": after})


def favor_game(transaction: Transaction, game_id: int, favor_bias: Favor) -> Game:
    before = queries.game(transaction.connection, game_id)
    return _update_game(transaction, before, {"favor_bias": favor_bias})


def toggle_pack(transaction: Transaction, name: str, *, enabled: bool) -> list[Game]:
    """Enable or disable all games of a pack. Raises PackNotFound or SymbolTaken."""
    connection = transaction.connection
    changing = [game for game in queries.games_of_pack(connection, name) if game.enabled != int(enabled)]
    if enabled:
        check_enabling(connection, changing)
    changed = [game.id for game in changing]
    connection.execute(update(games).where(games.c.pack_name == name).values(enabled=int(enabled)))
    after = queries.games_of_pack(connection, name)
    if changed:
        emit_catalogue_changed(transaction, [game for game in after if game.id in changed])
    return after


def favor_pack(transaction: Transaction, name: str, favor_bias: Favor) -> list[Game]:
    """Favour a pack, which counts for each of its games. Raises PackNotFound."""
    members = queries.games_of_pack(transaction.connection, name)
    if queries.pack_favor(transaction.connection).get(name, 0) != favor_bias:
        set_pack_favor(transaction, name, favor_bias)
        emit_catalogue_changed(transaction, members)
    return members


def set_pack_favor(transaction: Transaction, name: str, favor_bias: int) -> None:
    transaction.connection.execute(delete(packs).where(packs.c.name == name))
    transaction.connection.execute(insert(packs).values(name=name, favor_bias=favor_bias))


def row_of(facts: GameFacts) -> dict[str, Any]:
    """A game's facts as its table has them."""
    values = msgspec.structs.asdict(facts)
    values["symbol"] = chosen_symbol(facts.symbol, values.pop("ticker"))
    return as_stored(values)


def as_stored(values: Mapping[str, Any]) -> dict[str, Any]:
    stored: dict[str, Any] = {name: int(value) if isinstance(value, bool) else value for name, value in values.items()}
    if stored.get("family_friendly_setting"):
        stored["family_friendly"] = 1
    if stored.get("symbol"):
        stored["symbol"] = stored["symbol"].upper()
    if "app_tags" in stored:
        stored["app_tags"] = ";".join(stored["app_tags"])
    return stored


def _new_name(transaction: Transaction, before: Game, changes: Mapping[str, Any]) -> dict[str, str]:
    """The name that a game gets, with the pack as the other games of it have it. Raises GameExists."""
    others = [each for each in queries.named_games(transaction.connection) if each.id != before.id]
    present = TitleIndex(each for each in others if each.is_in_catalogue)
    pack_name, title = changes.get("pack_name", before.pack_name), changes.get("title", before.title)
    if "pack_name" in changes:
        pack_name = present.pack_name(pack_name) or pack_name
    # One that has left keeps its name to itself only as it is typed: nobody could see why another spelling is taken.
    same = next(iter(present.games(pack_name, title)), TitleIndex(others).exact(pack_name, title))
    if same is not None:
        raise _game_exists(same, "is another game of the catalogue or of its history")
    return {"pack_name": pack_name, "title": title}


def _game_exists(game: NamedGame, why: str) -> GameExists:
    details = {"field": "title", "title": game.title, "packName": game.pack_name}
    return GameExists(f'"{game.title}" of {game.pack_name} {why}.', details=details)


def _insert_or_revive(transaction: Transaction, row: Mapping[str, Any], left: TitleIndex[NamedGame]) -> int:
    """The id of the new row, or of the one that had left the catalogue and is back."""
    connection = transaction.connection
    gone = left.games(row["pack_name"], row["title"])
    if gone:
        revive(transaction, gone[0].id, row)
        return gone[0].id
    statement = insert(games).values(**row, created_at=transaction.now).returning(games.c.id)
    return int(connection.execute(statement).scalar_one())


def revive(transaction: Transaction, game_id: int, row: Mapping[str, Any]) -> None:
    """Bring a game back into the catalogue; with the symbol that it had where the row has none and it is still free."""
    connection = transaction.connection
    symbol = row["symbol"]
    if symbol is None:
        symbol = connection.execute(select(games.c.symbol).where(games.c.id == game_id)).scalar()
        if symbol is not None and row["enabled"] and queries.enabled_game_of_symbol(connection, symbol):
            symbol = None
    values = {**row, "symbol": symbol, "removed_at": None}
    connection.execute(update(games).where(games.c.id == game_id).values(**values))


def take_out(transaction: Transaction, game_id: int) -> None:
    statement = update(games).where(games.c.id == game_id).values(removed_at=transaction.now)
    transaction.connection.execute(statement)


def _update_game(transaction: Transaction, before: Game, changes: Mapping[str, Any]) -> Game:
    connection = transaction.connection
    if changes:
        connection.execute(update(games).where(games.c.id == before.id).values(**changes))
    after = queries.game(connection, before.id)
    if after != before:
        emit_catalogue_changed(transaction, [after])
    return after


def _check_players(fewest: int, most: int) -> None:
    if fewest > most:
        raise GameInvalid(
            f"min_players ({fewest}) is larger than max_players ({most}).",
            details={"field": "max_players", "fewest": fewest, "most": most},
        )
