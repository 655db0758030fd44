"""Every way to change a session and its games."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from msgspec import UNSET, UnsetType, structs
from sqlalchemy import Table, Update, bindparam, delete, insert, update
from sqlalchemy.exc import IntegrityError

from gamenight.catalogue import queries as catalogue
from gamenight.core import log
from gamenight.core.database import Transaction
from gamenight.sessions import events, queries, rules, undo
from gamenight.sessions.errors import ActiveSessionExists, SessionStillActive
from gamenight.sessions.schemas import (
    FOLLOWED_STATUSES,
    CountSource,
    FollowStatus,
    NewSessionGame,
    Session,
    SessionChange,
    SessionDeleted,
    SessionGame,
    SessionGameRemoved,
    Status,
)
from gamenight.sessions.tables import session_games, sessions, turns

COUNTED_BY_HAND: Final = "completed"
"""The `player_count_check_status` of a count that a person gave."""


def start_session(transaction: Transaction, notes: str | None) -> Session:
    """Open the night. Raises ActiveSessionExists; the index decides, whatever the race."""
    connection = transaction.connection
    row = {"notes": notes, "is_active": 1, "created_at": transaction.now}
    try:
        with connection.begin_nested():
            session_id = connection.execute(insert(sessions).values(row).returning(sessions.c.id)).scalar_one()
    except IntegrityError:
        raise ActiveSessionExists(
            "An active session already exists. Please close it before creating a new one.",
            details={"activeSessionId": queries.active_id(connection)},
        ) from None
    undo.clear(transaction)
    session = queries.session(connection, session_id)
    events.emit_session_started(transaction, session)
    return session


def change_session(transaction: Transaction, session_id: int, change: SessionChange) -> Session:
    """Change the fields that are given. Raises SessionClosed or GameNotFound where a next game can't be set."""
    connection = transaction.connection
    before = queries.session(connection, session_id)
    next_game_id = change.next_game_id
    if isinstance(next_game_id, int):
        queries.open_session(connection, session_id)
        catalogue.game(connection, next_game_id)
    given = {name: value for name, value in structs.asdict(change).items() if value is not UNSET}
    session = _update_session(transaction, session_id, given) if given else before
    if session == before:
        return before
    events.emit_session_changed(transaction, "session.updated", session)
    _emit_listed(transaction, session_id)
    return session


def close_session(transaction: Transaction, session_id: int, notes: str | UnsetType | None) -> Session:
    """End the night; what is playing becomes played. Raises SessionClosed if it has ended already."""
    connection = transaction.connection
    queries.open_session(connection, session_id)
    undo.record(transaction, session_id, "close", "the night was closed", new_notes=notes)
    _apply(transaction, session_id, rules.end_playing(queries.statuses(connection, session_id)))
    changes: dict[str, object] = {"is_active": 0, "closed_at": transaction.now}
    if notes is not UNSET:
        changes["notes"] = notes
    session = _update_session(transaction, session_id, changes)
    events.emit_session_changed(transaction, "session.ended", session)
    _emit_listed(transaction, session_id)
    return session


def delete_session(transaction: Transaction, session_id: int) -> SessionDeleted:
    """Remove a closed session with all that belongs to it. Raises SessionStillActive."""
    connection = transaction.connection
    if queries.session(connection, session_id).is_active:
        raise SessionStillActive(f"Session {session_id} is active. Close it before deleting it.")
    connection.execute(delete(sessions).where(sessions.c.id == session_id))
    log.forget_session(connection, session_id)
    events.emit_session_deleted(transaction, session_id)
    events.emit_sessions_changed(transaction, session_id, None)
    return SessionDeleted("Session deleted", session_id)


def add_game(transaction: Transaction, session_id: int, new: NewSessionGame) -> SessionGame:
    """Add a game and start playing it; what was playing becomes played. Raises SessionClosed or GameNotFound."""
    connection = transaction.connection
    session = queries.open_session(connection, session_id)
    game = catalogue.game(connection, new.game_id)
    undo.record(transaction, session_id, "add", f"{game.title} was added", title=game.title)
    _apply(transaction, session_id, rules.end_playing(queries.statuses(connection, session_id)))
    row = {
        "session_id": session_id,
        "game_id": game.id,
        "played_at": transaction.now,
        "status": "playing",
        "manually_added": int(new.manually_added),
        "room_code": new.room_code,
    }
    added_id = connection.execute(insert(session_games).values(row).returning(session_games.c.id)).scalar_one()
    _start_turn(transaction, added_id)
    was_next = _clear_next_game(transaction, session, game.id)
    added = queries.session_game(connection, session_id, added_id)
    events.emit_game_added(transaction, queries.session(connection, session_id), added)
    if was_next:
        _emit_listed(transaction, session_id)
    return added


def set_status(transaction: Transaction, session_id: int, session_game_id: int, status: Status) -> SessionGame:
    """Give a game a status; at most one is playing. In a closed session nothing can start: SessionClosed."""
    connection = transaction.connection
    game = queries.session_game(connection, session_id, session_game_id)
    session = queries.open_session(connection, session_id) if status == "playing" else None
    changes = rules.transition(queries.statuses(connection, session_id), session_game_id, status)
    if changes:
        undo.record(transaction, session_id, "status", f"{game.title} is {status}", title=game.title, status=status)
        _apply(transaction, session_id, changes)
        if session is not None and _clear_next_game(transaction, session, game.game_id):
            events.emit_session_changed(transaction, "session.updated", queries.session(connection, session_id))
            _emit_listed(transaction, session_id)
    return queries.session_game(connection, session_id, session_game_id)


def set_room_code(
    transaction: Transaction, session_id: int, session_game_id: int, room_code: str | None
) -> SessionGame:
    before = queries.session_game(transaction.connection, session_id, session_game_id)
    if before.room_code == room_code:
        return before
    change = "was removed" if room_code is None else f"is {room_code}"
    summary = f"the room code of {before.title} {change}"
    undo.record(transaction, session_id, "code", summary, title=before.title, room_code=room_code)
    game = _update_game(transaction, before, {"room_code": room_code})
    events.emit_game_changed(transaction, "room-code.updated", game)
    return game


def set_player_count(transaction: Transaction, session_id: int, session_game_id: int, player_count: int) -> SessionGame:
    """Note a count that a person gives. Whoever follows the room goes on doing so."""
    before = queries.session_game(transaction.connection, session_id, session_game_id)
    changes: dict[str, Any] = {"player_count": player_count, "player_count_source": "hand"}
    if before.player_count_check_status not in FOLLOWED_STATUSES:
        changes |= {"player_count_check_status": COUNTED_BY_HAND, "player_count_check_reason": None}
    if all(getattr(before, name) == value for name, value in changes.items()):
        return before
    game = _update_game(transaction, before, changes)
    events.emit_player_count_updated(transaction, game)
    return game


def note_following(
    transaction: Transaction,
    before: SessionGame,
    *,
    status: FollowStatus,
    reason: str | None,
    count: tuple[int | None, CountSource | None],
) -> SessionGame:
    """Store how the following of a game's room stands. Emits nothing: the events of the room carry the row."""
    player_count, source = count
    changes = {
        "player_count": player_count,
        "player_count_source": source,
        "player_count_check_status": status,
        "player_count_check_reason": reason,
    }
    if all(getattr(before, name) == value for name, value in changes.items()):
        return before
    return _update_game(transaction, before, changes)


def remove_game(transaction: Transaction, session_id: int, session_game_id: int) -> SessionGameRemoved:
    """Take a game out of the night, with its votes. Undoing brings both back."""
    connection = transaction.connection
    game = queries.session_game(connection, session_id, session_game_id)
    undo.record(transaction, session_id, "remove", f"{game.title} was removed", title=game.title)
    if game.status == "playing":
        _end_turn(transaction, session_game_id)
    connection.execute(
        _update(session_games, ("removed_at",)), {"row_id": session_game_id, "removed_at": transaction.now}
    )
    events.emit_game_removed(transaction, queries.session(connection, session_id), session_game_id)
    return SessionGameRemoved("Game removed from the session", session_id, session_game_id)


def _clear_next_game(transaction: Transaction, session: Session, game_id: int) -> bool:
    """Clear the next game if it is the one that starts. Returns whether it was."""
    if session.next_game is None or session.next_game.game_id != game_id:
        return False
    _update_session(transaction, session.id, {"next_game_id": None})
    return True


def _emit_listed(transaction: Transaction, session_id: int) -> None:
    events.emit_sessions_changed(transaction, session_id, queries.listed_session(transaction.connection, session_id))


def _apply(transaction: Transaction, session_id: int, changes: Mapping[int, Status]) -> None:
    # Those that stop first: at no moment are two games playing, which the index would refuse.
    for session_game_id, status in sorted(changes.items(), key=lambda change: change[1] == "playing"):
        before = queries.session_game(transaction.connection, session_id, session_game_id)
        game = _update_game(transaction, before, {"status": status})
        if status == "playing":
            _start_turn(transaction, session_game_id)
        elif before.status == "playing":
            _end_turn(transaction, session_game_id)
        events.emit_game_changed(transaction, "game.status-changed", game)


def _start_turn(transaction: Transaction, session_game_id: int) -> None:
    row = {"session_game_id": session_game_id, "started_at": transaction.now}
    transaction.connection.execute(insert(turns), row)


def _end_turn(transaction: Transaction, session_game_id: int) -> None:
    open_one = (turns.c.session_game_id == session_game_id) & turns.c.ended_at.is_(None)
    transaction.connection.execute(update(turns).where(open_one).values(ended_at=transaction.now))


def _update_session(transaction: Transaction, session_id: int, changes: Mapping[str, object]) -> Session:
    transaction.connection.execute(_update(sessions, tuple(changes)), {"row_id": session_id, **changes})
    return queries.session(transaction.connection, session_id)


def _update_game(transaction: Transaction, before: SessionGame, changes: Mapping[str, Any]) -> SessionGame:
    transaction.connection.execute(_update(session_games, tuple(changes)), {"row_id": before.id, **changes})
    return structs.replace(before, **changes)


@cache
def _update(table: Table, columns: tuple[str, ...]) -> Update:
    """The statement that sets these columns of the row `row_id`. Built once: that costs more than running it."""
    return update(table).where(table.c.id == bindparam("row_id")).values({name: bindparam(name) for name in columns})
