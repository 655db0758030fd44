"""Rooms on the wire."""

from msgspec import UNSET, Struct, UnsetType

from gamenight.http.schemas import Flag, Id
from gamenight.picker.schemas import Receipt
from gamenight.sessions.schemas import GameSource, RoomCode, SessionGame


class NewGameOrRoom(Struct, frozen=True):
    """A game to add. Without `game_id` it is the one that the room with this code plays. `receipt` is of its draw.

    What is not said of `manually_added` and `source` follows from the other one; without both it was drawn.
    """

    game_id: Id | UnsetType = UNSET
    manually_added: Flag | UnsetType = UNSET
    source: GameSource | UnsetType = UNSET
    room_code: RoomCode | None = None
    receipt: Receipt | None = None


class RoomStatus(Struct, frozen=True, rename="camel", kw_only=True):
    """A session game's room as its follower sees it. `game_id` is the session game's id, as the contract has it.

    `player_count` is how many have joined; the service does not tell who has left. `source` is where it comes from:
    `socket`, `rest` or `hand`. `status` and `reason` say how the following stands. `other_game` is the title of what
    the room plays, or its tag where no title is known, where the session says something else: most likely the code is
    of another room.
    """

    session_id: int
    game_id: int
    room_code: str | None
    app_tag: str | None
    other_game: str | None
    max_players: int | None
    player_count: int | None
    players: list[str]
    lobby_state: str | None
    game_state: str | None
    game_started: bool
    game_finished: bool
    games_started: int
    games_ended: int
    monitoring: bool
    status: str | None
    reason: str | None
    source: str | None


class RoomCodeSet(SessionGame, frozen=True):
    """The row, and what the room with this code plays where that is another game."""

    warning: str | UnsetType = UNSET
    app_tag: str | UnsetType = UNSET


class RoomsHealth(Struct, frozen=True, rename="camel"):
    """How the rooms are followed: how many, and what was received of them since the start."""

    followed: int
    frames_seen: int
    reconnects: int
    seconds_since_last_frame: float | None
