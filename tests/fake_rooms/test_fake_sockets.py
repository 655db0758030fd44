import asyncio

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect

from gamenight.fake_rooms.games import Kind
from gamenight.fake_rooms.room import Refused
from gamenight.fake_rooms.threaded import ThreadedFakeRooms
from tests.fake_rooms.conftest import Service


def test_a_shard_is_welcomed_with_everyone_but_itself(service: Service, rooms: ThreadedFakeRooms) -> None:
    room = rooms.open("PLAY")
    rooms.do(room.join, "ANN")
    rooms.do(room.join, "BOB")
    rooms.do(room.leave, "BOB")
    with service.visit("PLAY", "shard") as shard:
        welcome = shard.receive()
    assert welcome["opcode"] == "client/welcome"
    result = welcome["result"]
    names = [one["roles"]["player"]["name"] for one in result["here"].values() if "player" in one["roles"]]
    assert names == ["ANN", "BOB"]
    assert result["here"]["1"] == {"id": 1, "roles": {"host": {}}}
    assert str(result["id"]) not in result["here"]
    assert result["profile"]["roles"] == {"shard": {}}
    assert result["entities"]["room"][1]["val"]["lobbyState"] == "WaitingForMore"


def test_a_shard_takes_no_seat(service: Service, rooms: ThreadedFakeRooms) -> None:
    room = rooms.open("PLAY", max_players=1)
    with service.visit("PLAY", "shard") as shard:
        shard.receive()
        assert not room.full
        rooms.do(room.join, "ANN")
        assert room.full
        with pytest.raises(Refused, match="2010"):
            rooms.do(room.join, "BOB")


def test_a_shard_hears_of_joins_and_leaves_where_the_game_tells_them(
    service: Service, rooms: ThreadedFakeRooms
) -> None:
    room = rooms.open("PLAY")
    with service.visit("PLAY", "shard") as shard:
        shard.receive()
        ann = rooms.do(room.join, "ANN")
        joined = shard.receive_until("client/connected")["result"]
        assert (joined["id"], joined["role"], joined["name"], joined["reconnect"]) == (ann.id, "player", "ANN", False)
        rooms.do(room.leave, "ANN")
        assert shard.receive_until("client/disconnected")["result"]["id"] == ann.id
        rooms.do(room.rejoin, "ANN")
        assert shard.receive_until("client/connected")["result"]["reconnect"] is True
        rooms.do(room.kick, "ANN")
        assert shard.receive_until("client/kicked")["result"]["id"] == ann.id


def test_a_silent_game_tells_a_shard_of_no_join_but_a_new_welcome_does(
    service: Service, rooms: ThreadedFakeRooms
) -> None:
    room = rooms.open("PLAY", announces_joins=False, kind=Kind.PRIVATE)
    with service.visit("PLAY", "shard") as shard:
        shard.receive()
        ann = rooms.do(room.join, "ANN")
        rooms.do(room.start)
        assert shard.receive()["opcode"] == "room/lock"
    with service.visit("PLAY", "shard") as again:
        assert str(ann.id) in again.receive()["result"]["here"]


def test_the_host_hears_of_joins_with_its_token_only(service: Service, rooms: ThreadedFakeRooms) -> None:
    room = rooms.open("PLAY", announces_joins=False)
    with service.visit("PLAY", "host", query={"host-token": "guessed"}) as stranger:
        assert stranger.receive()["result"]["code"] == 2023
    with service.visit("PLAY", "host", query={"host-token": room.clients[1].secret}) as host:
        assert host.receive()["result"]["id"] == 1
        rooms.do(room.join, "ANN")
        assert host.receive_until("client/connected")["result"]["name"] == "ANN"
        assert host.ask("room/get-audience")["result"] == {"connections": 0}
        assert host.ask("room/lock")["opcode"] == "ok"
        assert room.locked


def test_real_players_join_by_socket_and_come_back_to_their_seat(service: Service, rooms: ThreadedFakeRooms) -> None:
    room = rooms.open("PLAY", max_players=1)
    with service.visit("PLAY", "player", name="PIA THE PLAYER", userId="u-1") as pia:
        mine = pia.receive()["result"]
        assert mine["name"] == "PIA THE PLAY"
    with service.visit("PLAY", "player", name="OMAR") as omar:
        assert omar.receive()["result"]["code"] == 2010
    rooms.do(room.start)
    with service.visit("PLAY", "player", name="PIA", query={"user-id": "u-1"}) as again:
        assert (again.receive()["result"]["id"], len(room.players)) == (mine["id"], 1)
    by_secret = {"id": str(mine["id"]), "secret": mine["secret"]}
    with service.visit("PLAY", "player", name="PIA", query=by_secret) as again:
        welcome = again.receive()["result"]
    assert (welcome["id"], welcome["reconnect"]) == (mine["id"], True)


@pytest.mark.parametrize(
    ("role", "query", "code"),
    [
        ("player", {"name": ""}, 2019),
        ("player", {"password": ""}, 2017),
        ("player", {"password": "00000"}, 2018),
        ("moderator", {"password": "1"}, 2018),
        ("audience", {}, 2014),
        ("observer", {}, 2017),
        ("butler", {}, 2014),
    ],
)
def test_who_may_not_come_in_gets_an_error_and_an_open_socket(
    service: Service, rooms: ThreadedFakeRooms, role: str, query: dict[str, str], code: int
) -> None:
    rooms.open("PLAY", password="12345", moderator_password="54321")
    with service.visit("PLAY", role, query=query) as visitor:
        message = visitor.receive()
        assert (message["opcode"], message["result"]["code"]) == ("error", code)
        assert visitor.socket.ping().wait(10), "the socket is still open"


def test_a_locked_room_takes_no_player_but_still_a_shard(service: Service, rooms: ThreadedFakeRooms) -> None:
    room = rooms.open("PLAY")
    rooms.do(room.start)
    with service.visit("PLAY", "player") as player:
        assert player.receive()["result"]["code"] == 2009
    with service.visit("PLAY", "shard") as shard:
        assert shard.receive()["opcode"] == "client/welcome"


def test_an_unknown_room_is_an_error_on_the_socket(service: Service) -> None:
    with service.visit("NONE", "shard") as shard:
        assert shard.receive()["result"]["code"] == 2013


def test_a_handshake_without_the_sub_protocol_is_refused(service: Service, rooms: ThreadedFakeRooms) -> None:
    rooms.open("PLAY")
    address = f"ws://127.0.0.1:{service.port}/api/v2/rooms/PLAY/play?role=shard"
    with pytest.raises(InvalidStatus) as refused, connect(address, proxy=None):
        pass
    assert refused.value.response.status_code == 400
    assert b"Sec-WebSocket-Protocol" in (refused.value.response.body or b"")


def test_the_audience_sees_the_state_and_nobody(service: Service, rooms: ThreadedFakeRooms) -> None:
    room = rooms.open("PLAY")
    rooms.do(room.join, "ANN")
    with service.visit("PLAY", "audience", path="audience") as audience, service.visit("PLAY", "shard") as shard:
        raw = audience.socket.recv(timeout=10)
        assert isinstance(raw, str)
        assert raw.endswith("\n")
        shard_welcome = shard.receive()["result"]
        rooms.do(room.join, "BOB")
        rooms.do(room.start)
        heard = [audience.receive() for _ in range(3)]
    assert '"here":null,"profile":null' in raw
    assert [message["opcode"] for message in heard] == ["object", "object", "room/lock"]
    assert {message["pc"] for message in heard} == {777}
    assert all("audience" not in one["roles"] for one in shard_welcome["here"].values())


def test_a_shard_reads_by_key_what_it_is_not_sent_and_writes_nothing(
    service: Service, rooms: ThreadedFakeRooms
) -> None:
    room = rooms.open("PLAY", kind=Kind.PRIVATE)
    ann = rooms.do(room.join, "ANN")
    with service.visit("PLAY", "shard") as shard:
        assert shard.receive()["result"]["entities"] == {}
        seat = shard.ask("object/get", key=f"player:{ann.id}")
        assert seat["result"]["val"]["joinedPlayers"] == 1
        assert shard.ask("object/get", key="player:99")["result"]["code"] == 2005
        assert shard.ask("object/update", key=f"player:{ann.id}", val={})["result"]["code"] == 2023
        assert shard.ask("room/exit")["result"]["code"] == 2023
        assert shard.ask("room/get-audience")["result"]["code"] == 2023
        assert shard.ask("nonsense")["result"]["code"] == 2003
    assert room.entities[f"player:{ann.id}"].value["joinedPlayers"] == 1
    assert ("shard", "object/update") in room.received


@pytest.mark.parametrize("frame", ["hello", "[1]", "[" * 100_000, b"\xff\xfe", "5"])
def test_nonsense_from_a_client_is_a_parse_error(
    service: Service, rooms: ThreadedFakeRooms, frame: str | bytes
) -> None:
    rooms.open("PLAY")
    with service.visit("PLAY", "shard") as shard:
        shard.receive()
        shard.socket.send(frame)
        assert shard.receive()["result"]["code"] == 2001


def test_players_write_their_own_and_send_to_the_host(service: Service, rooms: ThreadedFakeRooms) -> None:
    room = rooms.open("PLAY", kind=Kind.PRIVATE)
    rooms.do(room.join, "ANN")
    with (
        service.visit("PLAY", "player", name="PIA") as pia,
        service.visit("PLAY", "host", query={"host-token": room.clients[1].secret}) as host,
    ):
        own = f"player:{pia.receive()['result']['id']}"
        host.receive()
        assert pia.ask("object/update", key=own, val={"kind": "mine"})["opcode"] == "ok"
        assert pia.ask("object/update", key="player:2", val={})["result"]["code"] == 2023
        assert pia.ask("client/send", to=1, body={"action": "start"})["opcode"] == "ok"
        assert host.receive_until("client/send")["result"]["body"] == {"action": "start"}
    assert room.entities[own].value == {"kind": "mine"}


def test_the_end_of_a_room_is_told_and_closes_its_sockets(service: Service, rooms: ThreadedFakeRooms) -> None:
    room = rooms.open("PLAY")
    with service.visit("PLAY", "shard") as shard:
        shard.receive()
        rooms.do(room.exit, 1)
        (last,) = shard.rest()
        assert (last["opcode"], last["result"]) == ("room/exit", {"cause": 1})
        assert shard.socket.close_code == 1000


def test_a_host_that_vanishes_cuts_the_sockets_without_a_word(service: Service, rooms: ThreadedFakeRooms) -> None:
    room = rooms.open("PLAY")
    with service.visit("PLAY", "shard") as shard:
        shard.receive()
        rooms.do(room.vanish)
        with pytest.raises(ConnectionClosedError):
            shard.rest()
        assert shard.socket.close_code == 1006
    assert service.get("/api/v2/rooms/PLAY").status_code == 404


def test_a_room_whose_sockets_are_cut_goes_on(service: Service, rooms: ThreadedFakeRooms) -> None:
    room = rooms.open("PLAY")
    with service.visit("PLAY", "shard") as shard:
        shard.receive()
        rooms.do(room.cut)
        with pytest.raises(ConnectionClosedError):
            shard.rest()
    with service.visit("PLAY", "shard") as again:
        assert again.receive()["opcode"] == "client/welcome"


def test_waiting_ends_when_a_client_has_asked_and_when_an_entity_changes(
    service: Service, rooms: ThreadedFakeRooms
) -> None:
    room = rooms.open("PLAY")
    with service.visit("PLAY", "shard") as shard:
        shard.receive()
        shard.socket.send('{"seq": 1, "opcode": "object/get", "params": {"key": "extra"}}')
        rooms.until(lambda: ("shard", "object/get") in room.received)
        assert shard.receive()["result"]["code"] == 2005
        rooms.do(room.set, "extra", {"n": 1})
        rooms.until(lambda: "extra" in room.entities)
        assert shard.receive()["result"]["val"] == {"n": 1}
        rooms.do(room.drop, "extra")
        assert shard.receive() == {"pc": 4, "opcode": "drop", "result": {"key": "extra"}}


def test_waiting_ends_when_a_follower_comes_and_fails_where_nobody_does(
    service: Service, rooms: ThreadedFakeRooms
) -> None:
    room = rooms.open("PLAY")
    with pytest.raises(TimeoutError):
        rooms.until(lambda: bool(room.connected("shard")), seconds=0.05)
    with service.visit("PLAY", "shard"):
        rooms.until(lambda: bool(room.connected("shard")))
    rooms.until(lambda: not room.connected("shard"))


def test_a_question_that_fails_is_the_trouble_of_who_waits(rooms: ThreadedFakeRooms) -> None:
    room = rooms.open("PLAY")
    calls: list[int] = []

    def fails_later() -> bool:
        calls.append(1)
        return len(calls) > 1 and room.player("NOBODY").present

    async def wait_and_join() -> None:
        waiting = asyncio.ensure_future(rooms.fake.until(fails_later))
        await asyncio.sleep(0)
        room.join("ANN")
        with pytest.raises(KeyError, match="NOBODY"):
            await waiting

    rooms.run(wait_and_join())
    assert [player.name for player in room.players] == ["ANN"]
