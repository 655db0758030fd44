"""Every way to read what the picker needs to know of the nights, and why games were drawn."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Select, bindparam, select

from gamenight.catalogue import queries as catalogue
from gamenight.catalogue.schemas import Game
from gamenight.core.prepared import Prepared
from gamenight.http.schemas import MAX_ID
from gamenight.picker.balanced import GameTonight, Memory
from gamenight.picker.errors import NoDrawKept, NoLiveCount
from gamenight.picker.schemas import Why, Wishes
from gamenight.picker.tables import stored_draws
from gamenight.sessions import queries as sessions
from gamenight.sessions.schemas import SessionGame
from gamenight.sessions.tables import is_night, session_games
from gamenight.sessions.tables import sessions as sessions_table

decode_why = msgspec.json.Decoder(Why).decode

# A skipped game was not played, nor was one that was removed, and a session without a played game was no night.
_last_nights = (
    select(sessions_table.c.id)
    .where(is_night, sessions_table.c.id < bindparam("tonight"))
    .order_by(sessions_table.c.id.desc())
    .limit(bindparam("at_most"))
    .subquery("last_nights")
)
_games_of_last_nights = Prepared(
    select(_last_nights.c.id, session_games.c.game_id)
    .join_from(_last_nights, session_games, session_games.c.session_id == _last_nights.c.id)
    .where(sessions.is_played)
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


def draw_input(connection: Connection, wishes: Wishes, *, nights_remembered: int | None) -> DrawInput:
    """Of the night that is named, or with memory of the active one. Without a number of nights there is no memory.

    Raises SessionNotFound or NoLiveCount.
    """
    night = wishes.session_id
    if night is None and nights_remembered is not None:
        night = sessions.active_id(connection)
    tonight = [] if night is None else sessions.games_of(connection, night)
    return DrawInput(
        catalogue.all_games(connection),
        catalogue.pack_favor(connection),
        night,
        tonight,
        Memory() if nights_remembered is None else memory(connection, night, tonight, nights_remembered),
        _live_count(connection, wishes.session_id) if wishes.player_count == "live" else wishes.player_count,
    )


def memory(connection: Connection, night: int | None, games: list[SessionGame], nights: int) -> Memory:
    """The memory of so many nights before this one, or of the last ones where none is on, and this one's games."""
    rows = _games_of_last_nights.all(connection, tonight=MAX_ID if night is None else night, at_most=nights)
    held = sorted({session_id for session_id, _game_id in rows}, reverse=True)
    ago = {session_id: number for number, session_id in enumerate(held, start=1)}
    # From the oldest on, so that a game's last night is the one that stays.
    since = {game_id: ago[session_id] for session_id, game_id in sorted(rows)}
    return Memory(
        since,
        [GameTonight(game.game_id, game.game_type, game.status == "skipped") for game in games],
        catalogue.played_games(connection),
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
