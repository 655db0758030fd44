"""The room code is enough: the room says which game it plays."""

import httpx
import pytest

from gamenight.fake_rooms.faults import named
from gamenight.fake_rooms.threaded import ThreadedFakeRooms
from tests.support.clients import Host, Listener


def by_code(hana: Host, session_id: int, code: str, **headers: str) -> tuple[int, dict[str, object]]:
    answer = hana.post(f"/api/sessions/{session_id}/games", json={"room_code": code}, headers=headers)
    return answer.status_code, answer.json()


def test_a_room_code_alone_adds_the_game_that_the_room_plays(rooms: ThreadedFakeRooms, hana: Host) -> None:
    rooms.open("AAAA", app_tag="fourbage")
    status, game = by_code(hana, hana.a_session()["id"], "AAAA")
    assert (status, game["title"], game["room_code"], game["status"]) == (201, "Fibbage 4", "AAAA", "playing")


def test_a_title_in_several_packs_is_asked_about(rooms: ThreadedFakeRooms, hana: Host) -> None:
    rooms.open("AAAA", app_tag="quiplash3")
    session = hana.a_session()
    status, answer = by_code(hana, session["id"], "AAAA")
    assert (status, answer["code"]) == (409, "several_games_fit")
    candidates = answer["candidates"]
    assert isinstance(candidates, list)
    assert {each["pack_name"] for each in candidates} == {"The Jackbox Party Pack 7", "The Jackbox Party Starter"}
    assert hana.games_of(session["id"]) == []
    hana.ok(hana.patch(f"/api/games/{candidates[0]['id']}/toggle"))
    status, game = by_code(hana, session["id"], "AAAA")
    assert (status, game["game_id"]) == (201, candidates[1]["id"])


def test_an_unknown_room_and_an_unknown_tag_are_said_clearly(rooms: ThreadedFakeRooms, hana: Host) -> None:
    session = hana.a_session()
    assert by_code(hana, session["id"], "NONE")[1]["code"] == "room_not_found"
    rooms.open("AAAA", app_tag="brandnew")
    status, answer = by_code(hana, session["id"], "AAAA")
    assert (status, answer["code"], answer["appTag"]) == (404, "app_tag_unknown", "brandnew")
    hana.ok(hana.put("/api/games/5", json={"app_tags": ["brandnew"]}))
    status, game = by_code(hana, session["id"], "AAAA")
    assert (status, game["game_id"]) == (201, 5)


def test_where_no_game_can_be_added_no_room_is_looked_up(rooms: ThreadedFakeRooms, hana: Host) -> None:
    session = hana.a_session()
    hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    assert by_code(hana, session["id"], "AAAA")[1]["code"] == "session_closed"
    assert by_code(hana, 77, "AAAA")[1]["code"] == "session_not_found"
    assert not rooms.fake.received


def test_a_service_that_does_not_answer_changes_nothing(rooms: ThreadedFakeRooms, hana: Host) -> None:
    rooms.fake.faults = named("html")
    session = hana.a_session()
    status, answer = by_code(hana, session["id"], "AAAA")
    assert (status, answer["code"]) == (503, "room_service_unavailable")
    assert hana.games_of(session["id"]) == []


def test_the_same_request_again_adds_nothing_also_when_the_room_is_gone(rooms: ThreadedFakeRooms, hana: Host) -> None:
    room = rooms.open("AAAA", app_tag="fourbage")
    session = hana.a_session()
    headers = {"Idempotency-Key": "one"}
    first = hana.post(f"/api/sessions/{session['id']}/games", json={"room_code": "AAAA"}, headers=headers)
    rooms.do(room.exit)
    again = hana.post(f"/api/sessions/{session['id']}/games", json={"room_code": "AAAA"}, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(hana.games_of(session["id"])) == 1


def test_a_code_whose_room_plays_something_else_is_taken_with_a_warning(rooms: ThreadedFakeRooms, hana: Host) -> None:
    rooms.open("AAAA", app_tag="fourbage")
    session = hana.a_session()
    game = hana.a_game(session["id"], 1)
    path = f"/api/sessions/{session['id']}/games/{game['id']}/room-code"
    answer = hana.ok(hana.patch(path, json={"room_code": "AAAA"}))
    assert answer["room_code"] == "AAAA"
    assert answer["warning"] == f"The room AAAA plays Fibbage 4, not {game['title']}."
    assert answer["app_tag"] == "fourbage"
    fits = next(each for each in hana.get("/api/games").json() if each["title"] == "Fibbage 4")
    fitting = hana.a_game(session["id"], fits["id"])
    path = f"/api/sessions/{session['id']}/games/{fitting['id']}/room-code"
    answer = hana.ok(hana.patch(path, json={"room_code": "AAAA"}))
    assert "warning" not in answer


def test_the_picker_takes_the_rooms_own_count(rooms: ThreadedFakeRooms, hana: Host, listening: Listener) -> None:
    def pick() -> httpx.Response:
        return hana.post("/api/pick", json={"playerCount": "live"})

    assert (pick().status_code, pick().json()["code"]) == (409, "no_live_count")
    session = hana.a_session()
    listening.subscribe(session["id"])
    assert pick().status_code == 409
    room = rooms.open("AAAA", max_players=10)
    hana.a_game(session["id"], 1, room_code="AAAA")
    for name in "ABCDEFGHI":
        rooms.do(room.join, name)
    listening.receive_event("player-count.updated", playerCount=9)
    picked = hana.ok(pick())
    assert picked["playerCount"] == 9
    assert picked["game"]["max_players"] >= 9


@pytest.mark.parametrize(
    ("tag", "title", "other"),
    [
        ("fourbage", "Quiplash 2", "Fibbage 4"),
        ("fourbage", "Fibbage 4", None),
        ("brandnew", "Fibbage 4", "brandnew"),
        # What has no tag may be any room's game.
        ("brandnew", "House Rules", None),
    ],
)
def test_everybody_hears_that_a_room_plays_something_else(
    rooms: ThreadedFakeRooms, hana: Host, listening: Listener, tag: str, title: str, other: str | None
) -> None:
    ours = {"title": "House Rules", "pack_name": "Ours", "min_players": 1, "max_players": 8}
    hana.ok(hana.post("/api/games", json=ours))
    rooms.open("AAAA", app_tag=tag)
    session = hana.a_session()
    listening.subscribe(session["id"])
    game_id = next(each["id"] for each in hana.get("/api/games").json() if each["title"] == title)
    game = hana.a_game(session["id"], game_id, room_code="AAAA")
    assert listening.receive_until("room.connected")["data"]["otherGame"] == other
    path = f"/api/sessions/{session['id']}/games/{game['id']}/status-live"
    assert hana.get(path).json()["otherGame"] == other


def test_the_edition_that_is_switched_off_is_no_other_game(
    rooms: ThreadedFakeRooms, hana: Host, listening: Listener
) -> None:
    rooms.open("AAAA", app_tag="quiplash3")
    session = hana.a_session()
    listening.subscribe(session["id"])
    editions = [each for each in hana.get("/api/games").json() if each["title"] == "Quiplash 3"]
    assert len(editions) > 1
    hana.ok(hana.patch(f"/api/games/{editions[0]['id']}/toggle", json={"enabled": False}))
    hana.a_game(session["id"], editions[0]["id"], room_code="AAAA")
    assert listening.receive_until("room.connected")["data"]["otherGame"] is None
