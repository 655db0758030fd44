"""The events of rooms. Each event carries the room's new state and the session game's row."""

from typing import Literal

from msgspec import UNSET, UnsetType, structs

from gamenight.core.database import Transaction
from gamenight.rooms.queries import shown
from gamenight.rooms.rules import Room
from gamenight.rooms.schemas import RoomStatus
from gamenight.sessions.schemas import SessionGame

EventType = Literal[
    "room.connected",
    "lobby.player-joined",
    "lobby.updated",
    "game.started",
    "game.ended",
    "room.disconnected",
    "game.status",
]


class RoomChanged(RoomStatus, frozen=True, rename="camel", kw_only=True):
    """An event of a room: its new state, and the session game's row."""

    session_game: SessionGame
    player_name: str | UnsetType = UNSET


def emit_room_changed(
    transaction: Transaction, type_: EventType, game: SessionGame, room: Room, *, player_name: str | None = None
) -> None:
    status = structs.asdict(shown(game, room))
    data = RoomChanged(**status, session_game=game, player_name=UNSET if player_name is None else player_name)
    transaction.emit(type_, data, topic=game.session_id, session_id=game.session_id)
