"""Follows one room until it is over: REST first, then the socket that takes no seat, then what else there is.

It owns the sockets and the clock; `wire` decodes frames into observations, `rules` adds those up to a room.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable

import msgspec
from msgspec import Struct, structs
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, WebSocketException

from gamenight.core.loops import back_off
from gamenight.core.rates import TokenBucket
from gamenight.rooms import rules, wire
from gamenight.rooms.client import Gone, HostRefused, Role, RoomsClient, Seat, Unknown, a_seat
from gamenight.rooms.rules import Room
from gamenight.sessions.schemas import FollowStatus

FRAMES_PER_SECOND = 200
FRAME_UNIT = 16 * 1024
"""Bytes: a longer frame counts as several, since it takes as long to decode."""
LOOKS_SOON = 10
SECONDS_PER_LOOK_SOON = 5
WITHOUT_LIST: dict[Role, str] = {
    "shard": "The room does not say who has joined: the count may be missing or late.",
    "audience": "As audience: the count may be missing or late.",
}
FOUND = "The room is there. Who has joined is not known yet."
FOUND_AGAIN = "The room is there again. Who has joined meanwhile is not known yet."
ROLES: tuple[Role, ...] = ("shard", "audience")
DESTROYED = {1000, 1005}
"""Close codes with which the service ends a room."""


class Timing(Struct, frozen=True):
    """Seconds. `stay` is how long a socket is kept before a new one shows who else has joined meanwhile.

    `names` is how long the names of those may take that the game said have joined, before a new socket is asked for
    them. `together` is how long the first report waits for what the socket says, to tell it with what REST said.
    """

    stay: float = 20
    names: float = 0.3
    together: float = 1
    rest_only: float = 12
    welcome: float = 8
    missing_first: float = 5
    max_pause: float = 60
    max_missing: float = 900
    max_unreachable: float = 900
    retry_role: float = 120
    between_reports: float = 0.25


class Metrics(Struct):
    """Counters of the followers of this process."""

    frames: int = 0
    reconnects: int = 0
    last_frame: float | None = None


Report = Callable[[Room, FollowStatus, "str | None"], Awaitable[bool]]


class Follower:
    """Follows one room. `report` takes the room as it is known now, and returns whether to go on."""

    def __init__(self, client: RoomsClient, room: Room, timing: Timing, metrics: Metrics, report: Report) -> None:
        self.room = room
        self._client = client
        self._timing = timing
        self._metrics = metrics
        self._report = report
        self._status: FollowStatus = "monitoring" if room.seen else "waiting"
        self._reason: str | None = None
        self._changed = asyncio.Event()
        self._seats: dict[Role, Seat] = {"shard": a_seat(), "audience": a_seat()}
        self._refused: dict[Role, float] = {}
        self._welcomed: set[Role] = set()
        self._why_not: str | None = None
        self._asks = False
        self._is_lost = not room.seen
        self._announces = False
        self._looks_again = False
        self._looks_soon = TokenBucket(1 / SECONDS_PER_LOOK_SOON, LOOKS_SOON)
        self._frames = TokenBucket(FRAMES_PER_SECOND, 2 * FRAMES_PER_SECOND)

    async def run(self) -> None:
        """Follow until the room is over or given up, or `report` returns false."""
        following = asyncio.create_task(self._follow())
        reporting = asyncio.create_task(self._report_changes())
        try:
            await asyncio.wait({following, reporting}, return_when=asyncio.FIRST_COMPLETED)
            if following.done():
                following.result()
                self._changed.set()
                await reporting
            else:
                reporting.result()
        finally:
            following.cancel()
            reporting.cancel()
            await asyncio.gather(following, reporting, return_exceptions=True)

    @property
    def _finished(self) -> bool:
        return self._status in {"ended", "failed"}

    async def _report_changes(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            finished = self._finished
            if not await self._report(self.room, self._status, self._reason) or finished:
                return
            await asyncio.sleep(self._timing.between_reports)

    def _note(self, status: FollowStatus, reason: str | None) -> None:
        if (status, reason) != (self._status, self._reason):
            self._status, self._reason = status, reason
            self._changed.set()

    def _observe(self, observations: list[wire.Observation], source: rules.Source) -> None:
        before = self.room
        for each in observations:
            self.room = rules.observe(self.room, each, source)
            self._announces = self._announces or isinstance(each, wire.Joined)
        if self.room is not before:
            self._changed.set()
        if self.room.over is not None:
            self._note("ended", self.room.over)

    async def _follow(self) -> None:
        started = time.monotonic()
        failures = 0
        while not self._finished:
            answer = await self._client.look(self.room.code)
            match answer:
                case wire.Info():
                    self._found(answer)
                    failures = 0 if await self._stay(answer) else failures + 1
                case Gone():
                    failures += 1
                    self._missing(time.monotonic() - started)
                case Unknown():
                    failures += 1
                    self._unreachable(answer.reason, time.monotonic() - started)
            if not self._finished and failures:
                await asyncio.sleep(self._pause(answer, failures))

    def _pause(self, answer: object, failures: int) -> float:
        max_pause = self._timing.max_pause
        if isinstance(answer, Gone) or (isinstance(answer, Unknown) and answer.limited):
            spread = random.uniform(0.8, 1.2)  # noqa: S311
            pause = min(max_pause, self._timing.missing_first * 1.5 ** (failures - 1)) * spread
        else:
            pause = 0.1 + back_off(failures, first=0.5, maximum=max_pause)
        if isinstance(answer, Unknown) and answer.retry_after:
            pause = max(pause, answer.retry_after + random.uniform(0, 1))  # noqa: S311
        return pause

    def _found(self, info: wire.Info) -> None:
        """What REST says counts at once, before a socket shows who is in the room: it may be another game's by now.

        Its lock waits for the game's state, which tells more: a game that is over already must not begin.
        """
        was_lost, self._is_lost = self._is_lost, False
        self.room = rules.observe(self.room, structs.replace(info, locked=False), "rest")
        if self.room.over is not None:
            self._note("ended", self.room.over)
        elif was_lost:
            self._status, self._reason = "monitoring", FOUND if self.room.joined is None else FOUND_AGAIN
            asyncio.get_running_loop().call_later(self._timing.together, self._changed.set)

    def _lose(self, status: FollowStatus, reason: str) -> None:
        self._is_lost = True
        self._note(status, reason)

    def _missing(self, seconds: float) -> None:
        if self.room.seen:
            self.room = rules.end(self.room, "The room is gone.")
            self._note("ended", self.room.over)
        elif seconds > self._timing.max_missing:
            self.room = rules.give_up(self.room, "room_not_found")
            self._note("failed", f"There was no room {self.room.code}. Check the code, then follow the room again.")
        else:
            self._lose("waiting", f"There is no room {self.room.code} yet.")

    def _unreachable(self, reason: str, seconds: float) -> None:
        if not self.room.seen and seconds > self._timing.max_unreachable:
            self.room = rules.give_up(self.room, "connection_failed")
            self._note("failed", f"{reason} Follow the room again when the room service can be reached.")
        else:
            self._lose("monitoring" if self.room.seen else "waiting", reason)

    async def _stay(self, info: wire.Info) -> bool:
        """One look into the room, by the best way that is open, until the next is due. Whether it went well."""
        began = time.monotonic()
        self._looks_again = False
        for role in ROLES:
            if time.monotonic() < self._refused.get(role, 0) or self._finished:
                continue
            if await self._stay_on_socket(info, role):
                return time.monotonic() - began >= min(5, self._timing.stay) or self._looks_again
            self._seats[role] = a_seat()
            # What let us in before will do so again soon; what never did is asked less often.
            pause = self._timing.rest_only if role in self._welcomed else self._timing.retry_role
            self._refused[role] = time.monotonic() + pause
        if self._finished:
            return True
        connections = await self._client.connections(self.room.code)
        why = f" {self._why_not}" if self._why_not else ""
        self._note("monitoring", f"Without a socket: the count may be missing or late.{why}")
        self._observe([info] if connections is None else [info, connections], "rest")
        if not self._finished:
            await asyncio.sleep(self._timing.rest_only * random.uniform(0.9, 1.1))  # noqa: S311
        return True

    async def _stay_on_socket(self, info: wire.Info, role: Role) -> bool:
        """Whether the socket let us in. The room may be over afterwards."""
        deadline = asyncio.get_running_loop().time() + self._timing.stay
        is_in = False
        try:
            async with self._client.socket(info, self.room.code, role, self._seats[role]) as connection:
                is_in = await self._enter(connection, info, role)
                if is_in and not self._finished:
                    await self._ask_first_player(connection)
                    await self._read_until(connection, deadline)
        except HostRefused:
            self._why_not = "The room service named a host that is not allowed."
        except ConnectionClosed as closed:
            # Before the welcome a close is a refusal, whatever its code; it may come while the socket is being opened.
            if is_in:
                self._closed(closed)
        except (WebSocketException, OSError, TimeoutError, UnicodeError):
            self._why_not = None
        return is_in

    async def _enter(self, connection: ClientConnection, info: wire.Info, role: Role) -> bool:
        """Whether the socket lets us in: with a welcome or, in rooms that say very little, any word of the room."""
        welcomed = await self._welcome(connection, role)
        if welcomed is None or self._finished:
            return welcomed is not None
        self._welcomed.add(role)
        welcome = next((each for each in welcomed if isinstance(each, wire.Welcome)), None)
        if welcome is not None:
            self._seats[role].id, self._seats[role].secret = welcome.id, welcome.secret
        has_list = any(isinstance(each, wire.Present) for each in welcomed)
        self._note("monitoring", None if has_list else WITHOUT_LIST[role])
        # The room's state first: the lock tells less, and must not begin a game that is over already.
        self._observe([*welcomed, info], "socket")
        # A socket of ours that has no id can't be told from those of players.
        if not has_list and welcome is not None and welcome.id is not None:
            connections = await self._client.connections(self.room.code)
            self._observe([] if connections is None else [connections], "rest")
        return True

    async def _welcome(self, connection: ClientConnection, role: Role) -> list[wire.Observation] | None:
        """What the welcome says; None where the socket refuses. Raises TimeoutError where it is silent.

        It waits by a deadline, however many other frames come before it. What they tell of the room counts.
        """
        told = False
        try:
            async with asyncio.timeout(self._timing.welcome):
                while not self._finished:
                    observations = wire.read_frame(await self._frame(connection))
                    for each in observations:
                        if isinstance(each, wire.Refused):
                            self._why_not = f"The room refused the connection ({each.code})."
                            return None
                        if isinstance(each, wire.Welcome):
                            return observations
                    told = told or bool(observations)
                    self._observe(observations, "socket")
        except TimeoutError:
            if not told:
                raise
        return []

    async def _ask_first_player(self, connection: ClientConnection) -> None:
        """Newer games share their state with seated players only, whose objects may be read."""
        if self.room.phase == "unknown":
            self._asks = True
        if self._asks and self.room.seats:
            question = {"seq": 1, "opcode": "object/get", "params": {"key": f"player:{min(self.room.seats)}"}}
            await connection.send(msgspec.json.encode(question).decode())

    async def _read_until(self, connection: ClientConnection, deadline: float) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(deadline) as limit:
                while not self._finished:
                    before = self.room
                    self._observe(wire.read_frame(await self._frame(connection)), "socket")
                    if not self._looks_again and self._misses_names(before) and self._looks_soon.take():
                        self._looks_again = True
                        limit.reschedule(min(deadline, loop.time() + self._timing.names))

    def _misses_names(self, before: Room) -> bool:
        """Whether it was told that somebody has joined, in a game that does not say who: a new welcome will."""
        told = len(self.room.joins_told) > len(before.joins_told)
        counted = self.room.counted > max(before.counted, len(self.room.seats))
        return (told or counted) and not self._announces

    async def _frame(self, connection: ClientConnection) -> str | bytes:
        # What comes faster than this waits in the kernel, and at last at the sender.
        await self._let_pass(1)
        frame = await connection.recv()
        await self._let_pass(len(frame) // FRAME_UNIT)
        self._metrics.frames += 1
        self._metrics.last_frame = time.time()
        return frame

    async def _let_pass(self, number: int) -> None:
        for _ in range(number):
            while not self._frames.take():  # noqa: ASYNC110, the bucket fills with time alone
                await asyncio.sleep(self._frames.wait())

    def _closed(self, closed: ConnectionClosed) -> None:
        code = closed.rcvd.code if closed.rcvd is not None else 1006
        if code in DESTROYED:
            self.room = rules.end(self.room, "The room was closed.")
            self._note("ended", self.room.over)
        else:
            self._metrics.reconnects += 1
