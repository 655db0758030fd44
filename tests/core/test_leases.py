"""What only one process is to do is done by one at a time, and by another one when that has died."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing

import pytest

from gamenight.core.clock import later, utc_now
from gamenight.core.database import Database, Transaction
from gamenight.core.leases import LEASE_SECONDS, Leases, give_up, take
from gamenight.core.loops import Loops

SECONDS = 1.0
NAME = "counting"
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


class Worker:
    """A process that has something to do which only one is to do, with connections of its own."""

    def __init__(self, name: str, database: Database, diary: list[str]) -> None:
        self.name = name
        self.database = database
        self.began = asyncio.Event()
        self._diary = diary
        self._loops = Loops()
        self._leases = Leases(database, seconds=SECONDS)
        self._leases.start(self._loops, NAME, self._work)

    async def _work(self) -> None:
        self._diary.append(f"{self.name} begins")
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            self._diary.append(f"{self.name} ends")

    async def end(self) -> None:
        await self._loops.stop()
        await self._leases.release()


@on_postgresql
def test_one_process_at_a_time_has_a_lease_and_another_takes_it_when_the_first_one_ends(database_url: str) -> None:
    diary: list[str] = []

    async def night(first: Database, second: Database) -> None:
        ada = Worker("Ada", first, diary)
        await ada.began.wait()
        ben = Worker("Ben", second, diary)
        await ada.end()
        await ben.began.wait()
        await ben.end()

    _with_two(database_url, night)
    assert diary == ["Ada begins", "Ada ends", "Ben begins", "Ben ends"]


@on_postgresql
def test_a_process_that_cannot_renew_its_lease_ceases_before_another_one_begins(database_url: str) -> None:
    diary: list[str] = []

    async def night(first: Database, second: Database) -> None:
        ada = Worker("Ada", first, diary)
        await ada.began.wait()
        ben = Worker("Ben", second, diary)
        first.close()
        await ben.began.wait()
        await ben.end()
        await ada.end()

    _with_two(database_url, night)
    assert diary == ["Ada begins", "Ada ends", "Ben begins", "Ben ends"]


@on_postgresql
def test_a_lease_is_free_when_its_time_is_over_or_was_set_by_a_wrong_clock(database: Database) -> None:
    now = utc_now()

    def taken(holder: str, moment: str) -> list[str]:
        with database.transaction() as transaction:
            return take(Transaction(transaction.connection, moment), [NAME], holder, LEASE_SECONDS)

    assert taken("Ada", now) == [NAME]
    assert taken("Ben", later(now, seconds=LEASE_SECONDS)) == []
    assert taken("Ada", later(now, seconds=LEASE_SECONDS)) == [NAME], "its holder renews it"
    assert taken("Ben", later(now, seconds=2 * LEASE_SECONDS + 1)) == [NAME]
    assert taken("Ada", now) == [NAME], "no lease lasts so long"
    with database.transaction() as transaction:
        give_up(transaction, "Ben")
        give_up(transaction, "Ada")
    assert taken("Ben", now) == [NAME]


def _with_two(database_url: str, night: Callable[[Database, Database], Awaitable[None]]) -> None:
    async def run() -> None:
        with closing(Database(database_url)) as first, closing(Database(database_url)) as second:
            await night(first, second)

    asyncio.run(run())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_one_process_of_a_file_has_every_lease(database: Database) -> None:
    diary: list[str] = []

    async def night() -> None:
        ada = Worker("Ada", database, diary)
        await ada.began.wait()
        await ada.end()

    asyncio.run(night())
    assert diary == ["Ada begins", "Ada ends"]
