"""The core of a serving process: its database, the log's tail, the hub, and the loops."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from msgspec import Struct

from gamenight.core import log
from gamenight.core.database import Commit, Database
from gamenight.core.hub import Hub
from gamenight.core.leases import Leases
from gamenight.core.loops import Loops
from gamenight.core.tail import Tail
from gamenight.core.transient import TransientEvents


class Part(Struct, frozen=True, kw_only=True):
    """What runs and listens in a process besides its requests.

    `loops` start background loops. `on_commit` is called with each commit of this process, before its callers are
    answered; `on_publish` when events of any process are published, and `on_events` with them; `on_server_event` with
    each event that a server of this database, maybe this one, sent to all of them.
    """

    loops: Sequence[Callable[[Loops], None]] = ()
    on_commit: Sequence[Callable[[Commit], None]] = ()
    on_publish: Sequence[Callable[[], None]] = ()
    on_events: Sequence[Callable[[Sequence[log.Event]], None]] = ()
    on_server_event: Sequence[Callable[[log.Event], None]] = ()


class Worker(Struct, frozen=True):
    """Which of the processes of a service this is, counted from 1, and how many they are."""

    number: int
    count: int


ALONE = Worker(1, 1)


class Runtime:
    """`encode` makes the frame of an event, once however many listen; `narrow` makes of it what those hear who may not
    see all."""

    def __init__(
        self,
        database: Database,
        encode: Callable[[log.Event], bytes],
        worker: Worker = ALONE,
        *,
        narrow: Callable[[log.Event], log.Event],
    ) -> None:
        self.database = database
        with database.snapshot() as connection:
            head = log.head(connection)
            newest = log.newest_moment(connection)
        if newest is not None:
            database.clock.go_on_from(newest)
        self.hub = Hub(head, encode, narrow)
        self.hub.on_topic(log.SERVERS, self._on_server_event)
        self.worker = worker
        self.loops = Loops()
        self.leases = Leases(database)
        self.transient = TransientEvents(database, self.hub)
        self._tail = Tail(database, self.hub)
        self._parts: list[Part] = []

    def add(self, part: Part) -> None:
        """Have a part listen, and run while the process runs."""
        self._parts.append(part)
        for wake in part.on_publish:
            self.hub.on_publish(wake)
        for handle in part.on_events:
            self.hub.on_events(handle)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the loops of all parts until the block ends."""
        self.loop = asyncio.get_running_loop()
        self.database.on_commit = self._on_commit
        self._tail.start(self.loops)
        for part in self._parts:
            for start in part.loops:
                start(self.loops)
        try:
            yield
        finally:
            await self.loops.stop()
            await self.leases.release()

    def _on_commit(self, commit: Commit) -> None:
        for part in self._parts:
            for listener in part.on_commit:
                listener(commit)
        self._tail.committed(commit.events)

    def _on_server_event(self, event: log.Event) -> None:
        for part in self._parts:
            for listener in part.on_server_event:
                listener(event)
