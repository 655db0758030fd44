"""One follower and the room that it follows, in one event loop."""

import asyncio
from collections.abc import Callable
from functools import partial

import pytest
from msgspec import structs

from gamenight.fake_rooms import FakeRooms, Kind
from gamenight.fake_rooms import Room as FakeRoom
from gamenight.fake_rooms.faults import CloseWith, Faults, named
from gamenight.rooms import rules, wire
from gamenight.rooms.follower import Timing
from gamenight.rooms.rules import Room
from gamenight.sessions.schemas import FollowStatus
from tests.support.following import QUICK, both_loops, following

pytestmark = pytest.mark.anyio


def _has_joined(number: int, seen: Room, _status: FollowStatus) -> bool:
    return seen.joined == number


@both_loops
@pytest.mark.parametrize("kind", list(Kind))
async def test_a_game_is_followed_from_lobby_to_end(fake: FakeRooms, kind: Kind) -> None:
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
        assert followed.events.count("game.started") == 1
        assert followed.events.count("game.ended") == 1
        assert followed.events[-1] == "room.disconnected"


async def test_a_follower_takes_no_seat_writes_nothing_and_makes_no_room(fake: FakeRooms) -> None:
    room = fake.open("PLAY")
    async with following(fake) as followed:
        room.join("ANN")
        await followed.until(lambda seen, _status: seen.joined == 1)
        await fake.until(lambda: sum(request.socket for request in fake.received) == 4)
    assert [client.name for client in room.players] == ["ANN"]
    assert {opcode for _role, opcode in room.received} <= {"object/get", "text/get"}
    assert {request.method for request in fake.received} == {"GET"}
    assert all("role=shard" in request.query for request in fake.received if request.socket)
    assert len(room.clients) == 3, "the follower came back to its own place: host, ANN, and one shard"


async def test_joins_that_the_game_does_not_announce_are_found_by_looking_again(fake: FakeRooms) -> None:
    room = fake.open("PLAY", announces_joins=False, kind=Kind.ROOM)
    async with following(fake) as followed:
        await followed.until(lambda seen, _status: seen.seen)
        room.join("ANN")
        assert (await followed.until(lambda seen, _status: seen.players == ["ANN"])).joined == 1
        room.leave("ANN")
        looks = len(fake.received)
        await fake.until(lambda: len(fake.received) > looks + 2)
        assert followed.follower.room.joined == 1, "joined, not present"


async def test_a_join_that_the_game_tells_in_words_is_looked_at_without_waiting(fake: FakeRooms) -> None:
    room = fake.open("PLAY", announces_joins=False, kind=Kind.DESCRIBED)
    async with following(fake, timing=Timing(stay=600, between_reports=0.01)) as followed:
        for number, name in enumerate(("ANN", "BEN", "CAT"), 1):
            await fake.until(lambda: bool(room.connected("shard")))
            room.join(name)
            await followed.until(partial(_has_joined, number))
        await followed.until(lambda seen, _status: seen.players == ["ANN", "BEN", "CAT"])
        assert followed.metrics.reconnects == 0
        assert len(room.clients) == 5, "the follower came back to its own place"


async def test_a_count_above_the_names_that_are_known_is_looked_at_without_waiting(fake: FakeRooms) -> None:
    room = fake.open("PLAY", announces_joins=False, kind=Kind.ROOM)
    async with following(fake, timing=Timing(stay=600, between_reports=0.01)) as followed:
        await fake.until(lambda: bool(room.connected("shard")))
        room.join("ANN")
        await followed.until(lambda seen, _status: seen.players == ["ANN"])


async def test_a_game_that_announces_who_joins_is_not_looked_at_for_it(fake: FakeRooms) -> None:
    room = fake.open("PLAY", kind=Kind.ROOM)
    async with following(fake, timing=Timing(stay=600, names=0.001, between_reports=0.01)) as followed:
        for number, name in enumerate(("ANN", "BEN", "CAT"), 1):
            await fake.until(lambda: bool(room.connected("shard")))
            room.join(name)
            await followed.until(partial(_has_joined, number))
        assert sum(request.socket for request in fake.received) == 1


async def test_an_audience_counts_the_joins_that_are_told_in_words(fake: FakeRooms) -> None:
    room = fake.open("PLAY", announces_joins=False, kind=Kind.DESCRIBED)
    room.faults = named("no-shard")
    async with following(fake, timing=Timing(stay=600, between_reports=0.01)) as followed:
        for number, name in enumerate(("ANN", "BEN"), 1):
            await fake.until(lambda: bool(room.connected("audience")))
            room.join(name)
            await followed.until(partial(_has_joined, number))


async def test_a_room_that_tells_nothing_but_its_lock_and_its_end_is_followed(fake: FakeRooms) -> None:
    room = fake.open("PLAY", announces_joins=False, kind=Kind.NOTHING)
    room.join("ANN")
    room.faults = named("no-welcome")
    async with following(fake, timing=Timing(stay=600, welcome=600, together=0.01, between_reports=0.01)) as followed:
        await fake.until(lambda: bool(room.connected("shard")))
        room.start()
        await followed.until(lambda seen, _status: seen.games_started == 1)
        room.exit()
        await followed.until(lambda _seen, status: status == "ended")
        await followed.task
    assert followed.events == ["room.connected", "game.started", "game.ended", "room.disconnected"]


async def test_a_socket_without_a_welcome_that_tells_of_the_room_is_kept(fake: FakeRooms) -> None:
    room = fake.open("PLAY")
    room.faults = named("no-welcome")
    async with following(fake, timing=Timing(stay=600, welcome=2, between_reports=0.01)) as followed:
        await fake.until(lambda: bool(room.connected("shard")))
        room.start()
        await followed.until(lambda seen, _status: seen.games_started == 1)
        await followed.until(lambda _seen, _status: "does not say who" in (followed.reports[-1][2] or ""))
        room.post_game()
        await followed.until(lambda seen, _status: seen.games_ended == 1)
        assert sum(request.socket for request in fake.received) == 1


async def test_without_a_seat_for_followers_the_audience_and_rest_still_tell(fake: FakeRooms) -> None:
    room = fake.open("PLAY")
    room.faults = named("no-shard")
    async with following(fake) as followed:
        room.join("ANN")
        await followed.until(lambda seen, _status: seen.joined == 1)
        room.start()
        await followed.until(lambda seen, _status: seen.games_started == 1)
        assert followed.follower.room.players == []


def _by_exit(room: FakeRoom) -> None:
    room.exit(4)


def _by_close(room: FakeRoom) -> None:
    room.exit(says_so=False)


def _by_vanishing(room: FakeRoom) -> None:
    room.vanish()


def _while_still_listed(room: FakeRoom) -> None:
    room.faults = Faults(listed_when_over=True)
    room.vanish()


@both_loops
@pytest.mark.parametrize("ending", [_by_exit, _by_close, _by_vanishing, _while_still_listed])
async def test_however_a_room_ends_it_ends_once(fake: FakeRooms, ending: Callable[[FakeRoom], None]) -> None:
    room = fake.open("PLAY")
    async with following(fake) as followed:
        room.join("ANN")
        room.start()
        await followed.until(lambda seen, _status: seen.games_started == 1)
        ending(room)
        await followed.until(lambda _seen, status: status == "ended")
        await followed.task
        assert followed.events[-2:] == ["game.ended", "room.disconnected"]
        assert followed.events.count("game.ended") == 1


async def test_a_socket_that_is_closed_as_ended_ends_the_room_whatever_rest_says(fake: FakeRooms) -> None:
    room = fake.open("PLAY")
    room.faults = Faults(sockets={"*": CloseWith(1000, after_welcome=True)})
    async with following(fake) as followed:
        await followed.until(lambda _seen, status: status == "ended")
        assert not room.over


async def test_a_room_first_seen_after_its_game_tells_of_no_start(fake: FakeRooms) -> None:
    room = fake.open("PLAY")
    room.join("ANN")
    room.start()
    room.post_game()
    async with following(fake) as followed:
        seen = await followed.until(lambda seen, _status: seen.phase == "finished")
        assert followed.events == ["room.connected", "lobby.player-joined"]
        assert seen.games_missed == 1


async def test_a_socket_that_is_cut_is_opened_again_and_nothing_is_told_twice(fake: FakeRooms) -> None:
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
        assert followed.events.count("room.connected") == 1
        assert followed.events.count("game.started") == 1
        assert "room.disconnected" not in followed.events


async def test_a_room_that_is_not_there_yet_is_waited_for_and_given_up_in_the_end() -> None:
    patient = structs.replace(QUICK, max_missing=600)
    async with FakeRooms() as fake, following(fake, timing=patient) as followed:
        await followed.until(lambda _seen, status: status == "waiting")
        fake.open("PLAY")
        await followed.until(lambda seen, status: seen.seen and status == "monitoring")
    async with FakeRooms() as fake, following(fake) as followed:
        await followed.until(lambda _seen, status: status == "failed")
        await followed.task
        assert followed.events == []


async def test_a_code_that_another_game_has_now_is_another_room(fake: FakeRooms) -> None:
    strangers = fake.open("PLAY", app_tag="fourbage")
    strangers.join("ZOE")
    known = rules.observe(Room(code="PLAY"), wire.Info(app_tag="quiplash3"), "rest")
    async with following(fake, room=known) as followed:
        await followed.until(lambda _seen, status: status == "ended")
        assert (followed.follower.room.app_tag, followed.follower.room.joined) == ("quiplash3", None)


async def test_who_is_not_wanted_any_more_stops(fake: FakeRooms) -> None:
    room = fake.open("PLAY")
    async with following(fake) as followed:
        await followed.until(lambda seen, _status: seen.seen)
        followed.goes_on = False
        room.join("ANN")
        await asyncio.wait_for(followed.task, 5)
        number = len(followed.reports)
        room.join("BEN")
        room.exit()
        assert len(followed.reports) == number
