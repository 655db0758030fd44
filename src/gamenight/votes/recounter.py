"""Recounts votes when a night was changed, in one process at a time.

A recount can be repeated without harm, so a process that ended in the middle of one leaves nothing behind: the next one
recounts the active night, and looks again at what happened shortly before.
"""

import asyncio
import contextlib
from collections.abc import Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gamenight.core import log
from gamenight.core.clock import earlier, utc_now
from gamenight.core.database import Database
from gamenight.core.errors import NotFound
from gamenight.core.leases import Leases
from gamenight.core.loops import Loops
from gamenight.sessions import events as session_events
from gamenight.sessions import queries as sessions
from gamenight.votes import queries
from gamenight.votes.actions import recounting
from gamenight.votes.actions.recounting import VOTERS_AT_ONCE, in_parts

POLL_SECONDS = 1.0
EVENTS_AT_ONCE = 500
LOOKED_AT_AGAIN_SECONDS = 60
"""How much of the log a process begins with that another one may have followed."""


MOVES_VOTES = {session_events.GAME_STATUS_CHANGED, session_events.GAME_REMOVED, session_events.CHANGE_UNDONE}


class VotersToRecount(Struct, frozen=True):
    """The voters of a night whose votes may come to something else now."""

    session_id: int
    voter_ids: list[int]


class VoteRecounter:
    """Follows the log and recounts the votes that an event may move to another game.

    `grace_seconds` is the time in which a game can still be voted on after its end.
    """

    def __init__(self, database: Database, *, grace_seconds: float) -> None:
        self._database = database
        self._grace_seconds = grace_seconds
        self._changed = asyncio.Event()
        self._position = 0
        """The id up to which the log holds nothing that is still to be looked at."""
        self._is_idle = False

    def start(self, loops: Loops, leases: Leases) -> None:
        leases.start(loops, "votes recounted", self._recount)

    def on_events(self, events: Sequence[log.Event]) -> None:
        """Note that events were published. Most are votes: those are passed by without reading them in the log."""
        if any(event.type in MOVES_VOTES for event in events):
            self._is_idle = False
            self._changed.set()
        elif self._is_idle:
            self._position = max(self._position, events[-1].id)

    async def _recount(self) -> None:
        # Whoever recounted before may have ended before they had recounted after the last changes.
        self._is_idle = False
        self._position = await self._database.read(log.head_at, earlier(utc_now(), seconds=LOOKED_AT_AGAIN_SECONDS))
        await self._recount_voters(await self._database.read(_all_of_active_session))
        while True:
            self._changed.clear()
            events = await self._database.read(log.read_after, self._position, EVENTS_AT_ONCE)
            for event in events:
                if event.type in MOVES_VOTES:
                    await self._recount_voters(await self._database.read(_voters_concerned, event))
                self._position = event.id
            if len(events) < EVENTS_AT_ONCE:
                self._is_idle = not self._changed.is_set()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await self._changed.wait()

    async def _recount_voters(self, concerned: VotersToRecount | None) -> None:
        if concerned is None:
            return
        for voter_ids in in_parts(concerned.voter_ids, VOTERS_AT_ONCE):
            with contextlib.suppress(NotFound):  # the night was deleted meanwhile
                await self._database.write(
                    recounting.recount_and_emit, concerned.session_id, voter_ids, grace_seconds=self._grace_seconds
                )


def _all_of_active_session(connection: Connection) -> VotersToRecount | None:
    session = sessions.active_session(connection)
    return None if session is None else VotersToRecount(session.id, queries.voters_since(connection, session.id, ""))


def _voters_concerned(connection: Connection, event: log.Event) -> VotersToRecount | None:
    """Those whose votes an event may move: they voted after the moment from which the night is another one."""
    if event.session_id is None:
        return None
    match event.type:
        case session_events.GAME_STATUS_CHANGED:
            game_id = msgspec.json.decode(event.data, type=session_events.GameChanged).session_game.id
            since = queries.last_turn(connection, game_id)
        case session_events.GAME_REMOVED:
            game_id = msgspec.json.decode(event.data, type=session_events.GameRemoved).session_game_id
            since = queries.first_turn(connection, game_id)
        case session_events.CHANGE_UNDONE:
            since = ""
        case _:
            return None
    return VotersToRecount(event.session_id, queries.voters_since(connection, event.session_id, since))
