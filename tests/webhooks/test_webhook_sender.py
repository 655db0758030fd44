"""The sender, with its race forced."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from gamenight.core.database import Database, Transaction
from gamenight.webhooks import actions, queries
from gamenight.webhooks.addresses import read_networks
from gamenight.webhooks.client import WebhookClient
from gamenight.webhooks.schemas import NewWebhook
from gamenight.webhooks.sender import Sender
from tests.support.patience import PATIENCE, wait_until
from tests.support.receiver import Receiver
from tests.webhooks.hooks import SECRET

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class LateDatabase(Database):
    """Hands out what is due only when it is told to, which may be when it is true no more."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.has_read = asyncio.Event()
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def read(self, query: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        found = await super().read(query, *args, **kwargs)
        if query is queries.due:
            self.has_read.set()
            await self.may_go_on.wait()
        return found


@asynccontextmanager
async def sending(url: str) -> AsyncIterator[tuple[LateDatabase, Sender]]:
    database = LateDatabase(url)
    client = WebhookClient(read_networks(["127.0.0.0/8"]))
    sender = Sender(database, client, [60])
    running = asyncio.create_task(sender.run())
    try:
        yield database, sender
    finally:
        running.cancel()
        await asyncio.wait([running])
        client.close()
        database.close()


def an_event(transaction: Transaction) -> None:
    transaction.emit("session.started", {}, topic=0)


async def received(receiver: Receiver, count: int) -> list[str]:
    await asyncio.to_thread(receiver.wait_for, count)
    return [each.id for each in receiver.received]


async def test_what_was_noted_while_the_sender_looked_is_not_sent_again(
    database: Database, database_url: str, receiver: Receiver
) -> None:
    with database.transaction() as transaction:
        request = NewWebhook("Lights", receiver.url, SECRET, ["session.started"])
        hook = actions.create_webhook(transaction, request, request.url)

    def nothing_waits() -> bool:
        with database.snapshot() as connection:
            return queries.webhook(connection, hook.id).waiting == 0

    async with sending(database_url) as (late, sender), asyncio.timeout(PATIENCE):
        receiver.hang()
        await late.write(an_event)
        sender.look()
        await received(receiver, 1)
        late.has_read.clear()
        late.may_go_on.clear()
        sender.look()
        await late.has_read.wait()
        receiver.go_on()
        await asyncio.to_thread(wait_until, nothing_waits, "it is noted")
        # One turn more for the task that noted it.
        await late.write(an_event)
        late.may_go_on.set()
        sender.look()
        ids = await received(receiver, 2)
        await asyncio.to_thread(wait_until, nothing_waits, "it is noted")
    assert len(set(ids)) == len(receiver.received) == 2
