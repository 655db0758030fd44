import httpx
import pytest

from gamenight.fake_rooms.threaded import ThreadedFakeRooms
from tests.fake_rooms.conftest import Service


def test_a_room_says_its_game_and_where_its_socket_is(service: Service, rooms: ThreadedFakeRooms) -> None:
    rooms.open("PLAY", app_tag="fourbage", min_players=2, max_players=7)
    answer = service.get("/api/v2/rooms/PLAY").json()
    assert answer["ok"] is True
    expected = {"appTag": "fourbage", "code": "PLAY", "minPlayers": 2, "maxPlayers": 7, "locked": False, "full": False}
    assert answer["body"] == answer["body"] | expected
    assert answer["body"]["host"] == answer["body"]["audienceHost"] == f"127.0.0.1:{service.port}"


def test_locked_and_full_come_with_the_start_and_the_last_seat(service: Service, rooms: ThreadedFakeRooms) -> None:
    room = rooms.open("PLAY", max_players=2)
    rooms.do(room.join, "ANN")
    assert not service.get("/api/v2/rooms/PLAY").json()["body"]["full"]
    rooms.do(room.join, "BOB")
    rooms.do(room.start)
    body = service.get("/api/v2/rooms/PLAY").json()["body"]
    assert (body["full"], body["locked"]) == (True, True)


@pytest.mark.parametrize(
    "path",
    ["/api/v2/rooms/NONE", "/api/v2/rooms/play", "/api/v2/rooms/NONE/connections", "/api/v2/rooms/NONE/info"],
)
def test_an_unknown_room_is_a_404_and_case_matters(service: Service, rooms: ThreadedFakeRooms, path: str) -> None:
    rooms.open("PLAY")
    assert service.get("/api/v2/rooms/PLAY").status_code == 200
    answer = service.get(path)
    assert (answer.status_code, answer.json()) == (404, {"ok": False, "error": "no such room"})


@pytest.mark.parametrize("path", ["/api/v2/rooms/PLAY/players", "/api/v1/rooms/PLAY", "/", "/api/v2/app-configs/x"])
def test_paths_that_the_service_does_not_have_are_404(service: Service, rooms: ThreadedFakeRooms, path: str) -> None:
    rooms.open("PLAY")
    assert service.get(path).status_code == 404


def test_the_play_address_without_an_upgrade_is_a_400(service: Service, rooms: ThreadedFakeRooms) -> None:
    rooms.open("PLAY")
    assert service.get("/api/v2/rooms/PLAY/play").status_code == 400
    assert service.get("/api/v2/audience/PLAY/play").status_code == 400


def test_connections_never_go_down(service: Service, rooms: ThreadedFakeRooms) -> None:
    room = rooms.open("PLAY")
    rooms.do(room.join, "ANN")
    rooms.do(room.leave, "ANN")
    with service.visit("PLAY", "shard") as visitor:
        visitor.receive()
    answer = service.get("/api/v2/rooms/PLAY/connections").json()
    assert answer == {"ok": True, "body": {"connections": 3}}


def test_the_older_answers_are_there_too(service: Service, rooms: ThreadedFakeRooms) -> None:
    room = rooms.open("PLAY", app_tag="fibbage2")
    assert service.get("/api/v2/rooms/PLAY/info").json()["apptag"] == "fibbage2"
    legacy = service.get("/room/PLAY")
    assert legacy.headers["Content-Type"].startswith("text/plain")
    assert legacy.json()["joinAs"] == "player"
    rooms.do(room.start)
    assert service.get("/room/PLAY").json()["joinAs"] == "audience"
    assert service.get("/room/NONE").json() == {"success": False, "error": "Invalid Room Code"}


def test_a_room_that_is_over_is_gone_and_its_code_may_be_used_again(service: Service, rooms: ThreadedFakeRooms) -> None:
    first = rooms.open("PLAY", app_tag="quiplash3")
    with pytest.raises(ValueError, match="still open"):
        rooms.open("PLAY")
    rooms.do(first.exit)
    assert service.get("/api/v2/rooms/PLAY").status_code == 404
    rooms.open("PLAY", app_tag="fourbage")
    assert service.get("/api/v2/rooms/PLAY").json()["body"]["appTag"] == "fourbage"


def test_nothing_but_get_is_answered_and_it_is_noted(service: Service, rooms: ThreadedFakeRooms) -> None:
    assert httpx.post(f"{service.url}/api/v2/rooms", json={"appTag": "quiplash3"}).status_code == 405
    assert [(heard.method, heard.path) for heard in rooms.fake.received] == [("POST", "/api/v2/rooms")]


def test_rooms_without_a_code_get_one_that_is_free(rooms: ThreadedFakeRooms) -> None:
    codes = {rooms.open().code for _ in range(20)}
    assert len(codes) == 20
    assert all(len(code) == 4 and code.isalpha() and code.isupper() for code in codes)
