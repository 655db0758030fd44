"""Sessions and their games on the wire."""

from typing import Annotated, Final, Literal, Self, get_args

from msgspec import UNSET, Meta, Struct, UnsetType, structs

from gamenight.catalogue.schemas import MAX_PLAYER_COUNT
from gamenight.http.schemas import MAX_PAGE_SIZE, Flag, Id, Notes, shaped

Status = Literal["playing", "played", "skipped"]
RoomCode = Annotated[str, shaped(r"^[A-Z0-9]{4}\Z", "exactly four of A-Z and 0-9")]
FollowStatus = Literal["waiting", "monitoring", "stopped", "failed", "ended", "completed"]
"""How the following of a game's room stands; `completed` says that a person has given the count."""
FOLLOWED_STATUSES: Final = ("waiting", "monitoring")
"""The statuses in which the game's room is followed."""
CountSource = Literal["socket", "rest", "hand"]
PlayerCount = Annotated[int, Meta(ge=0, le=MAX_PLAYER_COUNT)]


GameSource = Literal["dice", "manual", "poll"]
"""How a game came to be played: it was drawn, a person chose it, or a poll did."""
SOURCES: Final = get_args(GameSource)
SessionFilter = Literal["default", "archived", "all"]
"""Which sessions are listed; by default those that are not archived."""


class NextGame(Struct, frozen=True):
    """A game of the catalogue that the host has set as the next one."""

    game_id: int
    title: str
    pack_name: str
    game_type: str | None
    min_players: int
    max_players: int
    symbol: str | None
    ticker: str | None


class Session(Struct, frozen=True):
    """A night. One at most is active. A night that is over has no next game.

    `notes` and `notes_preview`, their beginning in one line, are null for those who may not read them; `has_notes` says
    to everybody whether there are any. `archived` is a night that was put away.
    """

    id: int
    notes: str | None
    is_active: int
    created_at: str
    closed_at: str | None
    games_played: int
    next_game: NextGame | None
    overlay_code_hidden: int
    has_notes: int
    notes_preview: str | None
    archived: int

    def shown(self, *, notes: bool) -> Self:
        """The session as it is shown to those who may read notes, or may not."""
        return self if notes else structs.replace(self, notes=None, notes_preview=None)


class ListedSession(Session, frozen=True):
    """A night among others. `most_players` is the largest count of one of its games, null where none was counted."""

    most_players: int | None


class NoActiveSession(Struct, frozen=True):
    session: None
    message: str


class SessionGame(Struct, frozen=True):
    """A game of a session. `id` is the session game's own; `game_id` is the catalogue's. The votes are those that were
    cast for it on this night; `popularity_score` is upvotes - downvotes. `symbol`, or `ticker`, is by what chat names
    the game."""

    id: int
    session_id: int
    game_id: int
    title: str
    pack_name: str
    game_type: str | None
    min_players: int
    max_players: int
    played_at: str
    status: Status
    manually_added: int
    source: GameSource
    room_code: str | None
    player_count: int | None
    player_count_check_status: FollowStatus | None
    player_count_check_reason: str | None
    player_count_source: CountSource | None
    upvotes: int
    downvotes: int
    popularity_score: int
    symbol: str | None
    ticker: str | None


class SessionState(Struct, frozen=True):
    """A session and its games at one moment."""

    session: Session
    games: list[SessionGame]

    def shown(self, *, notes: bool) -> Self:
        """The state as it is shown to those who may read notes, or may not."""
        return structs.replace(self, session=self.session.shown(notes=notes))


class SessionNotes(Struct, frozen=True):
    notes: Notes | UnsetType | None = UNSET


class NewNotes(Struct, frozen=True):
    """Null removes the notes."""

    notes: Notes | None


class SessionChange(SessionNotes, frozen=True):
    """`next_game_id` is the catalogue's; null clears the next game."""

    next_game_id: Id | UnsetType | None = UNSET
    overlay_code_hidden: Flag | UnsetType = UNSET


class NewSessionGame(Struct, frozen=True):
    """What is not said of `manually_added` and `source` follows from the other one; without both it was drawn."""

    game_id: Id
    manually_added: Flag | UnsetType = UNSET
    room_code: RoomCode | None = None
    source: GameSource | UnsetType = UNSET

    @property
    def is_by_hand(self) -> bool:
        return self.source == "manual" if self.manually_added is UNSET else bool(self.manually_added)

    @property
    def told_source(self) -> GameSource:
        if self.source is not UNSET:
            return self.source
        return "manual" if self.is_by_hand else "dice"


class NewStatus(Struct, frozen=True):
    status: Status


class NewRoomCode(Struct, frozen=True):
    room_code: RoomCode | None


class NewPlayerCount(Struct, frozen=True):
    player_count: PlayerCount


class SessionDeleted(Struct, frozen=True, rename="camel"):
    message: str
    session_id: int


BulkAction = Literal["archive", "unarchive", "delete"]


class BulkChange(Struct, frozen=True):
    """What to do with all of these sessions, or with none of them."""

    action: BulkAction
    ids: Annotated[list[Id], Meta(min_length=1, max_length=MAX_PAGE_SIZE)]


class BulkChanged(Struct, frozen=True):
    """`ids` are the sessions as they were named, each once."""

    message: str
    action: BulkAction
    ids: list[int]


class SessionGameRemoved(Struct, frozen=True, rename="camel"):
    message: str
    session_id: int
    session_game_id: int


ChangeKind = Literal["add", "status", "code", "remove", "close"]


class Change(Struct, frozen=True):
    """A change of a night that can be undone; `summary` tells people what it was, in English.

    The others tell it to whoever speaks otherwise: the game's `title`, the `status` or the `room_code` that it was set
    to. All are null for a night that was closed, and for changes that a version without them has kept.
    """

    id: int
    kind: ChangeKind
    made_at: str
    summary: str
    title: str | None
    status: Status | None
    room_code: RoomCode | None


class UndoRequest(Struct, frozen=True, rename="camel"):
    """Without `change_id` the last change is undone, whichever that is."""

    change_id: Id | None = None


class Undone(Struct, frozen=True):
    """The change that was undone, and the night as it is now."""

    message: str
    change: Change
    session: Session
    games: list[SessionGame]
