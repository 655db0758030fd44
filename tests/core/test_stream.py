"""Replay, then live: none twice, none missing, whatever is written at the worst moment."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamenight.core import log, stream
from gamenight.core.database import Database, Transaction
from gamenight.core.hub import CHUNK, Hub
from gamenight.core.loops import Loops
from gamenight.core.tail import MAX_RUN_LENGTH, Tail, take_run

TOPIC = 7
OTHER_TOPIC = 8


def tell(transaction: Transaction, topic: int = TOPIC) -> None:
    transaction.emit("told", {}, topic=topic)


def in_a_line(event: log.Event) -> bytes:
    return event.text().encode() + b"\n"


class Recorder:
    """A listener that keeps what it hears."""

    sees_all = True

    def __init__(self) -> None:
        self.received: list[int] = []

    def offer(self, newest: log.Event, frames: bytes) -> None:
        ids = _ids(frames)
        assert ids[-1] == newest.id
        self.received += ids

    async def replay(self, frames: bytes) -> None:
        self.received += _ids(frames)


def _ids(frames: bytes) -> list[int]:
    return [json.loads(line)["id"] for line in frames.splitlines()]


class Bell:
    """A listener that waits for one event."""

    sees_all = True

    def __init__(self) -> None:
        self.rung = asyncio.Event()

    def offer(self, newest: log.Event, frames: bytes) -> None:
        self.rung.set()


class Interrupted:
    """A database on which something is committed, and handed out, right after each of the first reads."""

    def __init__(self, database: Database, interruptions: list[Callable[[], Awaitable[None]]]) -> None:
        self._database = database
        self._interruptions = interruptions

    async def replay(self, *arguments: Any) -> Any:
        result = await self._database.replay(*arguments)
        if self._interruptions:
            await self._interruptions.pop(0)()
        return result


class Following:
    """A hub that follows a database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.hub = Hub(0, in_a_line)
        self._loops = Loops()

    async def __aenter__(self) -> "Following":
        tail = Tail(self.database, self.hub)
        self.database.on_commit = lambda commit: tail.committed(commit.events)
        tail.start(self._loops)
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self._loops.stop()

    async def tell(self, topic: int = TOPIC) -> None:
        """Commit an event and wait until the hub has handed it out."""
        bell = Bell()
        self.hub.join(topic, bell, after=await self.database.read(log.head))
        await self.database.write(tell, topic)
        async with asyncio.timeout(10):
            await bell.rung.wait()
        self.hub.leave(topic, bell)

    async def ids(self, topic: int = TOPIC) -> list[int]:
        events, _head = await self.database.read(log.read_topic_after, topic, 0, 10_000)
        return [event.id for event in events]


@pytest.mark.parametrize("interruptions", [0, 1, 2, 5])
@pytest.mark.parametrize("before", [0, 1, stream.BATCH, stream.BATCH + 1])
def test_what_is_committed_between_reading_and_joining_comes_once(
    database: Database, before: int, interruptions: int
) -> None:
    def tell_many(transaction: Transaction) -> None:
        for _ in range(before):
            tell(transaction)

    async def race() -> None:
        async with Following(database) as following:
            await database.write(tell_many)
            await following.tell(OTHER_TOPIC)
            recorder = Recorder()
            interrupted: Any = Interrupted(database, [following.tell] * interruptions)
            await stream.replay_then_join(
                interrupted, following.hub, recorder, TOPIC, after=0, send=recorder.replay, is_subscribed=lambda: True
            )
            await following.tell()
            assert recorder.received == await following.ids()
            assert len(recorder.received) == before + interruptions + 1

    asyncio.run(race())


def test_a_hub_that_lags_behind_the_log_repeats_nothing(database: Database) -> None:
    async def race() -> None:
        for _ in range(3):
            await database.write(tell)
        events, _head = await database.read(log.read_topic_after, TOPIC, 0, 100)
        hub = Hub(events[0].id, in_a_line)
        recorder = Recorder()
        await stream.replay_then_join(
            database, hub, recorder, TOPIC, after=0, send=recorder.replay, is_subscribed=lambda: True
        )
        replayed = list(recorder.received)
        assert len(replayed) == 3
        await hub.hand_out(events[1:])  # what the hub had not come to yet
        assert recorder.received == replayed

    asyncio.run(race())


class HalfWay:
    """A hub that has handed something out to its first chunk of listeners, and not yet to the others."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.snapshot() as connection:
            self.hub = Hub(log.head(connection), in_a_line)
        for _ in range(CHUNK):
            self.hub.join(TOPIC, Recorder(), after=0)
        self._handing_out: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Hand out to the first chunk what has been committed beyond the hub's position."""
        run = await self._database.read(log.read_after, self.hub.position, 100)
        self._handing_out = asyncio.create_task(self.hub.hand_out(run))
        await asyncio.sleep(0)

    async def end(self) -> None:
        assert self._handing_out is not None
        await self._handing_out


@pytest.mark.parametrize("is_read", [True, False])
def test_who_joins_in_the_middle_of_a_hand_out_misses_nothing_and_hears_nothing_twice(
    database: Database, *, is_read: bool
) -> None:
    async def race() -> None:
        half_way = HalfWay(database)
        recorder = Recorder()

        async def interrupt() -> None:
            if not is_read:
                await database.write(tell)
            await half_way.begin()

        if is_read:
            await database.write(tell)
        interrupted: Any = Interrupted(database, [interrupt])
        await stream.replay_then_join(
            interrupted, half_way.hub, recorder, TOPIC, after=0, send=recorder.replay, is_subscribed=lambda: True
        )
        await half_way.end()
        await database.write(tell)
        await half_way.begin()
        await half_way.end()
        events, _head = await database.read(log.read_topic_after, TOPIC, 0, 100)
        assert recorder.received == [event.id for event in events]
        assert len(recorder.received) == 2

    asyncio.run(race())


def test_who_leaves_in_the_middle_of_a_hand_out_is_handed_nothing_more(database: Database) -> None:
    async def leave() -> None:
        half_way = HalfWay(database)
        last, leaving = Recorder(), Recorder()
        half_way.hub.join(TOPIC, leaving, after=0)
        half_way.hub.join(TOPIC, last, after=0)
        await database.write(tell)
        await half_way.begin()
        assert last.received == []
        assert half_way.hub.leave(TOPIC, leaving) == 0, "it has been offered nothing"
        await half_way.end()
        assert leaving.received == []
        assert last.received == [half_way.hub.position]
        assert half_way.hub.leave(TOPIC, last) == half_way.hub.position

    asyncio.run(leave())


def test_who_knows_all_that_was_handed_out_joins_without_reading_the_log() -> None:
    async def join() -> None:
        hub = Hub(4, in_a_line)
        recorder = Recorder()
        no_database: Any = None
        await stream.replay_then_join(
            no_database, hub, recorder, TOPIC, after=4, send=recorder.replay, is_subscribed=lambda: True
        )
        await hub.hand_out([an_event(4), an_event(5)])
        assert recorder.received == [5]

    asyncio.run(join())


def test_nothing_is_sent_or_joined_once_it_is_not_wanted_any_more(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "PART_BYTES", 1)  # each event is sent by itself

    async def leave_in_between() -> None:
        async with Following(database) as following:
            for _ in range(3):
                await following.tell()
            recorder = Recorder()
            answers = [True, True, False]
            await stream.replay_then_join(
                database,
                following.hub,
                recorder,
                TOPIC,
                after=0,
                send=recorder.replay,
                is_subscribed=lambda: answers.pop(0),
            )
            assert len(recorder.received) == 2
            await following.tell()
            assert len(recorder.received) == 2

    asyncio.run(leave_in_between())


def test_a_topic_is_heard_by_its_own_listeners_only(database: Database) -> None:
    async def listen() -> None:
        async with Following(database) as following:
            recorder, outsider = Recorder(), Recorder()
            following.hub.join(TOPIC, recorder, after=0)
            following.hub.join(OTHER_TOPIC, outsider, after=0)
            await following.tell(TOPIC)
            assert len(recorder.received) == 1
            assert outsider.received == []
            await following.tell(OTHER_TOPIC)
            assert len(outsider.received) == 1

    asyncio.run(listen())


def test_a_run_that_a_listener_knows_in_part_is_handed_out_from_where_it_is() -> None:
    hub = Hub(0, in_a_line)
    new, old = Recorder(), Recorder()
    hub.join(TOPIC, new, after=0)
    hub.join(TOPIC, old, after=2)
    asyncio.run(hub.hand_out([an_event(number) for number in (1, 2, 3, 4)]))
    assert new.received == [1, 2, 3, 4]
    assert old.received == [3, 4]


def an_event(number: int, topic: int = TOPIC, size: int = 2) -> log.Event:
    return log.Event(number, topic, None, "told", "2026-03-15T19:00:00.000Z", json.dumps("x" * (size - 2)))


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(2, MAX_RUN_LENGTH)), max_size=30))
def test_runs_are_all_events_in_order_each_of_one_topic_and_not_too_long(shapes: list[tuple[int, int]]) -> None:
    events = [an_event(number, topic, size) for number, (topic, size) in enumerate(shapes, start=1)]
    waiting, made = deque(events), list[list[log.Event]]()
    while waiting:
        made.append(take_run(waiting))
    assert [event for run in made for event in run] == events
    for run in made:
        assert len({event.topic for event in run}) == 1
        assert len(run) == 1 or sum(len(event.data) for event in run) <= MAX_RUN_LENGTH
