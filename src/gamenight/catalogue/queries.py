"""Every way to read the catalogue."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, bindparam, literal_column, select

from gamenight.catalogue.errors import GameNotFound, PackNotFound
from gamenight.catalogue.rules import meant_game
from gamenight.catalogue.schemas import Favor, Game
from gamenight.catalogue.tables import games, packs
from gamenight.core.prepared import Prepared


class Pack(Struct, frozen=True):
    """A pack and what it holds. `favor_bias` counts for each of its games."""

    name: str
    favor_bias: Favor
    total_count: int
    enabled_count: int
    play_count: int


class NamedGame(Struct, frozen=True):
    """A game that is, or was, in the catalogue."""

    id: int
    pack_name: str
    title: str
    is_in_catalogue: bool


# In the order of Game's fields.
_select_games: Select[Any] = select(
    games.c.id,
    games.c.pack_name,
    games.c.title,
    games.c.min_players,
    games.c.max_players,
    games.c.length_minutes,
    games.c.has_audience,
    games.c.family_friendly,
    games.c.family_friendly_setting,
    games.c.game_type,
    games.c.secondary_type,
    games.c.play_mode,
    games.c.app_tags,
    games.c.enabled,
    games.c.favor_bias,
    games.c.created_at,
    games.c.symbol,
    games.c.symbol.label("ticker"),
    games.c.play_count,
    games.c.upvotes,
    games.c.downvotes,
    (games.c.upvotes - games.c.downvotes).label("popularity_score"),
).where(games.c.removed_at.is_(None))
_all_games = Prepared(_select_games)
_named_games = Prepared(
    select(games.c.id, games.c.pack_name, games.c.title, games.c.removed_at.is_(None)).order_by(games.c.id)
)
_game_by_id = Prepared(_select_games.where(games.c.id == bindparam("game_id")))
_games_by_symbol = Prepared(
    _select_games.where(games.c.symbol == bindparam("symbol")).order_by(games.c.enabled.desc()).limit(2)
)
_votes_of_game = Prepared(select(games.c.upvotes, games.c.downvotes).where(games.c.id == bindparam("game_id")))
_played_games = Prepared(select(games.c.id).where(games.c.times_played > literal_column("0")))
_favored_packs = Prepared(select(packs.c.name, packs.c.favor_bias).where(packs.c.favor_bias != 0))
APP_TAGS = Game.__struct_fields__.index("app_tags")


def _game(row: Sequence[Any]) -> Game:
    tags: str = row[APP_TAGS]
    return Game(*[*row[:APP_TAGS], tags.split(";") if tags else [], *row[APP_TAGS + 1 :]])


def all_games(connection: Connection) -> list[Game]:
    """The whole catalogue, by pack, then title."""
    # Sorted here: what databases take for the order of text depends on how they were made.
    return sorted(map(_game, _all_games.all(connection)), key=lambda game: (game.pack_name, game.title))


def named_games(connection: Connection) -> list[NamedGame]:
    """The names of the games that are in the catalogue or have left it, the oldest first."""
    return [NamedGame(id_, pack, title, bool(is_in)) for id_, pack, title, is_in in _named_games.all(connection)]


def game(connection: Connection, game_id: int) -> Game:
    """A game of the catalogue; raises GameNotFound."""
    row = _game_by_id.first(connection, game_id=game_id)
    if row is None:
        raise GameNotFound(f"There is no game {game_id}. GET /api/games lists them all.")
    return _game(row)


def game_of_symbol(connection: Connection, symbol: str) -> Game | None:
    """The game of the catalogue that a symbol, in upper case, means: the enabled one, else the only one that has it."""
    return meant_game([_game(row) for row in _games_by_symbol.all(connection, symbol=symbol)])


def enabled_game_of_symbol(connection: Connection, symbol: str) -> Game | None:
    game = game_of_symbol(connection, symbol)
    return game if game is not None and game.enabled else None


def games_of_symbols(connection: Connection) -> dict[str, Game]:
    """The game that each symbol of the catalogue means."""
    holders: dict[str, list[Game]] = {}
    for game in all_games(connection):
        if game.symbol is not None:
            holders.setdefault(game.symbol, []).append(game)
    found = {symbol: meant_game(sorted(each, key=lambda game: -game.enabled)) for symbol, each in holders.items()}
    return {symbol: game for symbol, game in found.items() if game is not None}


def played_games(connection: Connection) -> frozenset[int]:
    """The games that were ever played, skipped ones not counted."""
    return frozenset(id_ for (id_,) in _played_games.all(connection))


def votes_of_game(connection: Connection, game_id: int) -> tuple[int, int]:
    """The upvotes and downvotes of a game on all nights, also of one that has left the catalogue."""
    upvotes, downvotes = _votes_of_game.first(connection, game_id=game_id) or (0, 0)
    return upvotes, downvotes


def pack_favor(connection: Connection) -> Mapping[str, Favor]:
    """The favour of each pack that has one; the others' is 0."""
    return dict(_favored_packs.all(connection))


def all_packs(connection: Connection) -> list[Pack]:
    """The packs that have games, by name."""
    favor = pack_favor(connection)
    by_name: dict[str, list[Game]] = {}
    for each in all_games(connection):
        by_name.setdefault(each.pack_name, []).append(each)
    return [
        Pack(
            name,
            favor.get(name, 0),
            len(members),
            sum(each.enabled for each in members),
            sum(each.play_count for each in members),
        )
        for name, members in sorted(by_name.items())
    ]


def games_of_pack(connection: Connection, name: str) -> list[Game]:
    """A pack's games; raises PackNotFound where it has none."""
    members = [each for each in all_games(connection) if each.pack_name == name]
    if not members:
        raise PackNotFound(
            f'There is no pack "{name}". GET /api/games/packs lists them all.', details={"packName": name}
        )
    return members
