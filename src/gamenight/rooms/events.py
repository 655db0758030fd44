"""The events of rooms. Each event carries the room's new state and the session game's row."""

from collections.abc import Mapping
from typing import Literal, get_args

from msgspec import UNSET, Struct, UnsetType, structs

from gamenight.core.database import Transaction
from gamenight.rooms.queries import shown
from gamenight.rooms.rules import Room, RoomEventType
from gamenight.rooms.schemas import RoomStatus
from gamenight.sessions.events import emit_to_session
from gamenight.sessions.schemas import SessionGame

EventType = RoomEventType | Literal["game.status"]


class RoomChanged(RoomStatus, frozen=True, rename="camel", kw_only=True):
    """An event of a room: its new state, and the session game's row."""

    session_game: SessionGame
    player_name: str | UnsetType = UNSET


EVENTS: Mapping[str, type[Struct]] = dict.fromkeys((*get_args(RoomEventType), "game.status"), RoomChanged)
"""What each event carries."""


def emit_room_changed(
    transaction: Transaction, type_: EventType, game: SessionGame, room: Room, *, player_name: str | None = None
) -> None:
    status = structs.asdict(shown(game, room))
    data = RoomChanged(**status, session_game=game, player_name=UNSET if player_name is None else player_name)
    emit_to_session(transaction, type_, data, game.session_id)
