"""One follower and a room service that behaves in every way it shouldn't."""

import asyncio
import logging
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import pytest

from gamenight.fake_rooms import FakeRooms
from gamenight.fake_rooms.faults import Answer, Faults, PingFlood, known, named
from gamenight.rooms.follower import Timing
from tests.support.following import both_loops, following

pytestmark = pytest.mark.anyio

NO_SOCKET = [
    "silent-socket",
    "cut-before-welcome",
    "html-handshake",
    "no-such-role",
    "password-required",
    "denied",
    "try-later",
]


@both_loops
@pytest.mark.parametrize("fault", NO_SOCKET)
async def test_without_any_socket_rest_alone_tells_the_start_and_the_end(fake: FakeRooms, fault: str) -> None:
    room = fake.open("PLAY")
    room.faults = named(fault)
    async with following(fake) as followed:
        await followed.until(lambda seen, status: seen.seen and status == "monitoring")
        room.start()
        await followed.until(lambda seen, _status: seen.games_started == 1)
        room.vanish()
        await followed.until(lambda _seen, status: status == "ended")
        assert followed.events.count("game.ended") == 1


@pytest.mark.parametrize("fault", ["no-shard", "here-null", *NO_SOCKET])
async def test_by_whichever_way_a_room_is_found_nothing_says_that_it_is_waited_for(fake: FakeRooms, fault: str) -> None:
    room = fake.open("PLAY")
    room.join("ANN")
    room.faults = named(fault)
    async with following(fake) as followed:
        await followed.until(lambda seen, _status: seen.joined == 1)
        assert {status for seen, status, _reason in followed.reports if seen.seen} == {"monitoring"}
        assert followed.reports[-1][2] is not None, "and it says that the count may be late"


async def test_what_rest_has_said_is_told_while_the_sockets_are_silent(fake: FakeRooms) -> None:
    room = fake.open("PLAY")
    room.faults = named("silent-socket")
    async with following(fake, timing=Timing(together=0.05, welcome=600)) as followed:
        seen = await followed.until(lambda seen, status: seen.seen and status == "monitoring")
        assert (seen.app_tag, seen.max_players, seen.joined) == ("quiplash3", 8, None)
        assert followed.reports[-1][2] == "The room is there. Who has joined is not known yet."


async def test_a_room_that_rest_shows_again_is_not_called_unreachable_any_more(fake: FakeRooms) -> None:
    room = fake.open("PLAY")
    room.join("ANN")
    async with following(fake, timing=Timing(stay=0.3, together=0.05, welcome=600)) as followed:
        await followed.until(lambda seen, _status: seen.joined == 1)
        fake.faults = named("unavailable")
        room.cut()
        await followed.until(lambda _seen, _status: "503" in (followed.reports[-1][2] or ""))
        fake.faults = named("silent-socket")
        await followed.until(lambda _seen, _status: "there again" in (followed.reports[-1][2] or ""))


@asynccontextmanager
async def _other_work() -> AsyncIterator[None]:
    """The loop is busy: what has come over the network meanwhile is all seen at once."""

    async def work() -> None:
        while True:
            sum(range(20_000))
            await asyncio.sleep(0)

    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()


@contextmanager
def _closing_host() -> Iterator[str]:
    """A host that closes each connection as soon as it has accepted it, before it reads a word."""
    listening = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        with suppress(OSError):
            while True:
                listening.accept()[0].close()

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


@both_loops
async def test_a_host_that_closes_as_soon_as_it_accepts_has_not_let_us_in(fake: FakeRooms) -> None:
    room = fake.open("PLAY")
    room.join("ANN")
    with _closing_host() as host:
        room.faults = Faults(info={"host": host, "audienceHost": host})
        async with _other_work(), following(fake, allowed=[host]) as followed:
            await followed.until(lambda seen, _status: seen.joined == 1)
            assert "Without a socket" in (followed.reports[-1][2] or "")
            assert followed.metrics.reconnects == 0


async def test_a_web_page_is_no_answer_also_where_it_says_not_found(fake: FakeRooms) -> None:
    room = fake.open("PLAY")
    async with following(fake) as followed:
        await followed.until(lambda seen, _status: seen.seen)
        room.faults = Faults(rest=Answer(404, "<html>not found</html>", "text/html"))
        room.cut()
        await followed.until(lambda _seen, _status: "web page" in (followed.reports[-1][2] or ""))
        assert followed.reports[-1][1] == "monitoring"


async def test_a_socket_that_is_refused_for_a_while_is_tried_again_soon(fake: FakeRooms) -> None:
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


async def test_strangers_who_have_the_code_after_an_outage_are_not_counted(fake: FakeRooms) -> None:
    room = fake.open("PLAY")
    room.join("ANN")
    async with following(fake) as followed:
        await followed.until(lambda seen, _status: seen.joined == 1)
        fake.faults = named("unavailable")
        room.vanish()
        await followed.until(lambda _seen, _status: followed.reports[-1][2] is not None)
        strangers = fake.open("PLAY", app_tag="fourbage", min_players=2)
        for name in ("XAV", "YVE", "ZOE"):
            strangers.join(name)
        strangers.start()
        fake.faults = Faults()
        await followed.until(lambda _seen, status: status == "ended")
        await followed.task
    assert followed.follower.room.players == ["ANN"]
    assert {seen.joined for seen, _status, _reason in followed.reports} - {None} == {1}
    assert followed.events == ["room.connected", "lobby.player-joined", "room.disconnected"]


@pytest.mark.parametrize("fault", ["blocked", "html", "rate-limited"])
async def test_a_service_that_blocks_us_is_asked_less(fake: FakeRooms, fault: str) -> None:
    asked = list[float]()
    fake.faults = named(fault)
    async with following(fake, timing=Timing(missing_first=2)) as followed:
        for number in (1, 2):
            await fake.until(lambda number=number: len(fake.received) == number)  # type: ignore[misc]
            asked.append(time.monotonic())
        assert "asked too much" in (followed.reports[0][2] or "")
    assert asked[1] - asked[0] > 1.5


@both_loops
async def test_a_flood_of_pings_whose_answers_nobody_reads_ends_the_connection(fake: FakeRooms) -> None:
    room = fake.open("PLAY")
    room.join("ANN")
    room.faults = Faults(sockets={"*": PingFlood(per_second=100_000, reads=False)})
    async with following(fake, timing=Timing(stay=600)) as followed:
        await followed.until(lambda seen, _status: seen.joined == 1)
        await fake.until(lambda: followed.metrics.reconnects >= 1)
        room.faults = Faults()
        await fake.until(lambda: bool(room.connected("shard")))
        room.start()
        await followed.until(lambda seen, _status: seen.games_started == 1)


@pytest.mark.parametrize("fault", ["broken", "silence", "html", "unavailable", "cut", "not-json", "rate-limited"])
async def test_a_service_that_does_not_answer_has_not_ended_the_room(fake: FakeRooms, fault: str) -> None:
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
        assert "room.disconnected" not in followed.events


@pytest.mark.parametrize("fault", known())
async def test_no_fault_makes_nonsense_or_ends_the_following(
    fake: FakeRooms, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "gamenight.rooms")

    room = fake.open("PLAY", max_players=8)
    room.faults = named(fault)
    room.join("ANN")
    async with following(fake) as followed:
        looked = asyncio.create_task(fake.until(lambda: len(fake.received) >= 4))
        await asyncio.wait({looked, followed.task}, return_when=asyncio.FIRST_COMPLETED)
        looked.cancel()
        over = any(status == "ended" for _room, status, _reason in followed.reports)
        assert followed.task.done() == over
        assert over == (fault == "over-but-listed"), "only this fault says that the room is over"
    for seen, _status, _reason in followed.reports:
        assert seen.joined is None or 0 <= seen.joined <= 8
    assert all(request.path.startswith("/api/v2/") for request in fake.received)
    assert not caplog.records


async def test_a_socket_that_says_no_and_stays_open_is_closed_by_us(fake: FakeRooms) -> None:
    room = fake.open("PLAY")
    room.faults = named("no-such-role")
    async with following(fake, timing=Timing(rest_only=60)) as followed:
        await followed.until(lambda seen, status: seen.seen and status == "monitoring")
        assert sum(request.socket for request in fake.received) == 2, "a shard and an audience have asked"
        await fake.until(lambda: not fake.connections)
