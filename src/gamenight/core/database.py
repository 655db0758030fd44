"""The database as the features see it: `write` and `read`, each with a plain function.

Writes of a process queue for one thread. It takes what waits, runs each in a savepoint of one transaction, appends
their events, commits once, and only then answers. So a write that fails undoes itself alone, all share one fsync, and
an event can't be seen without its change or lost after it.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from gamenight.core import log
from gamenight.core.batch_worker import BatchWorker, FairWorker, Job
from gamenight.core.clock import ForwardClock
from gamenight.core.engines import (
    InlineReader,
    is_sqlite,
    lock_writers,
    reading_engine,
    sqlite_driver,
    writing_engine,
)
from gamenight.core.errors import GamenightError, StorageFull, Unavailable
from gamenight.core.savepoints import SnapshotLost, alone, changed_sessions, run_for_a_while, run_query, storage_failure

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")

CHANNEL = "gamenight"
"""The PostgreSQL channel on which a process that wrote tells the others the id of its newest event."""

HOLD_SECONDS = 0.1
"""After so long the writer commits and lets other processes write, whatever waits here."""

READ_SECONDS = 0.02
"""After so long a thread that reads begins no further query of its batch: others may do the rest."""

READS_OF_ONE = 256
"""Reads that may wait or run for one client."""

encode = msgspec.json.encode


class Transaction:
    """The argument of an action: the connection, the moment at which all of it happens, and a place for its events.

    `ahead` are the seconds by which that moment is ahead of the machine's clock, if that was set back.
    """

    __slots__ = ("_touched", "ahead", "connection", "events", "now")

    def __init__(self, connection: Connection, now: str, ahead: float = 0) -> None:
        self.connection = connection
        self.now = now
        self.ahead = ahead
        self.events: list[log.NewEvent] = []
        self._touched: set[int] | None = None

    def touch(self, *session_ids: int) -> None:
        """Say that, besides what events tell of, at most these sessions look different now."""
        self._touched = {*(self._touched or ()), *session_ids}

    def changed_sessions(self) -> set[int] | None:
        """The sessions that look different now; None where something else may."""
        if self._touched is None and not self.events:
            return None
        ids = set(self._touched or ())
        for event in self.events:
            if event.session_id is None:
                return None
            ids.add(event.session_id)
        return ids

    def emit(self, type_: str, data: object, *, topic: int, session_id: int | None = None) -> None:
        """Append an event: `data` is the new state, and is encoded at once."""
        self.events.append(log.NewEvent(topic, session_id, type_, self.now, encode(data).decode()))


class Commit(msgspec.Struct, frozen=True):
    """What was committed: the events, in order, and the sessions that changed; None where anything may have."""

    events: Sequence[log.Event]
    sessions: frozenset[int] | None


class Waiting(msgspec.Struct, frozen=True):
    """How many writes, reads and replays wait for their turn."""

    writes: int
    reads: int
    replays: int


class Database:
    """One database, open for this process.

    `on_commit` is called in the event loop after each commit, in order, before its callers are answered; `on_fatal`
    from the writing thread when nothing may be written any more and the process should end.
    """

    def __init__(
        self,
        url: str,
        *,
        readers: int = 3,
        waiting_limit: int = 4096,
        batch_limit: int = 256,
        answer_timeout: float = 15,
        hold_seconds: float = HOLD_SECONDS,
        clock: ForwardClock | None = None,
    ) -> None:
        self.url = url
        self.is_sqlite = is_sqlite(url)
        self.on_commit: Callable[[Commit], None] = lambda _commit: None
        self.on_fatal: Callable[[], None] = lambda: None
        self.clock = clock or ForwardClock()
        self._answer_timeout = answer_timeout
        self._hold_seconds = hold_seconds
        self._broken = False
        self._writing = writing_engine(url)
        self._reading = reading_engine(url, readers + 1)
        self._inline = InlineReader(reading_engine(url, 1)) if self.is_sqlite else None
        self._writes = BatchWorker(
            "write", self._write_batch, threads=1, waiting_limit=waiting_limit, batch_limit=batch_limit
        )
        self._reads = FairWorker(
            "read",
            self._read_batch,
            threads=readers,
            waiting_limit=waiting_limit,
            batch_limit=16,
            of_owner=READS_OF_ONE,
        )
        self._replays = FairWorker(
            "replay",
            self._read_batch,
            threads=1,
            waiting_limit=sys.maxsize,  # one for each live client at most, whose number is limited
            batch_limit=16,
            of_owner=sys.maxsize,
        )

    async def write(self, action: Callable[Concatenate[Transaction, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an action in a transaction; returns its result once it is committed.

        Raises what the action raised (then nothing of it is kept), Busy when too many wait, StorageFull,
        or Unavailable.
        """
        future = self._writes.submit(lambda transaction: action(transaction, *args, **kwargs))
        return await self._answer(future)

    async def write_together(
        self, action: Callable[[Transaction, Sequence[Item]], Sequence[T | GamenightError]], item: Item, /
    ) -> T:
        """Run an action that takes many items at once on this one and all others that wait for the same action.

        The action answers each item with its result or with the error that refuses it, and must have changed nothing
        for the refused. If it raises, it is run on each item alone. Returns or raises as `write` does.
        """
        return await self.submit_together(action, item)

    def submit_together(
        self, action: Callable[[Transaction, Sequence[Item]], Sequence[T | GamenightError]], item: Item, /
    ) -> "asyncio.Future[T]":
        """The same for who does not wait in a task of their own."""
        return self._answer(self._writes.submit(lambda transaction: alone(transaction, action, item), item, action))

    async def read(self, query: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query on a consistent snapshot that holds everything acknowledged before the call."""
        future = self._reads.submit(lambda connection: query(connection, *args, **kwargs))
        return await self._answer(future)

    async def replay(self, query: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The same in a thread of its own, for what many may ask for at once and nobody else should wait for. Nobody
        is told after a while that it takes too long."""
        result: T = await self._replays.submit(lambda connection: query(connection, *args, **kwargs))
        return result

    async def read_short(
        self, query: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a query that an index bounds to a few rows: on SQLite at once, in the thread of the event loop, since
        handing it to another thread and back would take longer than the query itself."""
        if self._inline is None:
            return await self.read(query, *args, **kwargs)
        return self.read_now(query, *args, **kwargs)

    def read_now(self, query: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The same without waiting; only where `reads_now`."""
        assert self._inline is not None  # noqa: S101
        try:
            with self._inline.snapshot() as connection:
                return query(connection, *args, **kwargs)
        except SQLAlchemyError as error:
            raise self._failure(error) from error

    @property
    def reads_now(self) -> bool:
        """Whether short queries can be run in the thread of the event loop."""
        return self._inline is not None

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One transaction on the caller's own thread, for commands that run without a server."""
        with self._writing.begin() as connection:
            lock_writers(connection, self._answer_timeout)
            transaction = Transaction(connection, self.clock.now(), self.clock.ahead())
            yield transaction
            self._append(connection, transaction.events)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One snapshot on the caller's own thread."""
        with self._reading.begin() as connection:
            yield connection

    @property
    def waiting(self) -> Waiting:
        """How many jobs wait."""
        return Waiting(self._writes.waiting, self._reads.waiting, self._replays.waiting)

    def fail(self, sentence: str) -> None:
        """Write nothing more and have the process end, for what the sentence tells. Callable from any thread."""
        if not self._broken:
            self._broken = True
            logger.critical("%s The server stops.", sentence)
            self.on_fatal()

    def version(self) -> str:
        """The database's name and version, for people."""
        if self.is_sqlite:
            return f"SQLite {sqlite_driver.sqlite_version}"
        with self._reading.connect() as connection:
            return f"PostgreSQL {connection.execute(text('SHOW server_version')).scalar()}"

    def close(self, seconds: float = 5) -> None:
        """Finish the queued jobs, then close the connections."""
        for worker in (self._writes, self._reads, self._replays):
            if not worker.close(seconds):
                logger.error("The database did not finish within %s s", seconds)
        if self._inline is not None:
            self._inline.close()
        self._reading.dispose()
        self._writing.dispose()

    def _answer(self, future: "asyncio.Future[T]") -> "asyncio.Future[T]":
        # asyncio.timeout would cost several times as much, at each request.
        deadline = future.get_loop().call_later(self._answer_timeout, _give_up, future)
        future.add_done_callback(lambda _future: deadline.cancel())
        return future

    def _write_batch(self, jobs: list[Job]) -> Sequence[Job]:
        """Run jobs in one transaction; returns those that there was no time for."""
        left: Sequence[Job] = ()
        try:
            if self._broken:
                raise Unavailable("The storage failed. The server has to be restarted.", details={"reason": "restart"})
            with self._writing.begin() as connection:
                lock_writers(connection, self._answer_timeout)
                self._writes.add_waiting(jobs)  # while other processes wrote
                now, ahead = self.clock.now(), self.clock.ahead()
                left = run_for_a_while(self._hold_seconds, jobs, partial(Transaction, connection, now, ahead))
                events = self._append(connection, [event for job in jobs for event in job.events])
        except (SQLAlchemyError, GamenightError) as error:
            failure = self._failure(error)
            for job in jobs:
                job.error = failure
            return ()
        done = [job for job in jobs if job not in set(left)] if left else jobs
        with suppress(RuntimeError):  # the loop has ended: nobody listens any more
            jobs[0].future.get_loop().call_soon_threadsafe(self.on_commit, Commit(events, changed_sessions(done)))
        return left

    def _append(self, connection: Connection, events: list[log.NewEvent]) -> list[log.Event]:
        if not events:
            return []
        appended = log.append(connection, events)
        if not self.is_sqlite:
            notice = {"channel": CHANNEL, "newest": str(appended[-1].id)}
            connection.execute(text("SELECT pg_notify(:channel, :newest)"), notice)
        return appended

    def _read_batch(self, jobs: Sequence[Job]) -> Sequence[Job]:
        remaining = list(jobs)
        until = time.monotonic() + READ_SECONDS
        while remaining:
            try:
                with self._reading.begin() as connection:
                    while remaining:
                        run_query(remaining[0], connection)
                        remaining.pop(0)
                        if time.monotonic() > until:
                            return remaining
            except SnapshotLost:
                remaining.pop(0)
            except (SQLAlchemyError, GamenightError) as error:
                for job in remaining:
                    job.error = self._failure(error)
                break
        return ()

    def _failure(self, error: Exception) -> GamenightError:
        """The error that callers get when the database itself failed, not one of them."""
        if isinstance(error, GamenightError):
            return error
        reason = storage_failure(error)
        if reason.startswith("SQLITE_FULL"):
            return StorageFull("The disk is full: nothing can be written until there is space again.", retry_after=10)
        logger.error("The database failed: %s", error)
        if reason.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            self.fail("The database file is damaged. Put a backup in its place.")
        elif reason.startswith("SQLITE_IOERR_FSYNC"):
            # The kernel may count the pages as written: only a fresh start reads what is true.
            self.fail("What was written last did not reach the disk.")
        return Unavailable("The database can't be reached just now. Try again in a moment.")


def _give_up(future: "asyncio.Future[Any]") -> None:
    if not future.done():
        future.set_exception(
            Unavailable(
                "The database takes too long. Whether this was done is not known yet: look before you try again.",
                details={"reason": "not_known"},
            )
        )
