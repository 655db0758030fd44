"""The log: order, identity, and what is kept."""

import asyncio
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError

from gamenight.core import log
from gamenight.core.clock import earlier
from gamenight.core.database import Database, Transaction
from gamenight.core.errors import Unavailable
from tests.support.patience import PATIENCE


def tell(transaction: Transaction, topic: int = log.EVERYONE, session_id: int | None = None) -> None:
    transaction.emit("told", {}, topic=topic, session_id=session_id)


def test_an_event_is_framed_as_the_contract_has_it() -> None:
    event = log.Event(12, 5, 5, "game.added", "2026-03-15T19:00:00.000Z", '{"x":1}')
    assert event.text() == (
        '{"type":"game.added","timestamp":"2026-03-15T19:00:00.000Z","data":{"x":1},"id":12,"sessionId":5}'
    )
    everyone = log.Event(13, log.EVERYONE, None, "catalogue.changed", "2026-03-15T19:00:00.000Z", "{}")
    assert "sessionId" not in everyone.text()


def test_an_id_is_never_used_again_even_when_its_session_is_deleted(database: Database) -> None:
    with database.transaction() as transaction:
        tell(transaction, 5, 5)
    with database.transaction() as transaction:
        before = log.head(transaction.connection)
        log.forget_session(transaction.connection, 5)
        tell(transaction, 5, 5)
    with database.snapshot() as connection:
        assert log.head(connection) > before


def test_old_events_are_pruned_but_not_the_newest_nor_those_of_the_session_that_is_on(database: Database) -> None:
    with database.transaction() as transaction:
        for number in range(10):
            tell(transaction, session_id=1 if number < 4 else 2)
    with database.transaction() as transaction:
        connection = transaction.connection
        connection.execute(update(log.events).values(created_at=earlier(transaction.now, days=30)))
        head = log.head(connection)
        limits: dict[str, Any] = {"older_than": earlier(transaction.now, days=7), "keep": 3}
        assert log.prune(connection, **limits, keep_session=2) == head - 6
        assert log.position(connection).pruned_through == head - 6
        assert log.prune(connection, **limits, keep_session=None) == 3
        assert log.prune(connection, **limits, keep_session=None) == 0
        assert connection.execute(select(func.count()).select_from(log.events)).scalar_one() == 3
        assert log.head(connection) == head


def test_events_that_are_young_are_kept_however_many_they_are(database: Database) -> None:
    with database.transaction() as transaction:
        for _ in range(10):
            tell(transaction)
    with database.transaction() as transaction:
        older_than = earlier(transaction.now, days=7)
        assert log.prune(transaction.connection, older_than=older_than, keep=1, keep_session=None) == 0


def _write_many(url: str, count: int) -> None:
    database = Database(url, answer_timeout=PATIENCE)

    async def write_one() -> None:
        while True:
            # On a busy machine the others may hold the lock for longer than a writer waits; nothing is written then.
            with suppress(Unavailable):
                return await database.write(tell)

    async def write() -> None:
        await asyncio.gather(*(write_one() for _ in range(count)))

    asyncio.run(write())
    database.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on SQLite one process writes
def test_eight_processes_write_and_a_reader_misses_none(database: Database, database_url: str) -> None:
    spawning = multiprocessing.get_context("spawn")
    writers = [spawning.Process(target=_write_many, args=(database_url, 100)) for _ in range(8)]
    with database.snapshot() as connection:
        start = last = log.head(connection)
    for writer in writers:
        writer.start()
    seen: list[Any] = []
    while len(seen) < 800 and (any(writer.is_alive() for writer in writers) or _is_behind(database, last)):
        with database.snapshot() as connection:
            for event in log.read_after(connection, last, 50):
                assert event.id > last
                last = event.id
                seen.append(event.id)
    for writer in writers:
        writer.join(PATIENCE)
        assert writer.exitcode == 0
    with database.snapshot() as connection:
        assert seen == [event.id for event in log.read_after(connection, start, 10_000)]
    assert len(seen) == 800


def _is_behind(database: Database, last: int) -> bool:
    with database.snapshot() as connection:
        return log.head(connection) > last


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on SQLite one process writes
def test_a_writer_waits_for_the_one_before_it_so_that_ids_are_in_the_order_of_commits(
    database: Database, database_url: str
) -> None:
    other = Database(database_url)
    with ThreadPoolExecutor() as threads, database.transaction() as first:
        log.append(first.connection, [log.NewEvent(log.EVERYONE, None, "first", first.now, "{}")])
        second = threads.submit(_tell_in_a_transaction, other)
        while not _is_somebody_waiting(database):
            assert not second.done(), "the second writer committed a higher id before the lower one could be seen"
    second.result(PATIENCE)
    with database.snapshot() as connection:
        newest = [event.type for event in log.read_after(connection, 0, 1000)][-2:]
    assert newest == ["first", "told"]
    other.close()


def _tell_in_a_transaction(database: Database) -> None:
    while True:
        # On a busy machine the other one may hold the lock for longer than this one waits; nothing is written then.
        with suppress(OperationalError), database.transaction() as transaction:
            tell(transaction)
            return


def _is_somebody_waiting(database: Database) -> bool:
    with database.snapshot() as connection:
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(connection.execute(waiting).scalar_one())
