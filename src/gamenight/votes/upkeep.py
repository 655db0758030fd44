"""What comes after votes: a burst of them is announced together, and they are counted anew when the night was changed.

Both can be done again without harm, so a process that ended in the middle leaves nothing behind.
"""

import asyncio
import contextlib
from collections.abc import Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gamenight.core import log
from gamenight.core.database import Database
from gamenight.core.errors import NotFound
from gamenight.core.loops import Loops
from gamenight.core.rates import TokenBucket
from gamenight.sessions import queries as sessions
from gamenight.sessions.events import GameChanged, GameRemoved
from gamenight.votes import actions, queries

BETWEEN_ANNOUNCEMENTS = 0.25
POLL_SECONDS = 1.0
VOTERS_AT_ONCE = 200
"""In one transaction, so that live votes get in between."""
EVENTS_AT_ONCE = 500


class Recounting(Struct, frozen=True):
    """The voters of a night whose votes may come to something else now."""

    session_id: int
    voter_ids: list[int]


class Upkeep:
    """The loops of this process that keep votes true and told. `grace_seconds` is the time to vote after a game."""

    def __init__(self, database: Database, position: int, *, grace_seconds: float, published_each: float) -> None:
        self._database = database
        self._position = position
        self._grace_seconds = grace_seconds
        self._each = TokenBucket(published_each, max(published_each, 1)) if published_each > 0 else None
        self._votes = asyncio.Event()
        self._changed = asyncio.Event()

    def start(self, loops: Loops) -> None:
        loops.start("votes announced", self._announce)
        loops.start("votes recounted", self._recount)

    def publishes_each(self) -> bool:
        """Whether one more vote may have an event of its own now."""
        return self._each is not None and self._each.take()

    def vote_waits(self) -> None:
        """A vote was stored that is to be announced with others."""
        self._votes.set()

    def wake(self) -> None:
        """Something has changed."""
        self._changed.set()

    async def _announce(self) -> None:
        while True:
            self._votes.clear()
            if await self._database.read(queries.has_unpublished):
                await self._database.write(actions.publish_all)
                await asyncio.sleep(BETWEEN_ANNOUNCEMENTS)
            await _heard(self._votes)

    async def _recount(self) -> None:
        # A process that has just ended may have left the last changes undone.
        await self._recount_voters(await self._database.read(_all_of_active_session))
        while True:
            self._changed.clear()
            events = await self._database.read(log.read_after, self._position, EVENTS_AT_ONCE)
            for event in events:
                await self._recount_voters(await self._database.read(_voters_concerned, event))
                self._position = event.id
            if len(events) < EVENTS_AT_ONCE:
                await _heard(self._changed)

    async def _recount_voters(self, recounting: Recounting | None) -> None:
        if recounting is None:
            return
        for voter_ids in in_parts(recounting.voter_ids, VOTERS_AT_ONCE):
            with contextlib.suppress(NotFound):  # the night was deleted meanwhile
                await self._database.write(
                    actions.recount_and_emit, recounting.session_id, voter_ids, grace_seconds=self._grace_seconds
                )


def in_parts(items: Sequence[int], size: int) -> list[Sequence[int]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _all_of_active_session(connection: Connection) -> Recounting | None:
    session = sessions.active_session(connection)
    return None if session is None else Recounting(session.id, queries.voters_since(connection, session.id, ""))


def _voters_concerned(connection: Connection, event: log.Event) -> Recounting | None:
    """Those whose votes an event may move: they voted after the moment from which the night is another one."""
    if event.session_id is None:
        return None
    match event.type:
        case "game.status-changed":
            game_id = msgspec.json.decode(event.data, type=GameChanged).session_game.id
            since = queries.last_turn(connection, game_id)
        case "game.removed":
            game_id = msgspec.json.decode(event.data, type=GameRemoved).session_game_id
            since = queries.first_turn(connection, game_id)
        case "change.undone":
            since = ""
        case _:
            return None
    return Recounting(event.session_id, queries.voters_since(connection, event.session_id, since))


async def _heard(event: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(POLL_SECONDS):
            await event.wait()
