"""One watcher and a room service that behaves in every way it shouldn't. In one event loop, with short times."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial

import pytest

from gamenight.fake_rooms import FakeRooms, Kind
from gamenight.fake_rooms import Room as FakeRoom
from gamenight.fake_rooms.faults import Answer, CloseWith, Faults, known, named
from gamenight.rooms import rules, wire
from gamenight.rooms.client import HostRefused, RoomsClient
from gamenight.rooms.rules import Room
from gamenight.rooms.watcher import Metrics, Timing, Watcher
from gamenight.sessions.schemas import CheckStatus

QUICK = Timing(
    stay=0.3,
    rest_only=0.1,
    welcome=0.3,
    missing_first=0.05,
    longest_pause=0.2,
    missing_most=0.5,
    retry_role=60,
    between_reports=0.01,
)


class Followed:
    """A watcher at work, and all that it has reported."""

    def __init__(self, client: RoomsClient, room: Room, timing: Timing) -> None:
        self.reports: list[tuple[Room, CheckStatus, str | None]] = []
        self.wanted = True
        self.metrics = Metrics()
        self._reported = asyncio.Event()
        self.watcher = Watcher(client, room, timing, self.metrics, self._report)
        self.task = asyncio.create_task(self.watcher.run())

    async def _report(self, room: Room, status: CheckStatus, reason: str | None) -> bool:
        self.reports.append((room, status, reason))
        self._reported.set()
        return self.wanted

    async def until(self, happened: Callable[[Room, CheckStatus], bool], seconds: float = 10) -> Room:
        """Wait for a report of which this is true."""
        async with asyncio.timeout(seconds):
            while True:
                for room, status, _reason in self.reports:
                    if happened(room, status):
                        return room
                self._reported.clear()
                await self._reported.wait()

    @property
    def told(self) -> list[str]:
        """The events that the reports amount to."""
        before, types = Room(code="PLAY"), list[str]()
        for room, _status, _reason in self.reports:
            types += [each.type for each in rules.tell(before, room)]
            before = room
        return types


@asynccontextmanager
async def following(
    fake: FakeRooms, *, room: Room | None = None, timing: Timing = QUICK, hosts: tuple[str, ...] = ()
) -> AsyncIterator[Followed]:
    client = RoomsClient(fake.url, hosts, answer_seconds=0.5)
    followed = Followed(client, room or Room(code="PLAY"), timing)
    try:
        yield followed
    finally:
        followed.task.cancel()
        with suppress(asyncio.CancelledError):
            await followed.task
        await client.close()


def _has_joined(number: int, seen: Room, _status: CheckStatus) -> bool:
    return seen.joined == number


@pytest.mark.parametrize("kind", list(Kind))
def test_a_game_is_followed_from_lobby_to_end(kind: Kind) -> None:
    async def night() -> None:
        async with FakeRooms() as fake:
            room = fake.open("PLAY", kind=kind)
            async with following(fake) as followed:
                for number, name in enumerate(("ANN", "BEN", "CAT"), 1):
                    room.join(name)
                    await followed.until(partial(_has_joined, number))
                room.countdown()
                room.cancel_countdown()
                room.start()
                await followed.until(lambda seen, _status: seen.games_started == 1)
                room.post_game()
                room.exit()
                await followed.until(lambda _seen, status: status == "ended")
                await followed.task
                assert followed.told.count("game.started") == 1
                assert followed.told.count("game.ended") == 1
                assert followed.told[-1] == "room.disconnected"

    asyncio.run(night())


def test_a_watcher_takes_no_seat_writes_nothing_and_makes_no_room() -> None:
    async def night() -> None:
        async with FakeRooms() as fake:
            room = fake.open("PLAY")
            async with following(fake) as followed:
                room.join("ANN")
                await followed.until(lambda seen, _status: seen.joined == 1)
                await asyncio.sleep(3 * QUICK.stay)  # over several stays
            assert [client.name for client in room.players] == ["ANN"]
            assert {opcode for _role, opcode in room.received} <= {"object/get", "text/get"}
            assert {heard.method for heard in fake.heard} == {"GET"}
            assert all("role=shard" in heard.query for heard in fake.heard if heard.socket)
            assert len(room.clients) == 3, "the watcher came back to its own place: host, ANN, and one shard"

    asyncio.run(night())


def test_joins_that_the_game_does_not_announce_are_found_by_looking_again() -> None:
    async def night() -> None:
        async with FakeRooms() as fake:
            room = fake.open("PLAY", announces_joins=False, kind=Kind.ROOM)
            async with following(fake) as followed:
                await followed.until(lambda seen, _status: seen.seen)
                room.join("ANN")
                assert (await followed.until(lambda seen, _status: seen.players == ["ANN"])).joined == 1
                room.leave("ANN")
                await asyncio.sleep(2 * QUICK.stay)
                assert followed.watcher.room.joined == 1, "joined, not present"

    asyncio.run(night())


def test_without_a_seat_for_watchers_the_audience_and_rest_still_tell() -> None:
    async def night() -> None:
        async with FakeRooms() as fake:
            room = fake.open("PLAY")
            room.faults = named("no-shard")
            async with following(fake) as followed:
                room.join("ANN")
                await followed.until(lambda seen, _status: seen.joined == 1)
                room.start()
                await followed.until(lambda seen, _status: seen.games_started == 1)
                assert followed.watcher.room.players == []

    asyncio.run(night())


@pytest.mark.parametrize(
    "fault",
    [
        "silent-socket",
        "cut-before-welcome",
        "html-handshake",
        "no-such-role",
        "password-required",
        "denied",
        "try-later",
    ],
)
def test_without_any_socket_rest_alone_tells_the_start_and_the_end(fault: str) -> None:
    async def night() -> None:
        async with FakeRooms() as fake:
            room = fake.open("PLAY")
            room.faults = named(fault)
            async with following(fake) as followed:
                await followed.until(lambda seen, status: seen.seen and status == "monitoring")
                room.start()
                await followed.until(lambda seen, _status: seen.games_started == 1)
                room.vanish()
                await followed.until(lambda _seen, status: status == "ended")
                assert followed.told.count("game.ended") == 1

    asyncio.run(night())


def _by_exit(room: FakeRoom) -> None:
    room.exit(4)


def _by_close(room: FakeRoom) -> None:
    room.exit(says_so=False)


def _by_vanishing(room: FakeRoom) -> None:
    room.vanish()


def _while_still_listed(room: FakeRoom) -> None:
    room.faults = Faults(listed_when_over=True)
    room.vanish()


@pytest.mark.parametrize("ending", [_by_exit, _by_close, _by_vanishing, _while_still_listed])
def test_however_a_room_ends_it_ends_once(ending: Callable[[FakeRoom], None]) -> None:
    async def night() -> None:
        async with FakeRooms() as fake:
            room = fake.open("PLAY")
            async with following(fake) as followed:
                room.join("ANN")
                room.start()
                await followed.until(lambda seen, _status: seen.games_started == 1)
                ending(room)
                await followed.until(lambda _seen, status: status == "ended")
                await followed.task
                assert followed.told[-2:] == ["game.ended", "room.disconnected"]
                assert followed.told.count("game.ended") == 1

    asyncio.run(night())


def test_a_socket_that_is_closed_as_ended_ends_the_room_whatever_rest_says() -> None:
    async def night() -> None:
        async with FakeRooms() as fake:
            room = fake.open("PLAY")
            room.faults = Faults(sockets={"*": CloseWith(1000, after_welcome=True)})
            async with following(fake) as followed:
                await followed.until(lambda _seen, status: status == "ended")
                assert not room.over

    asyncio.run(night())


def test_a_web_page_is_no_answer_also_where_it_says_not_found() -> None:
    async def night() -> None:
        async with FakeRooms() as fake:
            room = fake.open("PLAY")
            async with following(fake) as followed:
                await followed.until(lambda seen, _status: seen.seen)
                room.faults = Faults(rest=Answer(404, "<html>not found</html>", "text/html"))
                room.cut()
                await followed.until(lambda _seen, _status: "web page" in (followed.reports[-1][2] or ""))
                assert followed.reports[-1][1] == "monitoring"

    asyncio.run(night())


def test_a_room_first_seen_after_its_game_tells_of_no_start() -> None:
    async def night() -> None:
        async with FakeRooms() as fake:
            room = fake.open("PLAY")
            room.join("ANN")
            room.start()
            room.post_game()
            async with following(fake) as followed:
                await followed.until(lambda seen, _status: seen.phase == "finished")
                assert followed.told == ["room.connected", "lobby.player-joined"]

    asyncio.run(night())


def test_a_socket_that_is_cut_is_opened_again_and_nothing_is_told_twice() -> None:
    async def night() -> None:
        async with FakeRooms() as fake:
            room = fake.open("PLAY")
            async with following(fake, timing=Timing(stay=30, between_reports=0.01)) as followed:
                room.join("ANN")
                await followed.until(lambda seen, _status: seen.joined == 1)
                room.start()
                await followed.until(lambda seen, _status: seen.games_started == 1)
                room.cut()
                await fake.until(lambda: bool(room.connected("shard")) and followed.metrics.reconnects == 1)
                room.post_game()
                await followed.until(lambda seen, _status: seen.games_ended == 1)
                assert followed.told.count("room.connected") == 1
                assert followed.told.count("game.started") == 1
                assert "room.disconnected" not in followed.told

    asyncio.run(night())


def test_a_socket_that_is_refused_for_a_while_is_tried_again_soon() -> None:
    async def night() -> None:
        async with FakeRooms() as fake:
            room = fake.open("PLAY")
            async with following(fake) as followed:
                await followed.until(lambda seen, status: seen.source == "socket" and status == "monitoring")
                room.faults = named("html-handshake")
                room.cut()
                await followed.until(lambda _seen, _status: "Without a socket" in (followed.reports[-1][2] or ""))
                room.faults = Faults()
                room.join("ANN")
                await followed.until(lambda seen, _status: seen.players == ["ANN"])
                assert followed.reports[-1][1:] == ("monitoring", None)

    asyncio.run(night())


@pytest.mark.parametrize("fault", ["broken", "silence", "html", "unavailable", "cut", "not-json", "rate-limited"])
def test_a_service_that_does_not_answer_has_not_ended_the_room(fault: str) -> None:
    async def night() -> None:
        async with FakeRooms() as fake:
            room = fake.open("PLAY")
            async with following(fake) as followed:
                room.join("ANN")
                await followed.until(lambda seen, _status: seen.joined == 1)
                room.faults = named(fault)
                room.cut()
                await followed.until(lambda _seen, _status: followed.reports[-1][2] is not None)
                assert followed.reports[-1][1] == "monitoring"
                room.faults = Faults()
                room.join("BEN")
                await followed.until(lambda seen, _status: seen.joined == 2)
                assert "room.disconnected" not in followed.told

    asyncio.run(night())


@pytest.mark.parametrize("fault", known())
def test_no_fault_makes_nonsense_or_ends_the_watching(fault: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "gamenight.rooms")

    async def night() -> None:
        async with FakeRooms() as fake:
            room = fake.open("PLAY", max_players=8)
            room.faults = named(fault)
            room.join("ANN")
            async with following(fake) as followed:
                await asyncio.sleep(1)
                over = any(status == "ended" for _room, status, _reason in followed.reports)
                assert followed.task.done() == over
                assert over == (fault == "over-but-listed"), "only this fault says that the room is over"
            for seen, _status, _reason in followed.reports:
                assert seen.joined is None or 0 <= seen.joined <= 8
            assert all(heard.path.startswith("/api/v2/") for heard in fake.heard)

    asyncio.run(night())
    assert not caplog.records


def test_a_room_that_is_not_there_yet_is_waited_for_and_given_up_in_the_end() -> None:
    async def night() -> None:
        async with FakeRooms() as fake, following(fake) as followed:
            await followed.until(lambda _seen, status: status == "waiting")
            fake.open("PLAY")
            await followed.until(lambda seen, status: seen.seen and status == "monitoring")
        async with FakeRooms() as fake, following(fake) as followed:
            await followed.until(lambda _seen, status: status == "failed")
            await followed.task
            assert followed.told == []

    asyncio.run(night())


def test_a_code_that_another_game_has_now_is_another_room() -> None:
    async def night() -> None:
        async with FakeRooms() as fake:
            fake.open("PLAY", app_tag="fourbage")
            known = rules.observe(Room(code="PLAY"), wire.Info(app_tag="quiplash3"), "rest")
            async with following(fake, room=known) as followed:
                await followed.until(lambda _seen, status: status == "ended")
                assert followed.watcher.room.app_tag == "quiplash3"

    asyncio.run(night())


def test_who_is_not_wanted_any_more_stops() -> None:
    async def night() -> None:
        async with FakeRooms() as fake:
            room = fake.open("PLAY")
            async with following(fake) as followed:
                await followed.until(lambda seen, _status: seen.seen)
                followed.wanted = False
                room.join("ANN")
                await asyncio.wait_for(followed.task, 5)
                said = len(followed.reports)
                room.join("BEN")
                room.exit()
                assert len(followed.reports) == said

    asyncio.run(night())


REFUSED = [
    "10.0.0.1",
    "127.0.0.2",
    "localhost",
    "169.254.169.254",
    "[::1]",
    "evil.example",
    "jackboxgames.com.evil.example",
    "user@ecast.jackboxgames.com",
    "ecast.jackboxgames.com/path",
    "ecast.jackboxgames.com:notaport",
    "127.0.0.1:1",
    "127.0.0.1#.jackboxgames.com",
    "",
    "\r\nX: y",
]


@pytest.mark.parametrize("host", REFUSED)
def test_a_host_that_the_answer_names_must_be_allowed(host: str) -> None:
    async def attempt() -> None:
        client = RoomsClient("http://127.0.0.1:38201", ["*.jackboxgames.com"])
        try:
            with pytest.raises(HostRefused):
                await client._address(host)
        finally:
            await client.close()

    asyncio.run(attempt())


def test_the_services_own_host_and_those_the_owner_lists_are_allowed() -> None:
    async def attempt() -> None:
        client = RoomsClient("http://127.0.0.1:38201", ["rooms.lan:9000"])
        try:
            assert await client._address("127.0.0.1:38201") == "127.0.0.1"
            assert await client._address("rooms.lan:9000") == "rooms.lan"
            with pytest.raises(HostRefused):
                await client._address("rooms.lan:9001")
        finally:
            await client.close()

    asyncio.run(attempt())


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.2", "169.254.169.254", "100.64.0.1", "224.0.0.1", "0.0.0.0",
        "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1", "fec0::1", "ff02::1",
        "fe80::1%lo",
    ],
)  # fmt: skip
def test_no_address_inside_a_network_counts_as_public(address: str) -> None:
    from gamenight.rooms.client import _is_public

    assert not _is_public(address)
    assert _is_public("93.184.216.34")
    assert _is_public("2606:4700::1111")
