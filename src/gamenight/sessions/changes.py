"""What can be undone: the changes of a night, each with the night as it was before.

As only the last one can be undone, putting that back undoes just it.
"""

from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import Connection, bindparam, delete, desc, select

from gamenight.core.database import Transaction
from gamenight.core.prepared import Prepared, PreparedInsert
from gamenight.sessions import queries
from gamenight.sessions.queries import Night, Turns
from gamenight.sessions.schemas import Change, ChangeKind, Status
from gamenight.sessions.tables import session_changes


class GameBefore(Struct, frozen=True):
    """What of a session game a change may touch; `turns` are its turns."""

    id: int
    status: Status
    room_code: str | None
    removed_at: str | None
    check_status: str | None
    turns: Turns

    @property
    def undoable(self) -> tuple[Any, ...]:
        return self.status, self.room_code, self.removed_at, self.turns


class Before(Struct, frozen=True):
    """A night as it was. `new_notes` are those that the change gave it, if it did."""

    is_active: int
    closed_at: str | None
    notes: str | None
    games: list[GameBefore]
    next_game_id: int | None = None
    new_notes: str | UnsetType | None = UNSET


_changes = Prepared(
    select(*(session_changes.c[name] for name in Change.__struct_fields__))
    .where(session_changes.c.session_id == bindparam("session_id"))
    .order_by(desc(session_changes.c.id))
)
_before = Prepared(select(session_changes.c.before).where(session_changes.c.id == bindparam("change_id")))
_forget = Prepared(delete(session_changes).where(session_changes.c.id == bindparam("change_id")))
_insert = PreparedInsert(
    session_changes, "session_id", "kind", "made_at", "summary", "title", "status", "room_code", "before"
)


def capture(night: Night, new_notes: str | UnsetType | None = UNSET) -> Before:
    """Of a night what a change may touch."""
    session = night.session
    return Before(
        session.is_active,
        session.closed_at,
        session.notes,
        [
            GameBefore(
                game.shown.id,
                game.shown.status,
                game.shown.room_code,
                game.removed_at,
                game.shown.player_count_check_status,
                game.turns,
            )
            for game in night.stored
        ],
        None if session.next_game is None else session.next_game.game_id,
        new_notes,
    )


def remember(
    transaction: Transaction,
    night: Night,
    kind: ChangeKind,
    summary: str,
    *,
    title: str | None = None,
    status: Status | None = None,
    room_code: str | None = None,
    new_notes: str | UnsetType | None = UNSET,
) -> None:
    """Keep the night as it is, before it is changed. The others tell people of the change, as `Change` says."""
    _insert.one(
        transaction.connection,
        session_id=night.session.id,
        kind=kind,
        made_at=transaction.now,
        summary=summary,
        title=title,
        status=status,
        room_code=room_code,
        before=msgspec.json.encode(capture(night, new_notes)).decode(),
    )


def changes(connection: Connection, session_id: int) -> list[Change]:
    """What can be undone, the last change first; raises SessionNotFound."""
    found = [Change(*row) for row in _changes.all(connection, session_id=session_id)]
    if not found:
        queries.session(connection, session_id)
    return found


def take(transaction: Transaction, change: Change) -> Before:
    """The night as it was before a change, which is forgotten."""
    stored = _before.scalar(transaction.connection, change_id=change.id)
    _forget.run(transaction.connection, change_id=change.id)
    return msgspec.json.decode(stored, type=Before)


def forget_all(transaction: Transaction) -> None:
    """A new night begins: those before it stay as they are."""
    transaction.connection.execute(delete(session_changes))
