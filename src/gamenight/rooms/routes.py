import asyncio
from typing import Any

from litestar import Request, get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import UNSET, structs

from gamenight.auth.tokens import Scope
from gamenight.catalogue import queries as catalogue
from gamenight.catalogue.schemas import Game
from gamenight.core.database import Database
from gamenight.http.idempotency import IdempotentWriter
from gamenight.http.schemas import PathId
from gamenight.picker.actions import add_drawn_game
from gamenight.picker.receipts import Receipts
from gamenight.rooms import actions, queries, wire
from gamenight.rooms.client import Gone, RoomsClient, Unknown
from gamenight.rooms.errors import AppTagUnknown, GameNotSaid, RoomNotFound, RoomServiceUnavailable, SeveralGamesFit
from gamenight.rooms.recognition import candidates, other_game
from gamenight.rooms.schemas import NewGameOrRoom, RoomCodeSet, RoomStatus
from gamenight.sessions import actions as sessions
from gamenight.sessions import queries as session_queries
from gamenight.sessions.routes import GAME
from gamenight.sessions.schemas import NewRoomCode, NewSessionGame, SessionGame

PATIENCE = 2.0
"""Seconds that a host waits for the room service where its answer is only good to know."""


def room_routes(
    database: Database, rooms: RoomsClient, receipts: Receipts, *, rooms_followed: bool
) -> list[HTTPRouteHandler]:
    @post("/{session_id:int}/games", scope=Scope.HOST)
    async def add_game(
        session_id: PathId, data: JSONBody[NewGameOrRoom], request: Request[Any, Any, Any]
    ) -> SessionGame:
        """Add a game and start playing it; what was playing becomes played.

        With only a room code it is the game that this room plays. With the receipt of a draw it is kept why it was
        drawn.
        """
        game_id = data.game_id
        if game_id is UNSET:
            await IdempotentWriter(database, request).check_is_new()
            await database.read(session_queries.open_session, session_id)
            game_id = await _recognised(database, rooms, data.room_code)
        new = NewSessionGame(game_id, data.manually_added, data.room_code, data.source)
        return await IdempotentWriter(database, request).write(add_drawn_game, session_id, new, receipts, data.receipt)

    @patch(f"{GAME}/room-code", scope=Scope.HOST)
    async def set_room_code(session_id: PathId, session_game_id: PathId, data: JSONBody[NewRoomCode]) -> RoomCodeSet:
        """Note the code that the game shows; null clears it. The answer warns where the room plays another game."""
        game = await database.write(sessions.set_room_code, session_id, session_game_id, data.room_code)
        answer = RoomCodeSet(**structs.asdict(game))
        if data.room_code is None or not rooms_followed:
            return answer
        try:
            async with asyncio.timeout(PATIENCE):
                found = await rooms.look(data.room_code)
        except TimeoutError:
            return answer
        if not isinstance(found, wire.Info):
            return answer
        other = other_game(found.app_tag, game.game_id, await database.read(catalogue.all_games))
        if other is None:
            return answer
        title = f"an unknown game ({other})" if other == found.app_tag else other
        warning = f"The room {data.room_code} plays {title}, not {game.title}."
        return structs.replace(answer, warning=warning, app_tag=found.app_tag)

    @post(f"{GAME}/start-player-check", status_code=200, scope=Scope.HOST)
    async def start_player_check(
        session_id: PathId, session_game_id: PathId, request: Request[Any, Any, Any]
    ) -> RoomStatus:
        """Follow the game's room: count who joins, and see it begin and end."""
        return await IdempotentWriter(database, request).write(actions.start_following, session_id, session_game_id)

    @post(f"{GAME}/stop-player-check", status_code=200, scope=Scope.HOST)
    async def stop_player_check(
        session_id: PathId, session_game_id: PathId, request: Request[Any, Any, Any]
    ) -> RoomStatus:
        """Stop following the game's room."""
        return await IdempotentWriter(database, request).write(actions.stop_following, session_id, session_game_id)

    @get(f"{GAME}/status-live", scope=Scope.PUBLIC)
    async def read_status_live(session_id: PathId, session_game_id: PathId) -> RoomStatus:
        """The game's room as its follower sees it."""
        return await database.read(queries.status_live, session_id, session_game_id)

    return [add_game, set_room_code, start_player_check, stop_player_check, read_status_live]


async def _recognised(database: Database, rooms: RoomsClient, room_code: str | None) -> int:
    """The game that a room plays; raises what the host has to know where that is not clear."""
    if room_code is None:
        raise GameNotSaid("Say which game: its game_id, or the room_code that it shows.")
    found = await rooms.look(room_code)
    match found:
        case Gone():
            raise RoomNotFound(
                f"There is no room {room_code}. Look at the code on the game's screen again.",
                details={"roomCode": room_code},
            )
        case Unknown():
            raise RoomServiceUnavailable(f"{found.reason} Say which game it is with game_id.")
    played = candidates(found.app_tag, await database.read(catalogue.all_games))
    if not played:
        raise AppTagUnknown(
            f"The room {room_code} plays a game that the catalogue doesn't know ({found.app_tag}). Add this app tag "
            "to a game with PUT /api/games/{id}, or say which game it is with game_id.",
            details={"appTag": found.app_tag, "roomCode": room_code},
        )
    if len(played) > 1:
        raise SeveralGamesFit(
            f"{played[0].title} is in several packs. Say with game_id which one it is.",
            details={
                "appTag": found.app_tag,
                "title": played[0].title,
                "candidates": [_candidate(game) for game in played],
            },
        )
    return played[0].id


def _candidate(game: Game) -> dict[str, object]:
    return {"id": game.id, "title": game.title, "pack_name": game.pack_name}
