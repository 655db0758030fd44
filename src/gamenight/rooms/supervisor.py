"""Keeps one follower running, in one process, for each room that should be followed.

The database says which rooms those are; the log only says when to look again.
"""

import asyncio
import contextlib
import logging
import secrets
import time

from gamenight.core.clock import later, utc_now
from gamenight.core.database import Database
from gamenight.core.errors import Unavailable
from gamenight.core.loops import Loops
from gamenight.rooms import actions, queries
from gamenight.rooms.actions import LEASE_SECONDS, FollowedRoom
from gamenight.rooms.client import RoomsClient
from gamenight.rooms.follower import Follower, Metrics, Timing
from gamenight.rooms.rules import Room
from gamenight.rooms.schemas import RoomsHealth
from gamenight.sessions.schemas import FollowStatus

logger = logging.getLogger(__name__)

BETWEEN_LOOKS = 0.1
"""Seconds between two looks at the database, however many events there are."""

DATABASE_PAUSE = 1.0
"""Seconds until a report is sent again that the database did not take."""


class Supervisor:
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
        self._alone = database.is_sqlite  # which lets one process in
        self._client = client
        self._starts_itself = starts_itself
        self._status_seconds = status_seconds
        self._timing = timing
        self._name = secrets.token_hex(8)
        self._changed = asyncio.Event()
        self._tasks: dict[int, asyncio.Task[None]] = {}

    @property
    def followed(self) -> int:
        return sum(not task.done() for task in self._tasks.values())

    def start(self, loops: Loops) -> None:
        loops.start("rooms", self._run)

    def wake(self) -> None:
        """Note that events were published."""
        self._changed.set()

    async def close(self) -> None:
        """Stop following; another process may take over at once."""
        await self._keep_only(set())
        with contextlib.suppress(Unavailable):
            await self._database.write(actions.release, self._name)
        await self._client.close()

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            await self._assign()
            await asyncio.sleep(BETWEEN_LOOKS)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LEASE_SECONDS / 4):
                    await self._changed.wait()

    async def _assign(self) -> None:
        if self._is_as_it_should(await self._database.read(queries.followable)):
            return
        followed_rooms = await self._database.write(
            actions.assign, self._name, alone=self._alone, starts_itself=self._starts_itself
        )
        await self._keep_only({followed.id for followed in followed_rooms})
        for followed in followed_rooms:
            if followed.id not in self._tasks:
                self._tasks[followed.id] = asyncio.create_task(
                    self._follow(followed), name=f"room {followed.room.code}"
                )

    def _is_as_it_should(self, seen: list[queries.Followable]) -> bool:
        """Whether nothing has to be written, which is the common case."""
        now = utc_now()
        soon = later(now, seconds=LEASE_SECONDS / 2)
        held = [each for each in seen if each.is_to_follow and each.follower == self._name]
        others = [each for each in seen if each.is_to_follow and each.follower != self._name]
        running = {followed_id for followed_id, task in self._tasks.items() if not task.done()}
        return (
            {each.followed_id for each in held} == running
            and not any(each.is_left for each in seen)
            and not any(each.is_fresh and (self._starts_itself or each.is_followed) for each in seen)
            and not any(self._alone or each.is_free(now) for each in others)
            and (self._alone or not any(each.is_free(soon) for each in held))
        )

    async def _keep_only(self, followed_ids: set[int]) -> None:
        stopped = [
            followed_id for followed_id, task in self._tasks.items() if task.done() or followed_id not in followed_ids
        ]
        tasks = [self._tasks.pop(followed_id) for followed_id in stopped]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, followed: FollowedRoom) -> None:
        async def report(room: Room, status: FollowStatus, reason: str | None) -> bool:
            while True:
                try:
                    return await self._database.write(
                        actions.report, self._name, followed, room, status=status, reason=reason
                    )
                except Unavailable:
                    # The report waits until the database is back; meanwhile the follower goes on.
                    await asyncio.sleep(DATABASE_PAUSE)

        follower = Follower(self._client, followed.room, self._timing, self.metrics, report)
        status = asyncio.create_task(self._emit_status(followed))
        try:
            await follower.run()
        except Exception:
            logger.exception("The follower of a room failed; it starts again")
            await asyncio.sleep(self._timing.missing_first)
        finally:
            status.cancel()
            self.wake()

    async def _emit_status(self, followed: FollowedRoom) -> None:
        while True:
            await asyncio.sleep(self._status_seconds)
            with contextlib.suppress(Unavailable):
                await self._database.write(actions.emit_status, self._name, followed)

    def report(self) -> RoomsHealth:
        """For /health."""
        last = self.metrics.last_frame
        return RoomsHealth(
            self.followed,
            self.metrics.frames,
            self.metrics.reconnects,
            None if last is None else round(time.time() - last, 1),
        )
