"""The database's promises: one queue of writes, each alone in its failure, none acknowledged before it is kept."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from gamenight.core import log
from gamenight.core.database import Commit, Database, Transaction
from gamenight.core.engines import LOCK_TIMEOUT
from gamenight.core.errors import BadRequest, Busy, StorageFull, Unavailable
from gamenight.sessions import actions, queries
from gamenight.sessions.tables import sessions
from tests.support.patience import PATIENCE


def note(transaction: Transaction, word: str) -> str:
    """A write with an event, and nothing else to it."""
    transaction.emit("note", {"word": word}, topic=log.EVERYONE)
    return word


def refuse(transaction: Transaction, word: str) -> None:
    note(transaction, word)
    raise BadRequest(f"{word} is refused")


def words(connection: Connection) -> list[str]:
    rows = connection.execute(select(log.events.c.data).where(log.events.c.type == "note").order_by(log.events.c.id))
    return [row.data.removeprefix('{"word":"').removesuffix('"}') for row in rows]


class Gate:
    """Holds the writing thread, so that what comes after it waits and makes one batch."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()

    def hold(self, _transaction: Transaction) -> None:
        self.reached.set()
        assert self.opened.wait(10)


async def in_one_batch(database: Database, *writes: Callable[[], Awaitable[Any]]) -> list[Any]:
    """The outcomes of writes that the writing thread takes together."""
    gate = Gate()
    holding = asyncio.create_task(database.write(gate.hold))
    await asyncio.to_thread(gate.reached.wait, 10)
    waiting = [asyncio.ensure_future(write()) for write in writes]
    await asyncio.sleep(0)
    assert database.waiting.writes == len(writes), "the writes don't wait together"
    gate.opened.set()
    await holding
    return await asyncio.gather(*waiting, return_exceptions=True)


def test_a_write_that_fails_undoes_itself_and_nothing_else_of_its_batch(database: Database) -> None:
    outcomes = asyncio.run(
        in_one_batch(
            database,
            lambda: database.write(note, "first"),
            lambda: database.write(refuse, "second"),
            lambda: database.write(note, "third"),
        )
    )
    assert outcomes[0] == "first"
    assert isinstance(outcomes[1], BadRequest)
    assert outcomes[2] == "third"
    with database.snapshot() as connection:
        assert words(connection) == ["first", "third"]


def test_a_constraint_that_is_broken_in_a_batch_fails_that_write_alone(database: Database) -> None:
    def break_a_constraint(transaction: Transaction) -> None:
        note(transaction, "never")
        transaction.connection.execute(text("INSERT INTO sessions (is_active, created_at) VALUES (7, 'now')"))

    outcomes = asyncio.run(
        in_one_batch(
            database,
            lambda: database.write(break_a_constraint),
            lambda: database.write(note, "kept"),
        )
    )
    assert isinstance(outcomes[0], Exception)
    with database.snapshot() as connection:
        assert words(connection) == ["kept"]


def test_the_writes_of_a_batch_share_one_commit(database_url: str) -> None:
    database = Database(database_url, hold_seconds=60)
    commits: list[Commit] = []
    database.on_commit = commits.append

    async def many() -> None:
        await in_one_batch(database, *(lambda n=n: database.write(note, str(n)) for n in range(50)))
        await asyncio.sleep(0)

    asyncio.run(many())
    database.close()
    # One for the write that held the gate, one for the batch.
    assert [len(commit.events) for commit in commits] == [0, 50]


def test_a_commit_brings_its_events_as_the_log_has_them(database: Database) -> None:
    committed: list[log.Event] = []
    database.on_commit = lambda commit: committed.extend(commit.events)

    async def write() -> None:
        start = await database.read(log.head)
        await in_one_batch(
            database,
            lambda: database.write(note, "first"),
            lambda: database.write(refuse, "second"),
            lambda: database.write(note, "third"),
        )
        await database.write(note, "fourth")
        assert committed == await database.read(log.read_after, start, 100)

    asyncio.run(write())
    assert [event.data for event in committed] == ['{"word":"first"}', '{"word":"third"}', '{"word":"fourth"}']


def test_writes_that_take_long_are_committed_one_by_one_and_in_their_order(database_url: str) -> None:
    database = Database(database_url, hold_seconds=0)
    commits: list[Commit] = []
    database.on_commit = commits.append

    async def many() -> list[str]:
        await in_one_batch(database, *(lambda n=n: database.write(note, str(n)) for n in range(10)))
        return await database.read(words)

    assert asyncio.run(many()) == [str(number) for number in range(10)]
    database.close()
    assert len(commits) == 11


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on SQLite one process writes
def test_a_writer_waits_for_those_of_other_processes_for_longer_than_a_lock_may_take(
    database: Database, database_url: str
) -> None:
    other = Database(database_url)
    long_waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory' "
        "AND clock_timestamp() - query_start > interval '1 ms' * :milliseconds"
    )

    def waits_longer() -> bool:
        with database.snapshot() as connection:
            return bool(connection.execute(long_waiting, {"milliseconds": LOCK_TIMEOUT + 100}).scalar_one())

    with ThreadPoolExecutor() as threads:
        with database.transaction():
            second = threads.submit(lambda: asyncio.run(other.write(note, "second")))
            while not waits_longer():
                assert not second.done()
        assert second.result(PATIENCE) == "second"
    other.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_an_action_does_has_the_usual_time_limits(database: Database) -> None:
    def limits(transaction: Transaction) -> list[Any]:
        return [
            transaction.connection.execute(text(f"SHOW {name}")).scalar()
            for name in ("lock_timeout", "statement_timeout")
        ]

    assert asyncio.run(database.write(limits)) == ["2s", "5s"]


def test_what_is_acknowledged_can_be_read_at_once(database: Database) -> None:
    async def write_and_read() -> None:
        for number in range(50):
            await database.write(note, str(number))
            assert (await database.read(words))[-1] == str(number)

    asyncio.run(write_and_read())


def test_a_full_queue_refuses_instead_of_growing(database_url: str) -> None:
    database = Database(database_url, waiting_limit=3)

    async def overfill() -> list[Any]:
        gate = Gate()
        holding = asyncio.create_task(database.write(gate.hold))
        await asyncio.to_thread(gate.reached.wait, 10)
        waiting = [asyncio.create_task(database.write(note, str(number))) for number in range(4)]
        await asyncio.sleep(0)
        gate.opened.set()
        await holding
        return await asyncio.gather(*waiting, return_exceptions=True)

    outcomes = asyncio.run(overfill())
    database.close()
    assert outcomes[:3] == ["0", "1", "2"]
    assert isinstance(outcomes[3], Busy)
    assert outcomes[3].retry_after


def test_a_caller_does_not_wait_for_ever_for_the_database(database_url: str) -> None:
    database = Database(database_url, answer_timeout=0.05)
    gate = Gate()

    async def wait() -> None:
        with pytest.raises(Unavailable, match="takes too long"):
            await database.write(gate.hold)

    try:
        asyncio.run(wait())
    finally:
        gate.opened.set()
        database.close()


def test_closing_finishes_what_was_queued(database_url: str) -> None:
    database = Database(database_url)

    async def queue_and_close() -> list[Any]:
        gate = Gate()
        holding = asyncio.create_task(database.write(gate.hold))
        await asyncio.to_thread(gate.reached.wait, 10)
        waiting = [asyncio.create_task(database.write(note, str(number))) for number in range(20)]
        await asyncio.sleep(0)
        closing = asyncio.create_task(asyncio.to_thread(database.close))
        gate.opened.set()
        await asyncio.gather(holding, closing)
        with pytest.raises(Unavailable):
            await database.write(note, "too late")
        return list(await asyncio.gather(*waiting))

    assert asyncio.run(queue_and_close()) == [str(number) for number in range(20)]
    reopened = Database(database_url)
    with reopened.snapshot() as connection:
        assert words(connection) == [str(number) for number in range(20)]
    reopened.close()


def test_a_query_that_fails_in_the_database_does_not_fail_those_it_shares_a_snapshot_with(database: Database) -> None:
    def nonsense(connection: Connection) -> None:
        connection.execute(text("SELECT no_such_column FROM sessions"))

    async def read_together() -> list[Any]:
        reads = [database.read(words), database.read(nonsense), database.read(words), database.read(nonsense)]
        return list(await asyncio.gather(*reads, return_exceptions=True))

    first, second, third, fourth = asyncio.run(read_together())
    assert first == third == []
    assert isinstance(second, Exception)
    assert isinstance(fourth, Exception)


def test_a_reader_cannot_write(database: Database) -> None:
    def sneak(connection: Connection) -> None:
        connection.execute(text("DELETE FROM games"))

    async def read() -> None:
        with pytest.raises((DBAPIError, Unavailable)):
            await database.read(sneak)

    asyncio.run(read())
    with database.snapshot() as connection:
        assert connection.execute(text("SELECT count(*) FROM games")).scalar_one() > 0


def test_a_read_sees_one_moment_of_the_database(database: Database) -> None:
    between = threading.Event()
    written = threading.Event()

    def count_twice(connection: Connection) -> tuple[int, int]:
        query = select(func.count()).select_from(sessions)
        first = connection.execute(query).scalar_one()
        between.set()
        assert written.wait(10)
        return first, connection.execute(query).scalar_one()

    async def read_while_writing() -> tuple[int, int]:
        reading = asyncio.create_task(database.read(count_twice))
        await asyncio.to_thread(between.wait, 10)
        await database.write(actions.start_session, None)
        written.set()
        return await reading

    assert asyncio.run(read_while_writing()) == (0, 0)
    with database.snapshot() as connection:
        assert len(queries.page_of_sessions(connection, "all").sessions) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL's disk is its administrator's
def test_a_full_disk_is_said_and_reading_goes_on_and_space_heals_it(database_url: str) -> None:
    database = Database(database_url)

    def limit_to(transaction: Transaction, pages: int) -> None:
        transaction.connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    async def fill_up() -> None:
        for _ in range(200):
            await database.write(note, "x" * 4000)

    async def fill() -> None:
        await database.write(limit_to, 1)  # SQLite takes the present size as the least
        with pytest.raises(StorageFull):
            await fill_up()
        kept = await database.read(words)
        await database.write(limit_to, 1_000_000)
        await database.write(note, "healed")
        assert await database.read(words) == [*kept, "healed"]

    asyncio.run(fill())
    database.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has no connection to lose
def test_a_lost_connection_costs_a_moment_and_not_a_restart(database: Database, database_url: str) -> None:
    def cut_connections() -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    async def go_on() -> None:
        await database.write(note, "before")
        await database.read(words)
        await asyncio.to_thread(cut_connections)
        await database.write(note, "after")
        assert await database.read(words) == ["before", "after"]

    asyncio.run(go_on())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_lost_in_the_middle_of_a_write_undoes_it_and_says_so(database: Database) -> None:
    def cut_itself(transaction: Transaction) -> None:
        note(transaction, "never")
        transaction.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    async def go_on() -> None:
        with pytest.raises(Unavailable):
            await database.write(cut_itself)
        await database.write(note, "after")
        assert await database.read(words) == ["after"]

    asyncio.run(go_on())
