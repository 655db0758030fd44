import json
import socket

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, InvalidMessage, InvalidStatus, ProtocolError

from gamenight.fake_rooms import faults
from gamenight.fake_rooms.faults import JoinFlood, PingFlood, Refuse
from gamenight.fake_rooms.room import Room
from gamenight.fake_rooms.threaded import ThreadedFakeRooms, running
from tests.fake_rooms.conftest import Service

SHORT = 0.2
"""Long enough for an answer on loopback; who stays silent for so long is taken for silent."""


@pytest.fixture
def room(rooms: ThreadedFakeRooms) -> Room:
    return rooms.open("PLAY")


def first_words(service: Service, count: int, upgrade: bool = False) -> bytes:
    """The first bytes of an answer, read from a bare socket."""
    more = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    more += "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ecast-v0\r\n"
    path = "/play?role=shard" if upgrade else ""
    request = f"GET /api/v2/rooms/PLAY{path} HTTP/1.1\r\nHost: fake\r\n{more if upgrade else ''}\r\n"
    with socket.create_connection(("127.0.0.1", service.port), timeout=5) as bare:
        bare.sendall(request.encode())
        received = b""
        while len(received) < count:
            got = bare.recv(4096)
            if not got:
                break
            received += got
    return received


def test_every_named_fault_can_be_had_and_changed_without_touching_the_others() -> None:
    for name in faults.known():
        mine = faults.named(name)
        assert mine == faults.known()[name]
        mine.info["changed"] = True
        mine.sockets["changed"] = faults.Silence()
        assert mine != faults.known()[name]


@pytest.mark.parametrize(
    ("name", "status", "content_type"),
    [
        ("html", 403, "text/html"),
        ("not-json", 200, "application/json"),
        ("wrong-json", 200, "application/json"),
        ("deep-rest", 200, "application/json"),
        ("redirected", 302, "application/json"),
        ("rate-limited", 429, "application/json"),
        ("blocked", 403, "application/json"),
        ("broken", 500, "application/json"),
        ("unavailable", 503, "application/json"),
    ],
)
def test_rest_answers_as_the_fault_says(
    service: Service, room: Room, name: str, status: int, content_type: str
) -> None:
    assert service.get("/api/v2/rooms/PLAY").json()["body"]["code"] == "PLAY"
    room.faults = faults.named(name)
    answer = service.get("/api/v2/rooms/PLAY")
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (status, content_type)
    with pytest.raises((ValueError, RecursionError, KeyError, TypeError)):
        _ = json.loads(answer.text)["body"]["code"]


def test_a_limited_client_is_told_when_to_come_back(service: Service, room: Room) -> None:
    room.faults = faults.named("rate-limited")
    assert service.get("/api/v2/rooms/PLAY").headers["Retry-After"] == "2"


def test_a_huge_answer_is_huge(service: Service, room: Room) -> None:
    room.faults = faults.named("huge-rest")
    with httpx.stream("GET", f"{service.url}/api/v2/rooms/PLAY") as answer:
        assert int(answer.headers["Content-Length"]) > 16_000_000


def test_a_compressed_answer_is_small_on_its_way_and_large_at_its_end(service: Service, room: Room) -> None:
    room.faults = faults.named("compressed")
    with httpx.stream("GET", f"{service.url}/api/v2/rooms/PLAY") as answer:
        assert int(answer.headers["Content-Length"]) < 1000
        assert len(answer.read()) == faults.HUGE


@pytest.mark.parametrize(("name", "upgrade"), [("silent-rest", False), ("silent-handshake", True)])
def test_silence_takes_the_request_and_says_nothing(
    service: Service, rooms: ThreadedFakeRooms, room: Room, name: str, upgrade: bool
) -> None:
    room.faults = faults.named(name)
    with pytest.raises(httpx.ReadTimeout) if not upgrade else pytest.raises(TimeoutError):
        if upgrade:
            with service.visit("PLAY", "shard", timeout=SHORT):
                pass
        else:
            httpx.get(f"{service.url}/api/v2/rooms/PLAY", timeout=SHORT)
    assert rooms.fake.received[-1].socket is upgrade
    assert first_words(service, 12, upgrade=not upgrade).startswith(b"HTTP/1.1 ")


def test_a_mute_socket_opens_and_says_nothing(service: Service, room: Room) -> None:
    room.faults = faults.named("silent-socket")
    with service.visit("PLAY", "shard") as shard:
        with pytest.raises(TimeoutError):
            shard.socket.recv(timeout=SHORT)
        assert shard.socket.ping().wait(10)


def test_a_socket_without_a_welcome_hears_of_the_room(service: Service, rooms: ThreadedFakeRooms, room: Room) -> None:
    room.faults = faults.named("no-welcome")
    with service.visit("PLAY", "shard") as shard:
        rooms.until(lambda: bool(room.connected("shard")))
        rooms.do(room.lock)
        assert shard.receive()["opcode"] == "room/lock"


def test_rest_is_cut(service: Service, room: Room) -> None:
    room.faults = faults.named("cut-rest")
    with pytest.raises(httpx.TransportError):
        service.get("/api/v2/rooms/PLAY")


def test_a_slow_answer_comes_byte_by_byte(service: Service, room: Room) -> None:
    room.faults = faults.Faults(rest=faults.Drip(100))
    assert first_words(service, 9)[:9] == b"HTTP/1.1 "


def test_a_slow_socket_sends_its_welcome_byte_by_byte(service: Service, room: Room) -> None:
    room.faults = faults.Faults(sockets={"shard": faults.Drip(5_000)})
    with service.visit("PLAY", "shard") as shard:
        assert shard.receive()["opcode"] == "client/welcome"


@pytest.mark.parametrize("name", ["html-handshake", "broken"])
def test_a_handshake_is_refused_over_http(service: Service, room: Room, name: str) -> None:
    room.faults = faults.named(name)
    with pytest.raises(InvalidStatus) as refused, service.visit("PLAY", "shard"):
        pass
    assert refused.value.response.status_code in {403, 500}


def test_a_handshake_is_sent_elsewhere(service: Service, room: Room) -> None:
    room.faults = faults.named("redirected-handshake")
    answer = first_words(service, 1000, upgrade=True)
    assert answer.startswith(b"HTTP/1.1 302 ")
    assert b"Location: ws://10.0.0.1/" in answer


def test_a_handshake_is_cut(service: Service, room: Room) -> None:
    room.faults = faults.named("cut-handshake")
    with pytest.raises((InvalidMessage, OSError, EOFError)), service.visit("PLAY", "shard"):
        pass


@pytest.mark.parametrize(("name", "welcomed"), [("cut-before-welcome", False), ("cut-after-welcome", True)])
def test_a_socket_is_cut(service: Service, room: Room, name: str, welcomed: bool) -> None:
    room.faults = faults.named(name)
    with service.visit("PLAY", "shard") as shard:
        if welcomed:
            assert shard.receive()["opcode"] == "client/welcome"
        with pytest.raises(ConnectionClosedError):
            shard.rest()
        assert shard.socket.close_code == 1006


@pytest.mark.parametrize(
    ("name", "code"),
    [("no-such-role", 2014), ("password-required", 2017), ("denied", 2023), ("over-but-listed", 2027)],
)
def test_an_error_in_place_of_the_welcome_leaves_the_socket_open(
    service: Service, room: Room, name: str, code: int
) -> None:
    room.faults = faults.named(name)
    with service.visit("PLAY", "shard") as shard:
        assert shard.receive()["result"]["code"] == code
        assert shard.socket.ping().wait(10)
    assert service.get("/api/v2/rooms/PLAY").status_code == 200


def test_a_fault_of_one_role_leaves_the_others_alone(service: Service, room: Room) -> None:
    room.faults = faults.Faults(sockets={"shard": Refuse(2014, "no such role: shard", close=1000)})
    with service.visit("PLAY", "shard") as shard:
        assert [message["result"]["code"] for message in shard.rest()] == [2014]
    with service.visit("PLAY", "audience", path="audience") as audience:
        assert audience.receive()["opcode"] == "client/welcome"


def test_a_room_may_be_over_while_rest_still_lists_it(service: Service, rooms: ThreadedFakeRooms, room: Room) -> None:
    room.faults = faults.Faults(listed_when_over=True)
    rooms.do(room.exit)
    assert service.get("/api/v2/rooms/PLAY").status_code == 200
    with service.visit("PLAY", "shard") as shard:
        assert shard.receive()["result"]["code"] == 2027


@pytest.mark.parametrize(("name", "messages"), [("try-later", 0), ("try-later-after-welcome", 1)])
def test_a_service_that_says_try_later_closes_each_time(service: Service, room: Room, name: str, messages: int) -> None:
    room.faults = faults.named(name)
    for _ in range(2):
        with service.visit("PLAY", "shard") as shard:
            for _message in range(messages):
                shard.receive()
            with pytest.raises(ConnectionClosed):
                shard.receive()
            assert shard.socket.close_code == 1013


@pytest.mark.parametrize(("name", "close_code"), [("huge-frame", 1009), ("bad-utf8", 1007)])
def test_frames_that_no_client_takes_follow_the_welcome(
    service: Service, room: Room, name: str, close_code: int
) -> None:
    room.faults = faults.named(name)
    with service.visit("PLAY", "shard") as shard:
        assert shard.receive()["opcode"] == "client/welcome"
        with pytest.raises((ConnectionClosedError, ProtocolError)):
            shard.receive()
        sent = shard.socket.protocol.close_sent
        assert sent is not None
        assert sent.code == close_code


@pytest.mark.parametrize("name", ["no-json-frame", "deep-frame"])
def test_frames_that_are_no_message_follow_the_welcome(service: Service, room: Room, name: str) -> None:
    room.faults = faults.named(name)
    with service.visit("PLAY", "shard") as shard:
        assert shard.receive()["opcode"] == "client/welcome"
        with pytest.raises((ValueError, RecursionError)):
            shard.receive()


def test_a_welcome_of_wrong_types_comes_in_place_of_the_real_one(service: Service, room: Room) -> None:
    room.faults = faults.named("wrong-types")
    with service.visit("PLAY", "shard") as shard:
        assert shard.receive()["pc"] == "many"


def test_pings_flood_a_client_which_is_welcomed_all_the_same(service: Service, room: Room) -> None:
    room.faults = faults.Faults(sockets={"shard": PingFlood(per_second=100_000, total=500)})
    with service.visit("PLAY", "shard") as shard:
        assert shard.receive()["opcode"] == "client/welcome"
        assert shard.socket.ping().wait(10)


def test_joins_flood_a_client(service: Service, room: Room) -> None:
    room.faults = faults.Faults(sockets={"shard": JoinFlood(per_second=100_000, total=2_000)})
    with service.visit("PLAY", "shard") as shard:
        shard.receive()
        assert len({shard.receive_until("client/connected")["result"]["id"] for _ in range(2_000)}) == 2_000
    assert room.players == []


def test_rest_may_name_another_host(service: Service, room: Room) -> None:
    room.faults = faults.named("private-host")
    assert service.get("/api/v2/rooms/PLAY").json()["body"]["host"] == "10.0.0.1"


def test_here_may_be_null_empty_or_have_text_ids(service: Service, rooms: ThreadedFakeRooms, room: Room) -> None:
    rooms.do(room.join, "ANN")
    received = {}
    for name in ("here-null", "here-empty", "text-ids"):
        room.faults = faults.named(name)
        with service.visit("PLAY", "shard") as shard:
            received[name] = shard.receive()["result"]["here"]
    assert received["here-null"] is None
    assert received["here-empty"] == {}
    assert received["text-ids"]["2"]["id"] == "2"


def test_the_whole_service_may_misbehave_but_a_rooms_own_fault_goes_before(
    service: Service, rooms: ThreadedFakeRooms, room: Room
) -> None:
    rooms.open("ELSE")
    rooms.fake.faults = faults.named("unavailable")
    room.faults = faults.named("rate-limited")
    codes = [service.get(f"/api/v2/rooms/{code}").status_code for code in ("ELSE", "NONE", "PLAY")]
    assert codes == [503, 503, 429]


def test_the_service_ends_while_clients_wait_for_it() -> None:
    with running() as rooms:
        rooms.fake.faults = faults.named("silence")
        waiting = socket.create_connection(("127.0.0.1", rooms.fake.port), timeout=5)
        waiting.sendall(b"GET /api/v2/rooms/PLAY HTTP/1.1\r\nHost: fake\r\n\r\n")
        rooms.until(lambda: len(rooms.fake.received) == 1)
    with waiting:
        assert waiting.recv(10) == b"", "no answer, and an end"
