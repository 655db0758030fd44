"""The events of rooms. Each event carries the room's new state and the session game's row."""

from collections.abc import Mapping
from typing import Literal, get_args

from msgspec import UNSET, Struct, UnsetType, structs

from gamenight.core.database import Transaction
from gamenight.rooms.queries import shown
from gamenight.rooms.rules import ReasonCode, Room, RoomEventType
from gamenight.rooms.schemas import RoomStatus
from gamenight.sessions.events import emit_to_session
from gamenight.sessions.schemas import SessionGame

EventType = RoomEventType | Literal["game.status"]


class RoomChanged(RoomStatus, frozen=True, rename="camel", kw_only=True):
    """An event of a room: its new state, and the session game's row.

    `player_name` comes with `lobby.player-joined`; `game_can_start` and `game_is_starting` with `lobby.updated`;
    `reason_code` and `final_player_count` with `room.disconnected`.
    """

    session_game: SessionGame
    player_name: str | UnsetType = UNSET
    game_can_start: bool | UnsetType = UNSET
    game_is_starting: bool | UnsetType = UNSET
    reason_code: ReasonCode | UnsetType = UNSET
    final_player_count: int | UnsetType | None = UNSET


EVENTS: Mapping[str, type[Struct]] = dict.fromkeys((*get_args(RoomEventType), "game.status"), RoomChanged)
"""What each event carries."""


def emit_room_changed(
    transaction: Transaction, type_: EventType, game: SessionGame, room: Room, *, player_name: str | None = None
) -> None:
    data = RoomChanged(**structs.asdict(shown(game, room)), session_game=game)
    if player_name is not None:
        data = structs.replace(data, player_name=player_name)
    if type_ == "lobby.updated":
        data = structs.replace(data, game_can_start=room.game_can_start, game_is_starting=room.game_is_starting)
    emit_to_session(transaction, type_, data, game.session_id)


def emit_room_disconnected(transaction: Transaction, game: SessionGame, room: Room, code: ReasonCode) -> None:
    """Tell that a room is followed no longer, and why."""
    data = RoomChanged(
        **structs.asdict(shown(game, room)), session_game=game, reason_code=code, final_player_count=game.player_count
    )
    emit_to_session(transaction, "room.disconnected", data, game.session_id)
