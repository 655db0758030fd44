"""Settles nights that are over, in one process at a time. Until then they are read besides the sums, so nothing waits
for it."""

import asyncio
import logging
from typing import NoReturn

from gamenight.core.database import Database
from gamenight.core.leases import Leases
from gamenight.core.loops import Loops
from gamenight.stats import actions, summaries

logger = logging.getLogger(__name__)

NIGHTS_AT_ONCE = 5
"""In one transaction, so that votes get in between."""
PAUSE_SECONDS = 2.0
TOLD_EACH = 1000
"""After so many nights, as many as an older database may have, it is logged how far that is."""


class Settler:
    """Looks from time to time for nights that are to be settled."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, loops: Loops, leases: Leases) -> None:
        leases.start(loops, "nights settled", self._settle)

    async def _settle(self) -> NoReturn:
        settled = 0
        while True:
            while await self._database.read(summaries.is_any_to_settle):
                before = settled
                settled += await self._database.write(actions.settle_some, NIGHTS_AT_ONCE)
                if settled // TOLD_EACH > before // TOLD_EACH:
                    logger.info("Settled %d nights", settled)
            await asyncio.sleep(PAUSE_SECONDS)
