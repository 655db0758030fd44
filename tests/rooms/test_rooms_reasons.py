"""What a lobby tells of its start, and why a room is followed no longer."""

from typing import Any

import msgspec
import pytest

from gamenight.core import log
from gamenight.core.database import Database
from gamenight.fake_rooms import FakeRooms
from gamenight.fake_rooms.threaded import ThreadedFakeRooms
from gamenight.rooms import actions, rules, wire
from gamenight.rooms.client import RoomsClient
from gamenight.rooms.follower import Timing
from gamenight.rooms.rules import ReasonCode, Room, observe
from gamenight.sessions import actions as sessions
from gamenight.sessions.schemas import NewSessionGame
from tests.support.clients import Host, Listener
from tests.support.following import Followed, following

QUIPLASH_2 = 15


@pytest.mark.parametrize(
    ("state", "can_start", "is_starting"),
    [
        ({"state": "Lobby", "lobbyState": "WaitingForMore"}, False, False),
        ({"state": "Lobby", "lobbyState": "CanStart"}, True, False),
        ({"state": "Lobby", "lobbyState": "Countdown"}, True, True),
        ({"state": "Lobby", "lobbyState": "WaitingForMore", "gameCanStart": True}, True, False),
        ({"state": "Lobby", "lobbyState": "CanStart", "gameCanStart": True, "gameIsStarting": True}, True, True),
        ({"state": "Lobby", "lobbyState": "CanStart", "gameCanStart": "yes"}, True, False),
        ({"state": "Lobby_CanStart"}, True, False),
        ({"state": "Lobby_Countdown"}, True, True),
        ({"lobbyState": "LobbyCanStart"}, True, False),
        ({"state": "Lobby", "lobbyState": "PostGame", "gameCanStart": True}, False, False),
        ({"state": "Gameplay", "gameIsStarting": True}, False, False),
    ],
)
def test_a_lobby_says_whether_its_game_can_start_and_whether_it_does(
    state: dict[str, Any], can_start: bool, is_starting: bool
) -> None:
    frame = {"opcode": "object", "result": {"key": "room", "val": state}}
    room = observe(Room(code="PLAY"), wire.Info(app_tag="quiplash3"), "rest")
    for each in wire.read_frame(msgspec.json.encode(frame)):
        room = observe(room, each, "socket")
    assert (room.game_can_start, room.game_is_starting) == (can_start, is_starting)


def test_a_lobby_is_told_anew_when_only_its_start_has_changed() -> None:
    before = observe(Room(code="PLAY"), wire.Info(app_tag="quiplash3"), "rest")
    waiting = observe(before, wire.State("lobby", "Any", "Lobby", False, False), "socket")
    for can_start, is_starting in ((True, False), (True, True)):
        ready = observe(waiting, wire.State("lobby", "Any", "Lobby", can_start, is_starting), "socket")
        assert [each.type for each in rules.events_between(waiting, ready)] == ["lobby.updated"]


def test_clients_hear_that_the_game_can_start(rooms: ThreadedFakeRooms, hana: Host, listening: Listener) -> None:
    session = hana.a_session()
    listening.subscribe(session["id"])
    room = rooms.open("AAAA")
    hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    connected = listening.receive_until("room.connected")
    assert not {"gameCanStart", "gameIsStarting", "reasonCode", "finalPlayerCount"} & set(connected["data"])
    for name in ("ANN", "BEN", "CAT", "DAN"):
        rooms.do(room.join, name)
    listening.receive_event("lobby.updated", gameCanStart=True, gameIsStarting=False)


def disconnected(listening: Listener, code: str) -> dict[str, Any]:
    data: dict[str, Any] = listening.receive_until("room.disconnected")["data"]
    assert data["reasonCode"] == code
    return data


def test_why_a_room_is_followed_no_longer_is_told_with_how_many_had_joined(
    rooms: ThreadedFakeRooms, hana: Host, listening: Listener
) -> None:
    session = hana.a_session()
    listening.subscribe(session["id"])
    first, second = rooms.open("AAAA"), rooms.open("BBBB")
    game = hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    path = f"/api/sessions/{session['id']}/games/{game['id']}"
    listening.receive_event("room.connected", roomCode="AAAA")
    rooms.do(first.join, "ANN")
    listening.receive_event("player-count.updated", playerCount=1)
    hana.ok(hana.patch(f"{path}/room-code", json={"room_code": "BBBB"}))
    assert disconnected(listening, "replaced")["finalPlayerCount"] == 1
    listening.receive_event("room.connected", roomCode="BBBB")
    hana.ok(hana.post(f"{path}/stop-player-check"))
    assert disconnected(listening, "stopped")["reason"] == "Stopped by the host."
    hana.ok(hana.post(f"{path}/start-player-check"))
    listening.receive_event("room.connected", roomCode="BBBB")
    for name in ("ANN", "BEN"):
        rooms.do(second.join, name)
    listening.receive_event("player-count.updated", playerCount=2)
    rooms.do(second.exit)
    assert disconnected(listening, "room_closed")["finalPlayerCount"] == 2


def test_a_code_that_another_game_has_by_now_is_a_room_that_was_replaced() -> None:
    room = observe(Room(code="PLAY"), wire.Info(app_tag="quiplash3"), "rest")
    assert observe(room, wire.Info(app_tag="fourbage"), "rest").reason_code == "replaced"


@pytest.mark.anyio
async def test_a_room_that_is_never_there_is_given_up_as_not_found() -> None:
    async with FakeRooms() as fake, following(fake) as followed:
        room = await followed.until(lambda _seen, status: status == "failed")
    assert room.reason_code == "room_not_found"


@pytest.mark.anyio
async def test_a_room_service_that_cannot_be_reached_is_given_up_as_that() -> None:
    client = RoomsClient("http://127.0.0.1:9", [], answer_seconds=0.5)
    followed = Followed(client, Room(code="PLAY"), Timing(max_pause=0.1, max_unreachable=0.2))
    room = await followed.until(lambda _seen, status: status == "failed")
    await followed.task
    await client.close()
    assert room.reason_code == "connection_failed"


@pytest.mark.parametrize("code", ["room_not_found", "connection_failed"])
def test_a_room_that_was_given_up_is_told_once_and_its_game_goes_on(database: Database, code: ReasonCode) -> None:
    with database.transaction() as transaction:
        session = sessions.start_session(transaction, None)
        game = sessions.add_game(transaction, session.id, NewSessionGame(1, room_code="AAAA"))
        (followed,) = actions.assign(transaction, "one", alone=True, starts_itself=True)
    with database.snapshot() as connection:
        before = log.head(connection)
    room = rules.give_up(followed.room, code)
    with database.transaction() as transaction:
        assert actions.report(transaction, "one", followed, room, status="failed", reason="Gone.")
    with database.snapshot() as connection:
        told = log.read_after(connection, before, 100)
        last = msgspec.json.decode(told[-1].data)
        assert [each.type for each in told] == ["room.disconnected"]
        assert (last["reasonCode"], last["finalPlayerCount"], last["gameFinished"]) == (code, None, False)
        assert last["sessionGame"]["status"] == "playing"
        assert last["gameId"] == game.id
