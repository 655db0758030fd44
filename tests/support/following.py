"""One follower of a room at work, with short times, and all that it reports."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

import pytest

from gamenight.fake_rooms import FakeRooms
from gamenight.rooms import rules
from gamenight.rooms.client import RoomsClient
from gamenight.rooms.follower import Follower, Metrics, Timing
from gamenight.rooms.rules import Room
from gamenight.sessions.schemas import FollowStatus
from tests.support.patience import PATIENCE

Loop: TypeAlias = tuple[str, dict[str, bool]]
UVLOOP: Loop = ("asyncio", {"use_uvloop": sys.platform != "win32"})
both_loops = pytest.mark.parametrize("anyio_backend", [("asyncio", {"use_uvloop": False}), UVLOOP], ids=["plain", "uv"])
"""They end sockets each in its own way: uvloop is the server's, the other one Windows has."""

QUICK = Timing(
    stay=0.3,
    names=0.02,
    together=0.05,
    rest_only=0.1,
    welcome=0.3,
    missing_first=0.05,
    max_pause=0.2,
    max_missing=0.5,
    retry_role=60,
    between_reports=0.01,
)


class Followed:
    """A follower at work, and all that it has reported."""

    def __init__(self, client: RoomsClient, room: Room, timing: Timing) -> None:
        self.reports: list[tuple[Room, FollowStatus, str | None]] = []
        self.goes_on = True
        self.metrics = Metrics()
        self._reported = asyncio.Event()
        self.follower = Follower(client, room, timing, self.metrics, self._report)
        self.task = asyncio.create_task(self.follower.run())

    async def _report(self, room: Room, status: FollowStatus, reason: str | None) -> bool:
        self.reports.append((room, status, reason))
        self._reported.set()
        return self.goes_on

    async def until(self, happened: Callable[[Room, FollowStatus], bool], seconds: float = PATIENCE) -> Room:
        """Wait for a report of which this is true."""
        async with asyncio.timeout(seconds):
            while True:
                for room, status, _reason in self.reports:
                    if happened(room, status):
                        return room
                self._reported.clear()
                await self._reported.wait()

    @property
    def events(self) -> list[str]:
        """The events that the reports amount to."""
        before, types = Room(code="PLAY"), list[str]()
        for room, _status, _reason in self.reports:
            types += [each.type for each in rules.events_between(before, room)]
            before = room
        return types


@asynccontextmanager
async def following(
    fake: FakeRooms, *, room: Room | None = None, timing: Timing = QUICK, allowed: Sequence[str] = ()
) -> AsyncIterator[Followed]:
    client = RoomsClient(fake.url, allowed, answer_seconds=0.5)
    followed = Followed(client, room or Room(code="PLAY"), timing)
    try:
        yield followed
    finally:
        followed.task.cancel()
        with suppress(asyncio.CancelledError):
            await followed.task
        await client.close()
