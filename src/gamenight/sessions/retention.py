"""How long events are kept for clients that resume: the whole active session, and the newest of the rest."""

import asyncio

from gamenight.core import log
from gamenight.core.clock import earlier
from gamenight.core.database import Database, Transaction
from gamenight.sessions import queries as sessions

PAUSE_SECONDS = 3600


def prune(transaction: Transaction, *, days: float, keep: int) -> int:
    """Remove events that nobody needs to resume any more; returns how many."""
    connection = transaction.connection
    return log.prune(
        connection,
        older_than=earlier(transaction.now, days=days),
        keep=keep,
        keep_session=sessions.active_id(connection),
    )


async def prune_for_ever(database: Database, *, days: float, keep: int) -> None:
    while True:
        await database.write(prune, days=days, keep=keep)
        await asyncio.sleep(PAUSE_SECONDS)
