"""One follower and a room service that behaves in every way it shouldn't."""

import asyncio
import logging

import pytest

from gamenight.fake_rooms import FakeRooms
from gamenight.fake_rooms.faults import Answer, Faults, known, named
from gamenight.rooms.follower import Timing
from tests.support.following import following

pytestmark = pytest.mark.anyio


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
