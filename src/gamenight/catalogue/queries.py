"""Every way to read the catalogue."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, ScalarSelect, Select, column, func, select, table

from gamenight.catalogue.errors import GameNotFound, PackNotFound
from gamenight.catalogue.schemas import Favor, Game
from gamenight.catalogue.tables import games, packs


class Pack(Struct, frozen=True):
    """A pack and what it holds. `favor_bias` counts for each of its games."""

    name: str
    favor_bias: Favor
    total_count: int
    enabled_count: int
    play_count: int


# Plays and votes are tables of slices that lie above: named here, not imported.
_plays = table("session_games", column("id"), column("game_id"), column("removed_at"))
_votes = table("votes", column("session_game_id"), column("vote"), column("counts"))
_of_this_game = (_plays.c.game_id == games.c.id) & _plays.c.removed_at.is_(None)
_play_count = select(func.count()).select_from(_plays).where(_of_this_game).scalar_subquery()


def _votes_for_game(vote: str) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(_plays.join(_votes, _votes.c.session_game_id == _plays.c.id))
        .where(_of_this_game, _votes.c.vote == vote, _votes.c.counts == 1)
        .scalar_subquery()
    )


_select_games: Select[Any] = select(
    *(each for each in games.c if each.name != "removed_at"),
    _play_count.label("play_count"),
    _votes_for_game("up").label("upvotes"),
    _votes_for_game("down").label("downvotes"),
).where(games.c.removed_at.is_(None))
APP_TAGS = Game.__struct_fields__.index("app_tags")


def _game(row: Row[Any]) -> Game:
    # The columns are in the order of Game's fields; by position it is four times as quick as by name.
    values: list[Any] = list(row)
    tags = values[APP_TAGS]
    values[APP_TAGS] = tags.split(";") if tags else []
    values.append(values[-2] - values[-1])  # popularity_score
    return Game(*values)


def all_games(connection: Connection) -> list[Game]:
    """The whole catalogue, by pack, then title."""
    # Sorted here: what databases take for the order of text depends on how they were made.
    return sorted(map(_game, connection.execute(_select_games)), key=lambda game: (game.pack_name, game.title))


def game(connection: Connection, game_id: int) -> Game:
    """A game of the catalogue; raises GameNotFound."""
    row = connection.execute(_select_games.where(games.c.id == game_id)).first()
    if row is None:
        raise GameNotFound(f"There is no game {game_id}. GET /api/games lists them all.")
    return _game(row)


def game_of_symbol(connection: Connection, symbol: str) -> Game | None:
    """The game of the catalogue that has a symbol, in upper case."""
    row = connection.execute(_select_games.where(games.c.symbol == symbol)).first()
    return None if row is None else _game(row)


def pack_favor(connection: Connection) -> Mapping[str, Favor]:
    """The favour of each pack that has one; the others' is 0."""
    return {row.name: row.favor_bias for row in connection.execute(select(packs).where(packs.c.favor_bias != 0))}


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
