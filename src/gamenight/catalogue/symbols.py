"""Who may have which symbol, of the games that are in the catalogue.

No two enabled games have the same one. A disabled game may have that of another: it keeps it for when it is enabled
again, and until then the symbol means the enabled one.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from sqlalchemy import Connection

from gamenight.catalogue import queries
from gamenight.catalogue.errors import GameInvalid, SymbolTaken
from gamenight.catalogue.rules import EVERYDAY_WORDS
from gamenight.catalogue.schemas import Game


class Holder(Struct, frozen=True):
    """A game that has a symbol, or is to get it. `id` is None for a new game."""

    id: int | None
    pack_name: str
    title: str
    symbol: str | None
    is_enabled: bool
    is_changed: bool = False


def holder(game: Game, new_symbol: str | None = None) -> Holder:
    """A game of the catalogue; with a new symbol, if it is to get one."""
    symbol = new_symbol or game.symbol
    return Holder(game.id, game.pack_name, game.title, symbol, bool(game.enabled), is_changed=new_symbol is not None)


def check_word(symbol: str | None) -> None:
    """Raises GameInvalid for a word that people type without voting."""
    if symbol in EVERYDAY_WORDS:
        raise GameInvalid(
            f'"{symbol}" is a word of everyday chat, which would become votes. Choose another symbol.',
            details={"field": "symbol", "symbol": symbol},
        )


def check_symbol(connection: Connection, symbol: str | None, game_id: int | None, *, enabled: bool) -> None:
    """Raises GameInvalid or SymbolTaken where a game, None for a new one, may not be given this symbol."""
    if symbol is None:
        return
    check_word(symbol)
    other = queries.enabled_game_of_symbol(connection, symbol) if enabled else None
    if other is not None and other.id != game_id:
        raise taken(symbol, other)


def check_enabling(connection: Connection, games: Iterable[Game]) -> None:
    """Raises SymbolTaken where one of the games, which are disabled, has the symbol of another of them or of an enabled
    one."""
    first: dict[str, Game] = {}
    for game in games:
        if game.symbol is None:
            continue
        other = queries.enabled_game_of_symbol(connection, game.symbol) or first.setdefault(game.symbol, game)
        if other.id != game.id:
            raise SymbolTaken(
                f'"{game.title}" of {game.pack_name} can\'t be enabled: its symbol "{game.symbol}" is that of '
                f'"{other.title}" of {other.pack_name}. Give one of them another symbol first.',
                details={**_details(game.symbol, other), "reason": "enabling", "other": game.title},
            )


def check_all(holders: Iterable[Holder]) -> None:
    """Raises SymbolTaken where two enabled games have one symbol; it names the one that is left as it is."""
    first: dict[str, Holder] = {}
    for each in sorted(holders, key=lambda each: each.is_changed):
        if each.symbol is None or not each.is_enabled:
            continue
        other = first.setdefault(each.symbol, each)
        if other is not each:
            raise taken(each.symbol, other)


def taken(symbol: str, by: Game | Holder) -> SymbolTaken:
    return SymbolTaken(
        f'"{symbol}" is the symbol of "{by.title}" of {by.pack_name}. Choose another one.',
        details=_details(symbol, by),
    )


def _details(symbol: str, by: Game | Holder) -> Mapping[str, str | int | None]:
    return {
        "field": "symbol",
        "gameId": by.id,
        "symbol": symbol,
        "title": by.title,
        "packName": by.pack_name,
    }
