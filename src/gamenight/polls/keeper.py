"""Ends the polls whose time is over, and tells live clients who leads."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from gamenight.core.database import Database
from gamenight.core.leases import Leases
from gamenight.core.log import Event
from gamenight.core.loops import Loops
from gamenight.core.transient import TransientEvents
from gamenight.polls import actions, queries, rules
from gamenight.polls.events import POLL_ENDING, POLL_ENDING_CANCELLED, POLL_START
from gamenight.polls.schemas import PollOption
from gamenight.sessions.events import SESSION_ENDED

POLL_LEADING = "poll.leading"
BETWEEN_EVENTS = 0.25
NEVER = 3600.0
_CONCERN = {POLL_START, POLL_ENDING, POLL_ENDING_CANCELLED, SESSION_ENDED}


class PollLeading(Struct, frozen=True, rename="camel"):
    """Who leads, and how all options stand; `game_id` 0 is something else."""

    session_id: int
    game_id: int
    label: str
    votes: int
    poll_id: int
    options: list[PollOption]


class PollKeeper:
    """What a process does for polls beside answering requests."""

    def __init__(self, database: Database, transient: TransientEvents) -> None:
        self._database = database
        self._transient = transient
        self._changed = asyncio.Event()
        self._voted = asyncio.Event()
        self._voted_in: set[int] = set()

    def start(self, loops: Loops, leases: Leases) -> None:
        # One process at a time ends polls; each tells of the votes that it takes.
        leases.start(loops, "polls", self._end_polls)
        loops.start("poll votes", self._tell_votes)

    def on_events(self, found: Sequence[Event]) -> None:
        if any(each.type in _CONCERN for each in found):
            self._changed.set()

    def voted(self, session_id: int) -> None:
        """Note that a vote was stored."""
        self._voted_in.add(session_id)
        self._voted.set()

    async def _end_polls(self) -> None:
        while True:
            self._changed.clear()
            found = await self._database.read(queries.open_polls)
            # By the clock that set them: it does not go back with that of the machine.
            now = self._database.clock.now()
            if any(not each.is_active or (each.ends_at is not None and each.ends_at <= now) for each in found):
                await self._database.write(actions.close_due)
                continue
            ends = [_seconds_until(each.ends_at, now) for each in found if each.ends_at is not None]
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(ends, default=NEVER)):
                    await self._changed.wait()

    async def _tell_votes(self) -> None:
        while True:
            await self._voted.wait()
            self._voted.clear()
            sessions, self._voted_in = self._voted_in, set()
            for session_id in sessions:
                await self._tell(session_id)
            await asyncio.sleep(BETWEEN_EVENTS)

    async def _tell(self, session_id: int) -> None:
        found = await self._database.read(queries.last_poll, session_id)
        if found is None or not found.is_open:
            return
        leading = rules.leader(found.standings)
        label = next(each.label for each in found.poll.options if each.option == leading.option)
        data = PollLeading(session_id, leading.game_id, label, leading.votes, found.poll.id, found.poll.options)
        text = msgspec.json.encode(data).decode()
        await self._transient.publish(Event(0, session_id, session_id, POLL_LEADING, self._database.clock.now(), text))


def _seconds_until(moment: str, now: str) -> float:
    return max(0.0, (datetime.fromisoformat(moment) - datetime.fromisoformat(now)).total_seconds()) + 0.001
