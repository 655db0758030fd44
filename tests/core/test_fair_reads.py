"""Who asks for much waits for it by themselves: readers are shared out among those who ask."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection

from gamenight.core import log
from gamenight.core.batch_worker import ASKED_BY
from gamenight.core.database import READS_OF_ONE, Database
from gamenight.core.errors import Busy, Unavailable
from tests.support.clients import Host, a_guest
from tests.support.patience import PATIENCE
from tests.support.server import served

GREEDY, MODEST = "203.0.113.1", "198.51.100.7"


class DearReads:
    """Reads that take until they are let go."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.opened = threading.Event()
        self.run = 0

    def query(self, _connection: Connection) -> None:
        self.run += 1
        self.begun.release()
        assert self.opened.wait(PATIENCE)

    def ask(self, database: Database, times: int) -> list["asyncio.Task[None]"]:
        ASKED_BY.set(GREEDY)
        return [asyncio.create_task(database.read(self.query)) for _ in range(times)]

    async def wait_until_begun(self) -> None:
        assert await asyncio.to_thread(self.begun.acquire, timeout=PATIENCE)


async def read_as(owner: str, database: Database) -> int:
    ASKED_BY.set(owner)
    async with asyncio.timeout(PATIENCE):
        return await database.read(log.head)


@pytest.mark.parametrize("readers", [2, 3])
def test_a_read_does_not_wait_for_the_dear_ones_of_somebody_else(database_url: str, readers: int) -> None:
    database, dear = Database(database_url, readers=readers), DearReads()

    async def compete() -> None:
        asked = dear.ask(database, 40)
        for _thread in range(readers - 1):
            await dear.wait_until_begun()
        for owner in (MODEST, "", MODEST):
            await asyncio.create_task(read_as(owner, database))
        assert dear.run == readers - 1
        dear.opened.set()
        await asyncio.gather(*asked)
        assert dear.run == 40

    try:
        asyncio.run(compete())
    finally:
        dear.opened.set()
        database.close()


def test_those_who_wait_take_turns(database_url: str) -> None:
    database, dear = Database(database_url, readers=1), DearReads()
    order: list[str] = []

    async def ask(owner: str) -> None:
        ASKED_BY.set(owner)
        await database.read(lambda _connection: order.append(owner))

    async def compete() -> None:
        (holding,) = dear.ask(database, 1)
        await dear.wait_until_begun()
        asked = [asyncio.create_task(ask(owner)) for owner in [GREEDY] * 40 + [MODEST] * 2]
        await asyncio.sleep(0)
        dear.opened.set()
        await asyncio.gather(holding, *asked)
        assert order.index(MODEST) < 20, "all that somebody else had asked for came first"
        assert sorted(order) == sorted([GREEDY] * 40 + [MODEST] * 2)

    try:
        asyncio.run(compete())
    finally:
        dear.opened.set()
        database.close()


def test_only_so_many_reads_of_one_client_wait_and_each_answer_makes_room(database_url: str) -> None:
    database, dear = Database(database_url), DearReads()

    async def fill() -> None:
        asked = dear.ask(database, READS_OF_ONE)
        await dear.wait_until_begun()
        with pytest.raises(Busy, match="this address"):
            await asyncio.create_task(read_as(GREEDY, database))
        await asyncio.create_task(read_as(MODEST, database))
        dear.opened.set()
        await asyncio.gather(*asked)
        await asyncio.create_task(read_as(GREEDY, database))

    try:
        asyncio.run(fill())
    finally:
        dear.opened.set()
        database.close()


def test_what_nobody_waits_for_any_more_is_not_read(database_url: str) -> None:
    database, dear = Database(database_url, readers=1, answer_timeout=0.05), DearReads()

    async def give_up() -> None:
        outcomes = await asyncio.gather(*dear.ask(database, 5), return_exceptions=True)
        assert all(isinstance(each, Unavailable) for each in outcomes)
        dear.opened.set()

    try:
        asyncio.run(give_up())
    finally:
        dear.opened.set()
        database.close()
    assert dear.run == 1


def test_replays_hold_up_no_read(database: Database) -> None:
    dear = DearReads()

    async def replay() -> None:
        replays = [asyncio.create_task(database.replay(dear.query)) for _ in range(100)]
        await dear.wait_until_begun()
        assert await read_as("", database) >= 0
        assert dear.run == 1
        dear.opened.set()
        await asyncio.gather(*replays)

    try:
        asyncio.run(replay())
    finally:
        dear.opened.set()


def test_requests_count_for_their_address_and_hosts_for_themselves(database_url: str) -> None:
    with (
        served(database_url, trusted_proxies="127.0.0.1/32") as server,
        Host(server.url) as hana,
        a_guest(server.url) as omar,
        _all_places_taken(server.app.runtime.database, server.loop),
    ):
        greedy = {"X-Forwarded-For": GREEDY}
        refused = omar.get("/health", headers=greedy)
        assert (refused.status_code, refused.json()["code"]) == (503, "busy")
        assert omar.get("/health", headers={"X-Forwarded-For": MODEST}).status_code == 200
        assert hana.get("/health", headers=greedy).status_code == 200


@contextmanager
def _all_places_taken(database: Database, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """As many reads of one address as there may be, until the block ends."""
    dear = DearReads()

    async def fill() -> None:
        begun.set_result(None)
        await asyncio.gather(*dear.ask(database, READS_OF_ONE), return_exceptions=True)

    begun: Future[None] = Future()
    filling = asyncio.run_coroutine_threadsafe(fill(), loop)
    begun.result(PATIENCE)
    assert dear.begun.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        dear.opened.set()
        filling.result(PATIENCE)
