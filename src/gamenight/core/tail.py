"""Follows the log in this process and publishes what is new through the hub.

Commits of this process and PostgreSQL's NOTIFY wake it; a poll finds what neither reported.
"""

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Iterator

from sqlalchemy import make_url

from gamenight.core import log
from gamenight.core.database import CHANNEL, Database
from gamenight.core.hub import Hub
from gamenight.core.loops import Loops

logger = logging.getLogger(__name__)

BATCH = 500
MAX_RUN_LENGTH = 32 * 1024


def runs(events: Iterable[log.Event]) -> Iterator[list[log.Event]]:
    """Events that follow one another in one topic, together, up to about MAX_RUN_LENGTH characters."""
    run: list[log.Event] = []
    length = 0
    for event in events:
        if run and (event.topic != run[0].topic or length + len(event.data) > MAX_RUN_LENGTH):
            yield run
            run, length = [], 0
        run.append(event)
        length += len(event.data)
    if run:
        yield run


class Tail:
    def __init__(self, database: Database, hub: Hub, *, poll: float = 1.0) -> None:
        self._database = database
        self._hub = hub
        self._poll = poll
        self._changed = asyncio.Event()

    def start(self, loops: Loops) -> None:
        loops.start("tail", self._follow)
        if not self._database.is_sqlite:
            loops.start("notifications", self._listen)

    def wake(self) -> None:
        """Note that something was committed."""
        self._changed.set()

    async def _follow(self) -> None:
        while True:
            self._changed.clear()
            while await self._read_on():
                pass
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await self._changed.wait()

    async def _read_on(self) -> bool:
        events = await self._database.read(log.read_after, self._hub.position, BATCH)
        for run in runs(events):
            self._hub.publish(run)
            # Lets requests in between, and the sockets take a run before the next one counts against a listener.
            await asyncio.sleep(0)
        return len(events) == BATCH

    async def _listen(self) -> None:
        """Wait for other processes' commits. NOTIFY is a hint that may be lost; the poll finds the rest."""
        import psycopg

        dsn = make_url(self._database.url).set(drivername="postgresql").render_as_string(hide_password=False)
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            self._changed.set()
            async for _notification in connection.notifies():
                self._changed.set()
