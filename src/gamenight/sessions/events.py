"""The events of sessions and their games.

Each event carries the new state of what changed: a client replaces what it had. Payloads that the contract fixed keep
its fields; `sessionGame` (the row as REST shows it) comes beside them.
"""

from typing import Literal

from msgspec import Struct

from gamenight.core.database import Transaction
from gamenight.core.log import EVERYONE
from gamenight.sessions.schemas import Change, ListedSession, Session, SessionGame

SESSION_STARTED = "session.started"


class AddedGame(Struct, frozen=True):
    """`id` is the catalogue's."""

    id: int
    title: str
    pack_name: str
    min_players: int
    max_players: int
    manually_added: int
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


def emit_session_started(transaction: Transaction, session: Session) -> None:
    transaction.emit(SESSION_STARTED, SessionChanged(session), topic=EVERYONE, session_id=session.id)


def emit_session_changed(
    transaction: Transaction, type_: Literal["session.updated", "session.ended"], session: Session
) -> None:
    _emit(transaction, type_, SessionChanged(session), session.id)


def emit_session_deleted(transaction: Transaction, session_id: int) -> None:
    _emit(transaction, "session.deleted", SessionGone(session_id), session_id)


def emit_sessions_changed(transaction: Transaction, session_id: int, listed: ListedSession | None) -> None:
    # No session's event, or it would go with the session that is deleted.
    transaction.emit("sessions.changed", SessionsChanged(session_id, listed), topic=EVERYONE)


def emit_game_added(transaction: Transaction, session: Session, game: SessionGame) -> None:
    added = AddedGame(
        game.game_id,
        game.title,
        game.pack_name,
        game.min_players,
        game.max_players,
        game.manually_added,
        game.room_code,
    )
    _emit(transaction, "game.added", GameAdded(session, added, game), session.id)


def emit_game_changed(
    transaction: Transaction, type_: Literal["game.status-changed", "room-code.updated"], game: SessionGame
) -> None:
    _emit(transaction, type_, GameChanged(game.session_id, game), game.session_id)


def emit_game_removed(transaction: Transaction, session: Session, session_game_id: int) -> None:
    _emit(transaction, "game.removed", GameRemoved(session, session.id, session_game_id), session.id)


def emit_player_count_updated(transaction: Transaction, game: SessionGame) -> None:
    data = PlayerCountUpdated(game.session_id, game.id, game.player_count or 0, game.player_count_check_status, game)
    _emit(transaction, "player-count.updated", data, game.session_id)


def emit_change_undone(transaction: Transaction, session_id: int, change: Change) -> None:
    _emit(transaction, "change.undone", ChangeUndone(session_id, change), session_id)


def _emit(transaction: Transaction, type_: str, data: object, session_id: int) -> None:
    transaction.emit(type_, data, topic=session_id, session_id=session_id)
