"""The undo log: each change of the active session with the session as it was before, and how the last one is undone.

Only the last change can be undone, so restoring the session as it was before undoes just that one.
"""

from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct, UnsetType, structs
from sqlalchemy import Connection, bindparam, delete, desc, insert, select, update

from gamenight.core.database import Transaction
from gamenight.sessions import events, queries
from gamenight.sessions.errors import ChangeNotLast, NothingToUndo
from gamenight.sessions.schemas import FOLLOWED_STATUSES, Change, ChangeKind, Session, SessionGame, Status, Undone
from gamenight.sessions.tables import session_changes, session_games, sessions, turns

FOLLOWED_AGAIN: Final = "waiting"


class GameBefore(Struct, frozen=True):
    """The columns of a session game that a change may touch, and its turns."""

    id: int
    status: str
    room_code: str | None
    removed_at: str | None
    check_status: str | None
    turns: list[tuple[str, str | None]]


class Before(Struct, frozen=True):
    """A session as it was. `new_notes` are those that the change gave it, if it did."""

    is_active: int
    closed_at: str | None
    notes: str | None
    games: list[GameBefore]
    next_game_id: int | None = None
    new_notes: str | UnsetType | None = UNSET


_session = select(sessions.c.is_active, sessions.c.closed_at, sessions.c.notes, sessions.c.next_game_id).where(
    sessions.c.id == bindparam("session_id")
)
_games = (
    select(
        session_games.c.id,
        session_games.c.status,
        session_games.c.room_code,
        session_games.c.removed_at,
        session_games.c.player_count_check_status,
    )
    .where(session_games.c.session_id == bindparam("session_id"))
    .order_by(session_games.c.id)
)
_turns = (
    select(turns.c.session_game_id, turns.c.started_at, turns.c.ended_at)
    .join(session_games)
    .where(session_games.c.session_id == bindparam("session_id"))
    .order_by(turns.c.id)
)
_changes = (
    select(*(session_changes.c[name] for name in Change.__struct_fields__))
    .where(session_changes.c.session_id == bindparam("session_id"))
    .order_by(desc(session_changes.c.id))
)
_record = insert(session_changes)


def record(
    transaction: Transaction,
    session_id: int,
    kind: ChangeKind,
    summary: str,
    *,
    title: str | None = None,
    status: Status | None = None,
    room_code: str | None = None,
    new_notes: str | UnsetType | None = UNSET,
) -> None:
    """Record the session as it is, before it is changed. The other arguments describe the change, as in `Change`."""
    before = structs.replace(_capture(transaction.connection, session_id), new_notes=new_notes)
    row = {
        "session_id": session_id,
        "kind": kind,
        "made_at": transaction.now,
        "summary": summary,
        "title": title,
        "status": status,
        "room_code": room_code,
        "before": msgspec.json.encode(before).decode(),
    }
    transaction.connection.execute(_record, row)


def changes(connection: Connection, session_id: int) -> list[Change]:
    """The changes that can be undone, the last one first; raises SessionNotFound."""
    rows = connection.execute(_changes, {"session_id": session_id}).all()
    if not rows:
        queries.session(connection, session_id)
    return [Change(*row) for row in rows]


def clear(transaction: Transaction) -> None:
    """Empty the log: a new session begins, and those before it stay as they are."""
    transaction.connection.execute(delete(session_changes))


def undo(transaction: Transaction, session_id: int, change_id: int | None) -> Undone:
    """Restore the session as it was before its last change. Raises NothingToUndo.

    With the id of a change, undoes it only if it is the last one: raises ChangeNotLast.
    """
    connection = transaction.connection
    made = changes(connection, session_id)
    if not made:
        raise NothingToUndo(f"Session {session_id} has no change that could be undone.")
    last = made[0]
    if change_id not in (None, last.id):
        raise ChangeNotLast(
            f"Something else was changed since: {last.summary}. Undo that first, or look again.",
            details={"change": structs.asdict(last)},
        )
    kept = select(session_changes.c.before).where(session_changes.c.id == last.id)
    before = msgspec.json.decode(connection.execute(kept).scalar_one(), type=Before)
    now = _capture(connection, session_id)
    connection.execute(delete(session_changes).where(session_changes.c.id == last.id))
    _restore_session(transaction, session_id, now, before)
    shown = {game.id: game for game in queries.games_of(connection, session_id)}
    is_next_again = _restore_next_game(transaction, session_id, now, before, shown)
    _restore_games(transaction, now, before)
    _emit_games(transaction, session_id, shown)
    if is_next_again:
        _emit_session(transaction, session_id)
    state = queries.state(connection, session_id)
    events.emit_change_undone(transaction, session_id, last)
    return Undone(f"Undone: {last.summary}", last, state.session, state.games)


def _capture(connection: Connection, session_id: int) -> Before:
    parameters = {"session_id": session_id}
    turns_of: dict[int, list[tuple[str, str | None]]] = {}
    for session_game_id, started_at, ended_at in connection.execute(_turns, parameters):
        turns_of.setdefault(session_game_id, []).append((started_at, ended_at))
    games = [GameBefore(*row, turns_of.get(row.id, [])) for row in connection.execute(_games, parameters)]
    is_active, closed_at, notes, next_game_id = connection.execute(_session, parameters).one()
    return Before(is_active, closed_at, notes, games, next_game_id)


def _restore_session(transaction: Transaction, session_id: int, now: Before, before: Before) -> None:
    if now.is_active == before.is_active:
        return
    values: dict[str, Any] = {"is_active": before.is_active, "closed_at": before.closed_at}
    if before.new_notes is not UNSET and now.notes == before.new_notes:
        values["notes"] = before.notes  # otherwise somebody has edited them since
    transaction.connection.execute(update(sessions).where(sessions.c.id == session_id).values(values))
    # Clients that wait for a session to start get the event that this one is active again.
    events.emit_session_started(transaction, _emit_session(transaction, session_id))


def _emit_session(transaction: Transaction, session_id: int) -> Session:
    connection = transaction.connection
    session = queries.session(connection, session_id)
    events.emit_session_changed(transaction, "session.updated", session)
    events.emit_sessions_changed(transaction, session_id, queries.listed_session(connection, session_id))
    return session


def _restore_next_game(
    transaction: Transaction, session_id: int, now: Before, before: Before, shown: dict[int, SessionGame]
) -> bool:
    """Set the next game again if the undone change cleared it and no other is set by now. Returns whether it did."""
    was_playing = {game.id for game in before.games if game.status == "playing"}
    begun = {game.game_id for game in shown.values() if game.status == "playing" and game.id not in was_playing}
    if now.next_game_id is not None or before.next_game_id not in begun:
        return False
    restored = update(sessions).where(sessions.c.id == session_id).values(next_game_id=before.next_game_id)
    transaction.connection.execute(restored)
    return True


def _restore_games(transaction: Transaction, now: Before, before: Before) -> None:
    known = {game.id: game for game in before.games}
    differing = [game for game in now.games if _undoable(game) != _undoable(known.get(game.id))]
    # Those that stop first: at no moment are two games playing, which the index would refuse.
    for game in sorted(differing, key=lambda each: each.status != "playing"):
        was = known.get(game.id)
        values = {"removed_at": transaction.now} if was is None else _values_before(game, was)
        row = update(session_games).where(session_games.c.id == game.id)
        transaction.connection.execute(row.values(values))
        _restore_turns(transaction, game, was)


def _undoable(game: GameBefore | None) -> tuple[Any, ...]:
    return () if game is None else (game.status, game.room_code, game.removed_at, game.turns)


def _values_before(game: GameBefore, was: GameBefore) -> dict[str, Any]:
    values: dict[str, Any] = {"status": was.status, "room_code": was.room_code, "removed_at": was.removed_at}
    plays_again = was.status == "playing" and (game.status != "playing" or game.removed_at is not None)
    if plays_again and was.check_status in FOLLOWED_STATUSES and was.room_code is not None:
        values |= {"player_count_check_status": FOLLOWED_AGAIN, "player_count_check_reason": None}
    return values


def _restore_turns(transaction: Transaction, game: GameBefore, was: GameBefore | None) -> None:
    kept = [] if was is None else was.turns
    if kept == game.turns:
        return
    connection = transaction.connection
    connection.execute(delete(turns).where(turns.c.session_game_id == game.id))
    if kept:
        rows = [{"session_game_id": game.id, "started_at": start, "ended_at": end} for start, end in kept]
        connection.execute(insert(turns), rows)


def _emit_games(transaction: Transaction, session_id: int, shown: dict[int, SessionGame]) -> None:
    """Emit what differs from the games as they were shown before."""
    state = queries.state(transaction.connection, session_id)
    after = {game.id: game for game in state.games}
    for session_game_id in shown.keys() - after.keys():
        events.emit_game_removed(transaction, state.session, session_game_id)
    for game in state.games:
        before = shown.get(game.id)
        if before is None:
            events.emit_game_added(transaction, state.session, game)
        elif before.room_code != game.room_code:
            events.emit_game_changed(transaction, "room-code.updated", game)
        elif before != game:
            events.emit_game_changed(transaction, "game.status-changed", game)
