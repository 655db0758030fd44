"""What the hub is given: each event of the log once and in order, whether a commit brings it or the log is read."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from gamenight.core import log
from gamenight.core.database import Database, Transaction
from gamenight.core.errors import Unavailable
from gamenight.core.hub import CHUNK, Hub
from gamenight.core.loops import Loops
from gamenight.core.tail import MOST_COMMITTED, Tail
from tests.support.patience import PATIENCE

TOPIC = 7
NEVER = 3600.0
"""Seconds between polls in a test where nothing but the commits may tell of events."""


def tell(transaction: Transaction, number: int = 1) -> None:
    for _ in range(number):
        transaction.emit("told", {}, topic=TOPIC)


def tell_from_elsewhere(database: Database, number: int = 1) -> None:
    """A commit of which nobody tells this process, as of another one."""
    with database.transaction() as transaction:
        tell(transaction, number)


def in_a_line(event: log.Event) -> bytes:
    return event.text().encode() + b"\n"


class Recorder:
    """A listener that keeps what it hears, offer by offer. `meddle` is called once, in the middle of an offer."""

    sees_all = True

    def __init__(self) -> None:
        self.offers: list[list[int]] = []
        self.meddle: Callable[[], None] = lambda: None
        self._heard = asyncio.Event()

    @property
    def received(self) -> list[int]:
        return [id_ for offer in self.offers for id_ in offer]

    def offer(self, newest: log.Event, frames: bytes) -> None:
        self.offers.append([json.loads(line)["id"] for line in frames.splitlines()])
        assert self.offers[-1][-1] == newest.id
        meddle, self.meddle = self.meddle, lambda: None
        meddle()
        self._heard.set()

    async def until(self, happened: Callable[[list[int]], bool]) -> None:
        """Wait until this is true of what has been received."""
        async with asyncio.timeout(PATIENCE):
            while not happened(self.received):
                self._heard.clear()
                await self._heard.wait()


class Read:
    """A database of which each reading is noted, and interrupted before and after it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.url, self.is_sqlite = database.url, database.is_sqlite
        self.readings = 0
        self.before: Callable[[], Awaitable[object]] | None = None
        self.after: Callable[[], Awaitable[object]] | None = None

    async def read(self, *arguments: Any) -> Any:
        self.readings += 1
        before, self.before = self.before, None
        after, self.after = self.after, None
        if before is not None:
            await before()
        result = await self._database.read(*arguments)
        if after is not None:
            await after()
        return result


class Tailed:
    """A tail at work, whose hub has one listener. Ends with its block."""

    def __init__(self, database: Database, *, poll: float = NEVER) -> None:
        self.database = database
        self.read = Read(database)
        with database.snapshot() as connection:
            self.start = log.head(connection)
        self.hub = Hub(self.start, in_a_line)
        self.ear = Recorder()
        self.hub.join(TOPIC, self.ear, after=self.start)
        self.tail = Tail(self.read, self.hub, poll=poll)  # type: ignore[arg-type]
        self._loops = Loops()

    async def __aenter__(self) -> "Tailed":
        self.database.on_commit = lambda commit: self.tail.committed(commit.events)
        self.tail.start(self._loops)
        await self.write()
        await self.heard_all(1)
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self._loops.stop()

    async def write(self, number: int = 1) -> None:
        await self.database.write(tell, number)

    async def heard_all(self, number: int) -> None:
        """Wait until so many events have been received; they have to be all that the log has."""
        await self.ear.until(lambda received: len(received) >= number)
        events, _head = await self.database.read(log.read_topic_after, TOPIC, self.start, 10_000)
        assert self.ear.received == [event.id for event in events]
        assert len(events) == number


def test_what_a_commit_brings_is_handed_out_without_reading_the_log(database: Database) -> None:
    async def follow() -> None:
        async with Tailed(database) as tailed:
            readings = tailed.read.readings
            for _ in range(20):
                await tailed.write()
            await tailed.heard_all(21)
            if database.is_sqlite:  # PostgreSQL's NOTIFY may come before the commit is told of
                assert tailed.read.readings == readings

    asyncio.run(follow())


def test_what_lies_in_a_gap_is_read_from_the_log_and_handed_out_first(database: Database) -> None:
    async def follow() -> None:
        async with Tailed(database) as tailed:
            tell_from_elsewhere(database, 3)
            await tailed.write(2)
            await tailed.heard_all(6)

    asyncio.run(follow())


def test_what_another_process_wrote_is_found_without_a_commit_of_this_one(database: Database) -> None:
    async def follow() -> None:
        # PostgreSQL tells of it; on SQLite, where no other process writes, the poll finds it.
        async with Tailed(database, poll=0.05 if database.is_sqlite else NEVER) as tailed:
            tell_from_elsewhere(database)
            await tailed.heard_all(2)

    asyncio.run(follow())


def test_commits_while_the_log_is_read_are_handed_out_once(database: Database) -> None:
    async def race() -> None:
        async with Tailed(database) as tailed:
            tailed.read.before = tailed.write  # found by the reading, and brought by its commit
            tailed.read.after = tailed.write  # brought by its commit alone
            tell_from_elsewhere(database)
            await tailed.write()
            await tailed.heard_all(5)
            await tailed.write()
            await tailed.heard_all(6)

    asyncio.run(race())


def test_a_gap_that_opens_while_the_log_is_read_is_read_as_well(database: Database) -> None:
    async def race() -> None:
        async with Tailed(database) as tailed:
            number, interrupted = 1, asyncio.Event()

            async def elsewhere_and_here() -> None:
                tell_from_elsewhere(database)
                await database.write(tell)
                interrupted.set()

            tailed.read.after = elsewhere_and_here
            async with asyncio.timeout(PATIENCE):
                while not interrupted.is_set():  # a reading that was under way before may find what came from elsewhere
                    tell_from_elsewhere(database)
                    await tailed.write()
                    number += 2
            await tailed.heard_all(number + 2)

    asyncio.run(race())


def test_a_commit_of_more_events_than_may_wait_is_read_from_the_log(database: Database) -> None:
    async def follow() -> None:
        async with Tailed(database) as tailed:
            await tailed.write(MOST_COMMITTED + 1)
            await tailed.write()
            await tailed.heard_all(MOST_COMMITTED + 3)

    asyncio.run(follow())


def test_events_that_are_deleted_before_a_gap_is_read_stop_nothing(database: Database) -> None:
    def delete_all(transaction: Transaction) -> None:
        transaction.connection.execute(delete(log.events))

    async def follow() -> None:
        async with Tailed(database) as tailed:
            deleted = asyncio.Event()

            async def interrupt() -> None:
                await database.write(delete_all)
                deleted.set()

            tailed.read.before = interrupt
            async with asyncio.timeout(PATIENCE):
                while not deleted.is_set():  # a reading that was under way before may find what came from elsewhere
                    tell_from_elsewhere(database)
                    await tailed.write()
            await tailed.write()
            newest = await database.read(log.head)
            await tailed.ear.until(lambda received: received[-1] == newest)
            assert tailed.ear.received == sorted(set(tailed.ear.received))

    asyncio.run(follow())


def test_a_tail_that_failed_goes_on_where_it_was(database: Database) -> None:
    async def fail() -> None:
        raise Unavailable("The database can't be reached just now.")

    async def follow() -> None:
        async with Tailed(database) as tailed:
            tailed.read.before = fail
            tell_from_elsewhere(database)
            await tailed.write()
            await tailed.heard_all(3)

    asyncio.run(follow())


def test_what_is_committed_during_a_hand_out_goes_out_in_one_write(database: Database) -> None:
    async def follow() -> None:
        async with Tailed(database) as tailed:
            for _ in range(CHUNK):
                tailed.hub.join(TOPIC, Recorder(), after=tailed.hub.position)
            events = [log.Event(tailed.hub.position + number, TOPIC, None, "told", "", "{}") for number in range(1, 12)]

            def commit_more() -> None:
                for event in events[1:]:
                    tailed.tail.committed([event])

            tailed.ear.meddle = commit_more
            tailed.tail.committed(events[:1])
            await tailed.ear.until(lambda received: len(received) == 12)
            assert [len(offer) for offer in tailed.ear.offers] == [1, 1, 10]

    asyncio.run(follow())


Moves = list[tuple[str, int]]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["here", "elsewhere", "turn", "everybody"]), st.integers(1, 3)), max_size=15))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_writes_in_whatever_order_each_event_is_heard_once_and_in_order(
    database: Database, moves: Moves
) -> None:
    async def follow() -> None:
        async with Tailed(database, poll=0.05) as tailed:
            for move, number in moves:
                match move:
                    case "here":
                        await tailed.write(number)
                    case "elsewhere":
                        tell_from_elsewhere(database, number)
                    case "turn":
                        await asyncio.sleep(0)
                    case _:
                        await asyncio.gather(*(tailed.write() for _ in range(number)))
            await tailed.heard_all(1 + sum(number for move, number in moves if move != "turn"))

    asyncio.run(follow())
