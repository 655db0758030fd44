"""The log of events, in the order in which their changes were committed.

An event is appended in the transaction of its change. Ids strictly rise within a `stream`; the stream
gets a new name when its ids could start again (a new database, a restored backup).
"""

import secrets
from collections.abc import Sequence

import msgspec
from sqlalchemy import Column, Connection, Index, Integer, Table, Text, bindparam, delete, func, insert, select, update
from sqlalchemy.types import BigInteger

from gamenight.core.prepared import Prepared, PreparedInsert
from gamenight.core.tables import metadata

EVERYONE = 0
"""The topic of each authenticated client; any topic above it is the id of a session."""
SERVERS = -1
"""The topic of the servers of this database. No client can subscribe to it."""

events = Table(
    "events",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("topic", Integer, nullable=False),
    Column("session_id", Integer),
    Column("type", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("data", Text, nullable=False),
    Index("ix_events_topic_id", "topic", "id"),
    Index("ix_events_session_id", "session_id"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

log_state = Table(
    "log_state",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("pruned_through", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
    sqlite_strict=True,
)


_append = PreparedInsert(events, "topic", "session_id", "type", "created_at", "data")
_head = Prepared(select(func.max(events.c.id)))
_select_after = select(events).where(events.c.id > bindparam("after")).order_by(events.c.id).limit(bindparam("limit"))
_after = Prepared(_select_after)
_topic_after = Prepared(_select_after.where(events.c.topic == bindparam("topic")))
_position = Prepared(select(log_state.c.stream, log_state.c.pruned_through))
_head_at = Prepared(
    select(events.c.id).where(events.c.created_at <= bindparam("moment")).order_by(events.c.id.desc()).limit(1)
)


class NewEvent(msgspec.Struct, frozen=True):
    """An event that has not been given its place yet."""

    topic: int
    session_id: int | None
    type: str
    created_at: str
    data: str


class Event(msgspec.Struct, frozen=True):
    """An event at its place in the log; `data` is JSON, encoded. One with the id 0 is not in the log."""

    id: int
    topic: int
    session_id: int | None
    type: str
    created_at: str
    data: str

    def text(self) -> str:
        """The event as JSON for clients. Put together from what is encoded already."""
        place = f',"id":{self.id}' if self.id else ""
        session = "" if self.session_id is None else f',"sessionId":{self.session_id}'
        return f'{{"type":"{self.type}","timestamp":"{self.created_at}","data":{self.data}{place}{session}}}'


class Position(msgspec.Struct, frozen=True):
    """Where the log stands: its name, its newest id (0 if none), and the newest id that is no longer kept."""

    stream: str
    head: int
    pruned_through: int


def start(connection: Connection) -> None:
    """Name the log, if it has no name yet."""
    if connection.execute(select(log_state.c.stream)).first() is None:
        connection.execute(insert(log_state).values(stream=secrets.token_hex(16), pruned_through=0))


def append(connection: Connection, new_events: list[NewEvent]) -> list[Event]:
    """Give events their places; returns them there. No other writer may get in between: see `engines.lock_writers`."""
    rows = [msgspec.structs.asdict(event) for event in new_events]
    ids = _append.each(connection, rows)
    return [Event(id_, **row) for id_, row in zip(ids, rows, strict=True)]


def position(connection: Connection) -> Position:
    row = _position.first(connection)
    assert row is not None  # noqa: S101
    stream, pruned_through = row
    return Position(stream, head(connection), pruned_through)


def head(connection: Connection) -> int:
    """The newest id; ids that were pruned or deleted count, since an older client may hold them."""
    newest: int | None = _head.scalar(connection)
    return newest or 0


def newest_moment(connection: Connection) -> str | None:
    """When the newest event was appended; None where the log is empty."""
    moment: str | None = connection.execute(select(events.c.created_at).order_by(events.c.id.desc()).limit(1)).scalar()
    return moment


def head_at(connection: Connection, moment: str) -> int:
    """The newest id that an event had at a moment; 0 where the log holds none that is so old."""
    newest: int | None = _head_at.scalar(connection, moment=moment)
    return newest or 0


def read_after(connection: Connection, after: int, limit: int) -> list[Event]:
    """The next events of all topics, in order."""
    rows = _after.all(connection, after=after, limit=limit)
    return [Event(*row) for row in rows]


def read_topic_after(connection: Connection, topic: int, after: int, limit: int) -> tuple[list[Event], int]:
    """The next events of one topic, in order, and the head of the log in the same snapshot."""
    rows = _topic_after.all(connection, topic=topic, after=after, limit=limit)
    return [Event(*row) for row in rows], head(connection)


def read_types_after(connection: Connection, types: Sequence[str], after: int, limit: int) -> list[Event]:
    """The next events of these types, in order, whatever their topic."""
    query = select(events).where(events.c.id > after, events.c.type.in_(types)).order_by(events.c.id).limit(limit)
    return [Event(*row) for row in connection.execute(query)]


def has_event(connection: Connection, session_id: int, type_: str) -> bool:
    """Whether the log still holds an event of this type of a session."""
    query = select(events.c.id).where(events.c.session_id == session_id, events.c.type == type_).limit(1)
    return connection.execute(query).first() is not None


def forget_session(connection: Connection, session_id: int) -> None:
    """Remove the events of a session that is deleted; the event of the deletion is appended after that."""
    connection.execute(delete(events).where(events.c.session_id == session_id))


def prune(connection: Connection, *, older_than: str, keep: int, keep_session: int | None) -> int:
    """Remove events that are older than a moment and not among the newest `keep`; returns how many.

    Nothing from the first event of `keep_session` on is removed, so that whoever follows it can always resume.
    """
    limit = head(connection) - keep
    newest_old = connection.execute(
        select(func.max(events.c.id)).where(events.c.created_at < older_than, events.c.id <= limit)
    ).scalar()
    through = newest_old or 0
    if keep_session is not None:
        first = connection.execute(select(func.min(events.c.id)).where(events.c.session_id == keep_session)).scalar()
        through = through if first is None else min(through, first - 1)
    if through <= 0:
        return 0
    removed = connection.execute(delete(events).where(events.c.id <= through)).rowcount
    connection.execute(update(log_state).values(pruned_through=through))
    return removed
