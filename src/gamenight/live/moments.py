"""What a client is told at its start, read and encoded once for all who come before something changes."""

import asyncio
from functools import cached_property

import msgspec
from sqlalchemy import Connection

from gamenight.core import log
from gamenight.core.database import Database
from gamenight.live import messages
from gamenight.live.protocol import frame_of
from gamenight.sessions import queries as sessions
from gamenight.sessions.errors import SessionNotFound
from gamenight.sessions.schemas import SessionState

MAX_MOMENTS = 64


class Moment:
    """The log's position and a session's state, of one snapshot.

    `topic` is the session's id, or EVERYONE; that has no state, and neither has a session that does not exist.
    """

    def __init__(self, topic: int, position: log.Position, state: SessionState | None) -> None:
        self.topic = topic
        self.position = position
        self.state = state

    def snapshot(self, *, notes: bool) -> bytes:
        """The frame of the snapshot, for those who may read notes or may not; there has to be a state."""
        return self._snapshot if notes else self._snapshot_without_notes

    @cached_property
    def _snapshot(self) -> bytes:
        return self._frame(notes=True)

    @cached_property
    def _snapshot_without_notes(self) -> bytes:
        return self._frame(notes=False)

    def _frame(self, *, notes: bool) -> bytes:
        assert self.state is not None  # noqa: S101
        shown = self.state.shown(notes=notes)
        message = messages.Snapshot(self.topic, self.position.head, self.position.stream, shown)
        return frame_of(msgspec.json.encode(message).decode())


def read_moment(connection: Connection, topic: int) -> Moment:
    position = log.position(connection)
    try:
        state = None if topic == log.EVERYONE else sessions.state(connection, topic)
    except SessionNotFound:
        state = None
    return Moment(topic, position, state)


class Moments:
    """The newest moment of each topic that somebody begins to follow.

    With several processes a moment may lack what another one has just committed. A client that starts from it loses
    nothing: it is handed all that comes after the moment's position.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._readings: dict[int, asyncio.Future[Moment]] = {}

    def forget(self) -> None:
        """Something was committed: what was read until now may not be given to those who ask from now on."""
        self._readings.clear()

    async def of(self, topic: int) -> Moment:
        """A moment that holds all that this process acknowledged before the call."""
        reading = self._readings.get(topic)
        if reading is None:
            if len(self._readings) >= MAX_MOMENTS:
                self._readings.clear()
            reading = asyncio.ensure_future(self._database.read(read_moment, topic))
            self._readings[topic] = reading
        if not reading.done():
            await asyncio.wait([reading])  # cancelling one client must not cancel the others' reading
        if reading.exception() is not None and self._readings.get(topic) is reading:
            del self._readings[topic]
        return reading.result()
