"""Publishes votes to live clients: each by itself while there are few, a burst of them together."""

import asyncio
import contextlib

from gamenight.core.database import Database
from gamenight.core.loops import Loops
from gamenight.core.rates import TokenBucket
from gamenight.votes import queries
from gamenight.votes.actions import publishing

BETWEEN_EVENTS = 0.25
POLL_SECONDS = 1.0


class VotePublisher:
    """Publishes the votes that were stored without an event of their own.

    Up to `published_each` votes a second have an event each. A process that ends leaves nothing behind: whichever runs
    next publishes the votes that wait in the database.
    """

    def __init__(self, database: Database, *, published_each: float) -> None:
        self._database = database
        self._each = TokenBucket(published_each, max(published_each, 1)) if published_each > 0 else None
        self._waiting = asyncio.Event()

    def start(self, loops: Loops) -> None:
        loops.start("votes published", self._publish)

    def publishes_each(self) -> bool:
        """Whether one more vote may have an event of its own now."""
        return self._each is not None and self._each.take()

    def vote_waits(self) -> None:
        """Note that a vote was stored which is to be published with others."""
        self._waiting.set()

    async def _publish(self) -> None:
        while True:
            self._waiting.clear()
            if await self._database.read(queries.has_unpublished):
                await self._database.write(publishing.publish_all)
                await asyncio.sleep(BETWEEN_EVENTS)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._waiting.wait()
