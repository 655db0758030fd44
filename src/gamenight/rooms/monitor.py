"""Sees to it that each room of the night that should be followed is followed, by one process.

What should be followed is told by the database; the log only says when to look again.
"""

import asyncio
import contextlib
import logging
import secrets
import time

from gamenight.core.database import Database
from gamenight.core.errors import Unavailable
from gamenight.core.loops import Loops
from gamenight.rooms import actions, queries
from gamenight.rooms.actions import LEASE_SECONDS, Watch
from gamenight.rooms.client import RoomsClient
from gamenight.rooms.rules import Room
from gamenight.rooms.watcher import Metrics, Timing, Watcher
from gamenight.sessions.schemas import CheckStatus

logger = logging.getLogger(__name__)

REST = 0.1
"""Seconds between two looks at the database, however many events there are."""


DATABASE_PAUSE = 1.0


class Monitor:
    """The rooms that this process follows."""

    def __init__(
        self,
        database: Database,
        client: RoomsClient,
        *,
        starts_itself: bool,
        status_seconds: float,
        timing: Timing,
    ) -> None:
        self.metrics = Metrics()
        self._database = database
        self._client = client
        self._starts_itself = starts_itself
        self._status_seconds = status_seconds
        self._timing = timing
        self._name = secrets.token_hex(8)
        self._news = asyncio.Event()
        self._tasks: dict[int, tuple[Watch, asyncio.Task[None]]] = {}

    @property
    def followed(self) -> int:
        return sum(not task.done() for _watch, task in self._tasks.values())

    def start(self, loops: Loops) -> None:
        loops.start("rooms", self._run)

    def wake(self) -> None:
        """Something has changed."""
        self._news.set()

    async def close(self) -> None:
        """Stop following; another process may take over at once."""
        await self._keep_only({})
        with contextlib.suppress(Unavailable):
            await self._database.write(actions.release, self._name)
        await self._client.close()

    async def _run(self) -> None:
        try:
            while True:
                self._news.clear()
                await self._assign()
                await asyncio.sleep(REST)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LEASE_SECONDS / 4):
                        await self._news.wait()
        finally:
            await self._keep_only({})

    async def _assign(self) -> None:
        wanted = await self._database.read(queries.followable)
        if self._is_as_it_should(wanted):
            return
        watches = await self._database.write(
            actions.assign, self._name, alone=self._database.is_sqlite, starts_itself=self._starts_itself
        )
        await self._keep_only({watch.session_game_id: watch for watch in watches})
        for watch in watches:
            if watch.session_game_id not in self._tasks:
                task = asyncio.create_task(self._follow(watch), name=f"room of {watch.session_game_id}")
                self._tasks[watch.session_game_id] = (watch, task)

    def _is_as_it_should(self, wanted: list[queries.Followable]) -> bool:
        """Whether nothing has to be written, the common case. A lease that others could take is renewed."""
        to_follow = {each.session_game_id for each in wanted if each.is_to_follow}
        running = {game for game, (_watch, task) in self._tasks.items() if not task.done()}
        fresh = any(each.is_fresh and (self._starts_itself or each.is_monitored) for each in wanted)
        left = any(each.is_left for each in wanted)
        renewed = self._database.is_sqlite or not to_follow
        return renewed and not fresh and not left and to_follow == running

    async def _keep_only(self, watches: dict[int, Watch]) -> None:
        stopped = []
        for session_game_id, (watch, task) in list(self._tasks.items()):
            kept = watches.get(session_game_id)
            if task.done() or kept is None or kept.room.code != watch.room.code:
                task.cancel()
                stopped.append(task)
                del self._tasks[session_game_id]
        await asyncio.gather(*stopped, return_exceptions=True)

    async def _follow(self, watch: Watch) -> None:
        async def report(room: Room, status: CheckStatus, reason: str | None) -> bool:
            while True:
                try:
                    return await self._database.write(
                        actions.report, self._name, watch, room, status=status, reason=reason
                    )
                except Unavailable:
                    # What was seen waits until the database is back; meanwhile the room is followed on.
                    await asyncio.sleep(DATABASE_PAUSE)

        watcher = Watcher(self._client, watch.room, self._timing, self.metrics, report)
        status = asyncio.create_task(self._tell_status(watch))
        try:
            await watcher.run()
        except Exception:
            logger.exception("The watcher of a room failed; it starts again")
            await asyncio.sleep(self._timing.missing_first)
        finally:
            status.cancel()
            self.wake()

    async def _tell_status(self, watch: Watch) -> None:
        while True:
            await asyncio.sleep(self._status_seconds)
            with contextlib.suppress(Unavailable):
                await self._database.write(actions.tell_status, self._name, watch)

    def report(self) -> dict[str, object]:
        """For /health."""
        last = self.metrics.last_frame
        return {
            "followed": self.followed,
            "framesSeen": self.metrics.frames,
            "reconnects": self.metrics.reconnects,
            "secondsSinceLastFrame": None if last is None else round(time.time() - last, 1),
        }
