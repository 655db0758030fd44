"""Events of this moment only: for whoever listens just now, in every process.

They are not in the log: they have no id, are never replayed, and whoever was away has missed nothing that the next one
doesn't say.
"""

import msgspec
from sqlalchemy import text

from gamenight.core.database import Database, Transaction
from gamenight.core.hub import Hub
from gamenight.core.log import Event

TRANSIENT_CHANNEL = "gamenight_transient"
"""The PostgreSQL channel that brings them to all processes, the one that publishes included."""

decode_transient = msgspec.json.Decoder(Event).decode


class TransientEvents:
    def __init__(self, database: Database, hub: Hub) -> None:
        self._database = database
        self._hub = hub

    async def publish(self, event: Event) -> None:
        """Hand an event to the listeners of its topic. Its JSON has to be smaller than 8000 bytes, as PostgreSQL takes
        no more. Raises Unavailable."""
        if self._database.is_sqlite:
            await self._hub.pass_on(event)
        else:
            await self._database.write(_notify, msgspec.json.encode(event).decode())


def _notify(transaction: Transaction, payload: str) -> None:
    told = {"channel": TRANSIENT_CHANNEL, "payload": payload}
    transaction.touch()
    transaction.connection.execute(text("SELECT pg_notify(:channel, :payload)"), told)
