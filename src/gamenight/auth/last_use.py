"""When a named token was last used: noted at each request, written at most once a minute."""

import asyncio
import time

from gamenight.auth import actions
from gamenight.auth.tokens import Claims
from gamenight.core.database import Database

PAUSE_SECONDS = 60


class LastUse:
    def __init__(self) -> None:
        self._noted: dict[str, float] = {}
        self._due: set[str] = set()
        self._changed = asyncio.Event()

    def note(self, claims: Claims) -> None:
        """A token was used. Costs no more than a look at the clock."""
        if not claims.is_named_token:
            return
        now = time.monotonic()
        if now - self._noted.get(claims.token_id, -PAUSE_SECONDS) >= PAUSE_SECONDS:
            self._noted[claims.token_id] = now
            self._due.add(claims.token_id)
            self._changed.set()

    async def write_for_ever(self, database: Database) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            due, self._due = self._due, set()
            await database.write(actions.note_last_use, sorted(due))
