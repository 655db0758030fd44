"""Which of the processes on one database does what only one of them is to do at a time.

A lease is held until a moment and renewed before that; when its holder dies, another process takes it soon after the
moment has passed. The processes compare moments of their own clocks, which have to agree within a second or two. What
is done under a lease has to bear being done twice: a process that was frozen may wake up and finish what it had begun.
"""

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from typing import NoReturn

from sqlalchemy import Column, Connection, Table, Text, delete, select
from sqlalchemy.dialects.postgresql import insert

from gamenight.core.clock import later, utc_now
from gamenight.core.database import Database, Transaction
from gamenight.core.errors import Unavailable
from gamenight.core.loops import Loops
from gamenight.core.tables import metadata

LEASE_SECONDS = 6
RENEWALS = 4
"""How often a lease is renewed, or asked for, in the time that it lasts."""

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Text, nullable=False),
    sqlite_strict=True,
)


class Leases:
    """The leases of one process. On SQLite, where no other process can be, it has them all without asking."""

    def __init__(self, database: Database, *, seconds: float = LEASE_SECONDS) -> None:
        self._database = database
        self._seconds = seconds
        # Where it is, for people; the rest because numbers of processes are used again.
        self._holder = f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(4)}"
        self._held: dict[str, _Held] = {}

    def start(self, loops: Loops, name: str, body: Callable[[], Awaitable[None]]) -> None:
        """Run `body` as the loop `name` while this process has the lease of that name, and cancel it when it has not.
        To be called for all names before the event loop goes on."""
        if self._database.is_sqlite:
            loops.start(name, body)
            return
        if not self._held:
            loops.start("leases", self._renew)
        held = self._held[name] = _Held()
        loops.start(name, lambda: held.run(body))

    async def release(self) -> None:
        """Let another process take over at once: this one ends."""
        if self._held:
            with contextlib.suppress(Unavailable):
                await self._database.write(give_up, self._holder)

    async def _renew(self) -> NoReturn:
        names = sorted(self._held)
        clock = asyncio.get_running_loop().time
        while True:
            # The time that the database takes counts against the lease, so that it ends here before it ends there.
            until = clock() + self._seconds
            with contextlib.suppress(Unavailable):
                # Most processes have nothing to take and only look.
                if await self._database.read(is_any_to_take, names, self._holder, self._seconds):
                    for name in await self._database.write(take, names, self._holder, self._seconds):
                        self._held[name].extend(until)
            await asyncio.sleep(self._seconds / RENEWALS)


class _Held:
    """Until when a process has one lease, by its event loop's clock."""

    def __init__(self) -> None:
        self._until = 0.0
        self._taken = asyncio.Event()
        self._deadline: asyncio.Timeout | None = None

    def extend(self, until: float) -> None:
        self._until = until
        self._taken.set()
        if self._deadline is not None and not self._deadline.expired():
            self._deadline.reschedule(until)

    async def run(self, body: Callable[[], Awaitable[None]]) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            while self._until <= clock():
                self._taken.clear()
                await self._taken.wait()
            self._deadline = deadline = asyncio.timeout_at(self._until)
            try:
                async with deadline:
                    await body()
                    return
            except TimeoutError:
                if not deadline.expired():
                    raise
            finally:
                self._deadline = None


def is_any_to_take(connection: Connection, names: list[str], holder: str, seconds: float) -> bool:
    """Whether a lease is this holder's, and so to be renewed, or free."""
    now = utc_now()
    of_others = {
        name
        for name, held_by, until in connection.execute(select(leases))
        if held_by != holder and not _is_over(until, now, seconds)
    }
    return not of_others.issuperset(names)


def take(transaction: Transaction, names: list[str], holder: str, seconds: float) -> list[str]:
    """Take the leases that are free, and renew those that the holder has; returns both."""
    connection, now = transaction.connection, transaction.now
    known = {name: (held_by, until) for name, held_by, until in connection.execute(select(leases))}
    taken = [
        name
        for name in names
        if name not in known or known[name][0] == holder or _is_over(known[name][1], now, seconds)
    ]
    until = later(now, seconds=seconds)
    for name in taken:
        row = insert(leases).values(name=name, holder=holder, until=until)
        connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"holder": holder, "until": until}))
    return taken


def give_up(transaction: Transaction, holder: str) -> None:
    transaction.connection.execute(delete(leases).where(leases.c.holder == holder))


def _is_over(until: str, now: str, seconds: float) -> bool:
    # A moment that is farther away than a lease can last was written by a clock that was wrong.
    return until < now or until > later(now, seconds=2 * seconds)
