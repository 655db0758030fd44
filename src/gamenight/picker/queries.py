"""Every way to read what the picker needs to know of the nights, and why games were drawn."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Select, bindparam, func, select

from gamenight.catalogue import queries as catalogue
from gamenight.catalogue.schemas import Game
from gamenight.http.schemas import MAX_ID
from gamenight.picker.balanced import GameTonight, Memory
from gamenight.picker.errors import NoDrawKept, NoLiveCount
from gamenight.picker.schemas import Why, Wishes
from gamenight.picker.tables import stored_draws
from gamenight.sessions import queries as sessions
from gamenight.sessions.schemas import SessionGame
from gamenight.sessions.tables import session_games

decode_why = msgspec.json.Decoder(Why).decode

# A session without a played game was no night.
_played = sessions.is_played & (session_games.c.session_id < bindparam("tonight"))
_nights = select(session_games.c.session_id).where(_played).distinct().order_by(session_games.c.session_id.desc())
_last_nights = (
    select(session_games.c.game_id, func.max(session_games.c.session_id))
    .where(_played)
    .group_by(session_games.c.game_id)
)
_why: Select[Any] = select(stored_draws.c.why).where(stored_draws.c.session_game_id == bindparam("session_game_id"))


class DrawInput(Struct, frozen=True):
    """All that a draw depends on, read in one snapshot. `tonight` are the games of the night of `session_id`."""

    games: list[Game]
    pack_favor: Mapping[str, int]
    session_id: int | None
    tonight: list[SessionGame]
    memory: Memory
    player_count: int | None


def draw_input(connection: Connection, wishes: Wishes, *, with_memory: bool) -> DrawInput:
    """Of the night that is named, or with memory of the active one. Raises SessionNotFound or NoLiveCount."""
    night = wishes.session_id
    if night is None and with_memory:
        night = sessions.active_id(connection)
    tonight = [] if night is None else sessions.games_of(connection, night)
    return DrawInput(
        catalogue.all_games(connection),
        catalogue.pack_favor(connection),
        night,
        tonight,
        memory(connection, night, tonight) if with_memory else Memory(),
        _live_count(connection, wishes.session_id) if wishes.player_count == "live" else wishes.player_count,
    )


def memory(connection: Connection, night: int | None, games: list[SessionGame]) -> Memory:
    """The memory of the nights before this one, or of all where none is on, and this one's games."""
    before = {"tonight": MAX_ID if night is None else night}
    since = {id_: ago for ago, id_ in enumerate(connection.execute(_nights, before).scalars(), start=1)}
    return Memory(
        {game_id: since[last] for game_id, last in connection.execute(_last_nights, before)},
        [GameTonight(game.game_id, game.game_type, game.status == "skipped") for game in games],
    )


def why(connection: Connection, session_id: int, session_game_id: int) -> Why:
    """Why a session's game was drawn; raises SessionNotFound, SessionGameNotFound or NoDrawKept."""
    sessions.session_game(connection, session_id, session_game_id)
    kept = connection.execute(_why, {"session_game_id": session_game_id}).scalar()
    if kept is None:
        raise NoDrawKept(
            f"No draw is kept for game {session_game_id}: it was added without the receipt of one. "
            "POST /api/pick answers with a receipt to send along."
        )
    return decode_why(kept)


def _live_count(connection: Connection, session_id: int | None) -> int:
    """How many are in the room of the night's last game; raises NoLiveCount where nobody knows."""
    session_id = sessions.active_id(connection) if session_id is None else session_id
    games = [] if session_id is None else sessions.games_of(connection, session_id)
    count = games[-1].player_count if games else None
    if count is None:
        raise NoLiveCount("No room tells how many are here. Say the number with playerCount.")
    return count
