"""Sends what is owed: in one process at a time, and so that one dead receiver delays nobody."""

import asyncio
import time
from collections.abc import Sequence

from gamenight.core import log
from gamenight.core.clock import utc_now
from gamenight.core.database import Database
from gamenight.webhooks import actions, queries, rules
from gamenight.webhooks.actions import Attempted
from gamenight.webhooks.client import Reply, WebhookClient
from gamenight.webhooks.events import WEBHOOKS_CHANGED

MAX_SLEEP = 300.0
TIDY_SECONDS = 60.0


class Sender:
    """At least once: a delivery stays owed until it is noted that it arrived, so a crash between has it sent again."""

    def __init__(self, database: Database, client: WebhookClient, waits: Sequence[float]) -> None:
        self._database = database
        self._client = client
        self._waits = waits
        self._wake = asyncio.Event()
        self._types: frozenset[str] = frozenset()
        self._has_news = True
        self._in_flight: dict[int, set[int]] = {}
        self._finished: set[int] = set()
        """What was sent and noted since the last look at what is due, which may still have found it waiting."""
        self._tidied = 0.0

    def on_events(self, published: Sequence[log.Event]) -> None:
        if any(event.type in self._types for event in published):
            self.look()

    def on_server_event(self, event: log.Event) -> None:
        if event.type == WEBHOOKS_CHANGED:
            self.look()

    def look(self) -> None:
        """Look for what is new in the log, and for what is owed."""
        self._has_news = True
        self._wake.set()

    async def run(self) -> None:
        """Send for ever, while this process has the lease."""
        self._in_flight = {}
        self._has_news = True
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._wake.clear()
                if self._has_news:
                    self._has_news = False
                    self._types = await self._database.read(queries.wanted_types)
                    has_more = bool(self._types)
                    while has_more:
                        has_more = await self._database.write(actions.owe)
                sleep = await self._start_due(tasks)
                try:
                    async with asyncio.timeout(sleep):
                        await self._wake.wait()
                except TimeoutError:
                    # Now and then, so that the cursor is never far behind the log.
                    self._has_news = self._has_news or sleep == MAX_SLEEP

    async def _start_due(self, tasks: asyncio.TaskGroup) -> float:
        """Begin what may be sent; returns how long to wait for what is due next."""
        limit = rules.IN_FLIGHT_OF_HOOK + 1
        limits = {hook_id: len(ids) + limit for hook_id, ids in self._in_flight.items()}
        now = utc_now()
        self._finished.clear()
        due = await self._database.read(queries.due, now, limits, limit)
        for hook, deliveries in due.deliveries:
            flying = self._in_flight.setdefault(hook.id, set())
            for owed in deliveries:
                if owed.id not in flying | self._finished and rules.may_send(len(flying), self._besides()):
                    flying.add(owed.id)
                    tasks.create_task(self._send(hook, owed))
        return MAX_SLEEP if due.next_at is None else min(MAX_SLEEP, rules.seconds_until(due.next_at, now) + 0.01)

    def _besides(self) -> int:
        return sum(max(0, len(ids) - 1) for ids in self._in_flight.values())

    async def _send(self, hook: queries.Hook, owed: queries.Owed) -> None:
        try:
            attempted = await attempt(self._client, hook, owed.message_id, owed.body)
            await self._database.write(actions.note_attempt, owed.id, attempted, self._waits)
            await self._tidy()
        finally:
            self._in_flight[hook.id].discard(owed.id)
            self._finished.add(owed.id)
            self._wake.set()

    async def _tidy(self) -> None:
        if time.monotonic() - self._tidied > TIDY_SECONDS:
            self._tidied = time.monotonic()
            await self._database.write(actions.tidy)


async def attempt(client: WebhookClient, hook: queries.Hook, message_id: str, body: str) -> Attempted:
    """Sign a message and send it once."""
    timestamp = int(time.time())
    signature = rules.sign(hook.secrets, message_id, timestamp, body)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
    }
    reply = await client.post(hook.url, headers, body.encode())
    return _attempted(reply, [*hook.secrets, *(each.removeprefix("v1,") for each in signature.split())])


def _attempted(reply: Reply, hidden: Sequence[str]) -> Attempted:
    return Attempted(
        at=reply.at,
        status=reply.status,
        error=reply.error,
        milliseconds=reply.milliseconds,
        answer=rules.answer_to_keep(reply.body, hidden),
        retry_after=reply.retry_after,
    )
