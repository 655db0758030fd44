"""Follows the log in this process and has the hub hand out what is new.

This process's own commits bring their events along. The log is read where they leave a gap: when another process has
written, of which PostgreSQL's NOTIFY tells, and at a poll, which finds what nobody told of.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence

from sqlalchemy import make_url

from gamenight.core import log
from gamenight.core.database import CHANNEL, Database
from gamenight.core.hub import Hub
from gamenight.core.loops import Loops
from gamenight.core.transient import TRANSIENT_CHANNEL, decode_transient

logger = logging.getLogger(__name__)

BATCH = 500
MOST_COMMITTED = 1000
"""Committed events that wait here while the hub is busy; with more the log is read, where they are as well."""
MAX_RUN_LENGTH = 32 * 1024


def take_run(events: deque[log.Event]) -> list[log.Event]:
    """Take the first events off that follow one another in one topic, up to about MAX_RUN_LENGTH characters."""
    run = [events.popleft()]
    length = len(run[0].data)
    while events and events[0].topic == run[0].topic and length + len(events[0].data) <= MAX_RUN_LENGTH:
        length += len(events[0].data)
        run.append(events.popleft())
    return run


class Tail:
    """One loop alone decides what comes next, so a commit and a reading of the log can't get in each other's way."""

    def __init__(self, database: Database, hub: Hub, *, poll: float = 1.0) -> None:
        self._database = database
        self._hub = hub
        self._poll = poll
        self._changed = asyncio.Event()
        self._committed: deque[log.Event] = deque()
        self._waiting: deque[log.Event] = deque()
        self._newest = hub.position
        """The id of the last event that waits or was handed out."""
        self._is_behind = False
        """Whether the log may hold events beyond `_newest` that no commit of this process has brought."""

    @property
    def _newest_known(self) -> int:
        return self._committed[-1].id if self._committed else self._newest

    def start(self, loops: Loops) -> None:
        loops.start("tail", self._follow)
        if not self._database.is_sqlite:
            loops.start("notifications", self._listen)

    def committed(self, events: Sequence[log.Event]) -> None:
        """Take the events of a commit of this process. Called after each commit, in order."""
        if not events:
            return
        if len(self._committed) + len(events) > MOST_COMMITTED:
            self._committed.clear()
            self._is_behind = True
        else:
            self._committed.extend(events)
        self._changed.set()

    async def _follow(self) -> None:
        self._is_behind = True
        while True:
            self._changed.clear()
            while await self._fill():
                await self._hub.hand_out(take_run(self._waiting))
            try:
                async with asyncio.timeout(self._poll):
                    await self._changed.wait()
            except TimeoutError:
                self._is_behind = True

    async def _fill(self) -> bool:
        """Have events wait that come next in the log; False if there are none."""
        self._take_committed()
        if self._is_behind and not self._waiting:
            await self._read_on()
        return bool(self._waiting)

    def _take_committed(self) -> None:
        """Take the committed events that follow on `_newest`, as far as there is no gap."""
        while self._committed and self._committed[0].id <= self._newest + 1:
            event = self._committed.popleft()
            if event.id > self._newest:
                self._newest = event.id
                self._waiting.append(event)
        self._is_behind = self._is_behind or bool(self._committed)

    async def _read_on(self) -> None:
        # What was committed before the reading and isn't found by it has been deleted since.
        known = self._newest_known
        self._is_behind = False
        events = await self._database.read(log.read_after, self._newest, BATCH)
        self._waiting.extend(events)
        if len(events) == BATCH:
            self._newest, self._is_behind = events[-1].id, True
        else:
            self._newest = max(known, events[-1].id if events else 0)

    async def _listen(self) -> None:
        """Wait for other processes' commits. NOTIFY is a hint that may be lost; the poll finds the rest."""
        import psycopg

        dsn = make_url(self._database.url).set(drivername="postgresql").render_as_string(hide_password=False)
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            await connection.execute(f"LISTEN {TRANSIENT_CHANNEL}")
            self._look()
            async for notification in connection.notifies():
                if notification.channel == TRANSIENT_CHANNEL:
                    await self._hub.pass_on(decode_transient(notification.payload))
                elif not notification.payload.isdigit() or int(notification.payload) > self._newest_known:
                    self._look()

    def _look(self) -> None:
        self._is_behind = True
        self._changed.set()
