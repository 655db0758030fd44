"""The events of sessions and their games.

Each event carries the new state of what changed: a client replaces what it had. Payloads that the contract fixed keep
its fields; `sessionGame` (the row as REST shows it) comes beside them.
"""

from collections.abc import Mapping
from typing import Final, get_args

from msgspec import Struct, json, structs
from msgspec.structs import fields

from gamenight.core.database import Transaction
from gamenight.core.log import EVERYONE, Event
from gamenight.sessions.schemas import Change, GameSource, ListedSession, Session, SessionGame

SESSION_STARTED: Final = "session.started"
SESSION_UPDATED: Final = "session.updated"
SESSION_ENDED: Final = "session.ended"
SESSION_DELETED: Final = "session.deleted"
SESSIONS_CHANGED: Final = "sessions.changed"
GAME_ADDED: Final = "game.added"
GAME_STATUS_CHANGED: Final = "game.status-changed"
ROOM_CODE_UPDATED: Final = "room-code.updated"
GAME_REMOVED: Final = "game.removed"
PLAYER_COUNT_UPDATED: Final = "player-count.updated"
CHANGE_UNDONE: Final = "change.undone"


class AddedGame(Struct, frozen=True):
    """`id` is the catalogue's."""

    id: int
    title: str
    pack_name: str
    min_players: int
    max_players: int
    manually_added: int
    source: GameSource
    room_code: str | None


class SessionChanged(Struct, frozen=True):
    session: Session


class GameAdded(Struct, frozen=True, rename="camel"):
    session: Session
    game: AddedGame
    session_game: SessionGame


class GameChanged(Struct, frozen=True, rename="camel"):
    session_id: int
    session_game: SessionGame


class GameRemoved(Struct, frozen=True, rename="camel"):
    session: Session
    session_id: int
    session_game_id: int


class PlayerCountUpdated(Struct, frozen=True, rename="camel"):
    """`game_id` is the session game's id, as the contract has it."""

    session_id: int
    game_id: int
    player_count: int
    status: str | None
    session_game: SessionGame


class SessionsChanged(Struct, frozen=True, rename="camel"):
    """For whoever lists all nights: the row as it is listed now, None where the session was deleted."""

    session_id: int
    listed_session: ListedSession | None


class SessionGone(Struct, frozen=True, rename="camel"):
    session_id: int


class ChangeUndone(Struct, frozen=True, rename="camel"):
    session_id: int
    change: Change


EVENTS: Mapping[str, type[Struct]] = {
    SESSION_STARTED: SessionChanged,
    SESSION_UPDATED: SessionChanged,
    SESSION_ENDED: SessionChanged,
    SESSION_DELETED: SessionGone,
    SESSIONS_CHANGED: SessionsChanged,
    GAME_ADDED: GameAdded,
    GAME_STATUS_CHANGED: GameChanged,
    ROOM_CODE_UPDATED: GameChanged,
    GAME_REMOVED: GameRemoved,
    PLAYER_COUNT_UPDATED: PlayerCountUpdated,
    CHANGE_UNDONE: ChangeUndone,
}
"""What each event carries."""


def _session_fields(payload: type[Struct]) -> list[str]:
    """The fields of a payload that hold a session."""
    return [
        field.encode_name
        for field in fields(payload)
        if any(isinstance(kind, type) and issubclass(kind, Session) for kind in (field.type, *get_args(field.type)))
    ]


WITH_SESSION: Final = {type_: names for type_, payload in EVENTS.items() if (names := _session_fields(payload))}
"""The events that hold a session, and the fields which do."""


def without_notes(event: Event) -> Event:
    """An event as those hear it who may not read the notes of sessions."""
    data = json.decode(event.data) if event.type in WITH_SESSION else {}
    held = [data.get(name) or {} for name in WITH_SESSION.get(event.type, ())]
    noted = [session for session in held if session.get("notes") is not None]
    if not noted:
        return event
    for session in noted:
        session |= {"notes": None, "notes_preview": None}
    return structs.replace(event, data=json.encode(data).decode())


def emit_session_started(transaction: Transaction, session: Session) -> None:
    transaction.emit(SESSION_STARTED, SessionChanged(session), topic=EVERYONE, session_id=session.id)


def emit_session_updated(transaction: Transaction, session: Session) -> None:
    emit_to_session(transaction, SESSION_UPDATED, SessionChanged(session), session.id)


def emit_session_ended(transaction: Transaction, session: Session) -> None:
    emit_to_session(transaction, SESSION_ENDED, SessionChanged(session), session.id)


def emit_session_deleted(transaction: Transaction, session_id: int) -> None:
    emit_to_session(transaction, SESSION_DELETED, SessionGone(session_id), session_id)


def emit_sessions_changed(transaction: Transaction, session_id: int, listed: ListedSession | None) -> None:
    # No session's event, or it would go with the session that is deleted.
    transaction.emit(SESSIONS_CHANGED, SessionsChanged(session_id, listed), topic=EVERYONE)


def emit_game_added(transaction: Transaction, session: Session, game: SessionGame) -> None:
    added = AddedGame(
        game.game_id,
        game.title,
        game.pack_name,
        game.min_players,
        game.max_players,
        game.manually_added,
        game.source,
        game.room_code,
    )
    emit_to_session(transaction, GAME_ADDED, GameAdded(session, added, game), session.id)


def emit_game_status_changed(transaction: Transaction, game: SessionGame) -> None:
    emit_to_session(transaction, GAME_STATUS_CHANGED, GameChanged(game.session_id, game), game.session_id)


def emit_room_code_updated(transaction: Transaction, game: SessionGame) -> None:
    emit_to_session(transaction, ROOM_CODE_UPDATED, GameChanged(game.session_id, game), game.session_id)


def emit_game_removed(transaction: Transaction, session: Session, session_game_id: int) -> None:
    emit_to_session(transaction, GAME_REMOVED, GameRemoved(session, session.id, session_game_id), session.id)


def emit_player_count_updated(transaction: Transaction, game: SessionGame) -> None:
    data = PlayerCountUpdated(game.session_id, game.id, game.player_count or 0, game.player_count_check_status, game)
    emit_to_session(transaction, PLAYER_COUNT_UPDATED, data, game.session_id)


def emit_change_undone(transaction: Transaction, session_id: int, change: Change) -> None:
    emit_to_session(transaction, CHANGE_UNDONE, ChangeUndone(session_id, change), session_id)


def emit_to_session(transaction: Transaction, type_: str, data: object, session_id: int) -> None:
    """Emit an event of a session to those who follow it."""
    transaction.emit(type_, data, topic=session_id, session_id=session_id)
