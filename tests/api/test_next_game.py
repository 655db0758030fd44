"""What the host sets of a night: its next game, and whether the overlay hides the room code."""

from typing import Any

import pytest

from tests.support.clients import Host, Listener, a_guest
from tests.support.server import Served

NEXT_GAME = ("title", "pack_name", "game_type", "min_players", "max_players", "symbol", "ticker")


@pytest.fixture
def path(hana: Host) -> str:
    return f"/api/sessions/{hana.a_session()['id']}"


def set_next_game(hana: Host, path: str, game_id: int | None) -> dict[str, Any]:
    return hana.ok(hana.patch(path, json={"next_game_id": game_id}))


def test_a_night_begins_without_a_next_game_and_with_its_code_shown(hana: Host) -> None:
    session = hana.a_session()
    assert (session["next_game"], session["overlay_code_hidden"]) == (None, 0)


def test_everybody_sees_which_game_is_next(server: Served, hana: Host, path: str) -> None:
    game = hana.get("/api/games/7").json()
    expected = {"game_id": 7} | {name: game[name] for name in NEXT_GAME}
    with Listener(server.live_url) as bix, a_guest(server.url) as omar:
        bix.authenticate(hana.token)
        bix.subscribe(int(path.rpartition("/")[2]))
        assert set_next_game(hana, path, 7)["next_game"] == expected
        assert bix.receive_until("session.updated")["data"]["session"]["next_game"] == expected
        assert omar.get(path).json()["next_game"] == expected
        assert omar.get("/api/sessions/active").json()["next_game"] == expected
        assert set_next_game(hana, path, None)["next_game"] is None
        assert bix.receive_until("session.updated")["data"]["session"]["next_game"] is None


def test_the_next_game_is_cleared_once_it_is_added(server: Served, hana: Host, path: str) -> None:
    session_id = int(path.rpartition("/")[2])
    set_next_game(hana, path, 7)
    hana.a_game(session_id, 8)
    assert hana.get(path).json()["next_game"]["game_id"] == 7
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        bix.subscribe(session_id)
        hana.a_game(session_id, 7)
        assert bix.receive_until("game.added")["data"]["session"]["next_game"] is None
    assert hana.get(path).json()["next_game"] is None


def test_undoing_that_it_was_added_makes_it_the_next_game_again(hana: Host, path: str) -> None:
    session_id = int(path.rpartition("/")[2])
    set_next_game(hana, path, 7)
    hana.a_game(session_id, 7)
    assert hana.ok(hana.post(f"{path}/undo"))["session"]["next_game"]["game_id"] == 7
    hana.a_game(session_id, 7)
    set_next_game(hana, path, 9)
    assert hana.ok(hana.post(f"{path}/undo"))["session"]["next_game"]["game_id"] == 9


def test_undoing_something_else_leaves_the_next_game_alone(hana: Host, path: str) -> None:
    session_id = int(path.rpartition("/")[2])
    set_next_game(hana, path, 7)
    game = hana.a_game(session_id, 8)
    hana.set_status(game, "skipped")
    set_next_game(hana, path, None)
    assert hana.ok(hana.post(f"{path}/undo"))["session"]["next_game"] is None


def test_a_night_that_is_over_has_no_next_game_and_takes_none(hana: Host, path: str) -> None:
    set_next_game(hana, path, 7)
    assert hana.ok(hana.post(f"{path}/close"))["next_game"] is None
    assert [each["next_game"] for each in hana.get("/api/sessions").json()] == [None]
    refused = hana.patch(path, json={"next_game_id": 8})
    assert (refused.status_code, refused.json()["code"]) == (400, "session_closed")
    assert hana.ok(hana.post(f"{path}/undo"))["session"]["next_game"]["game_id"] == 7


def test_a_game_that_is_not_in_the_catalogue_can_not_be_next(hana: Host, path: str) -> None:
    set_next_game(hana, path, 7)
    for game_id, status, code in (
        (7777, 404, "game_not_found"),
        (0, 400, "invalid_request"),
        ("seven", 400, "invalid_request"),
    ):
        refused = hana.patch(path, json={"next_game_id": game_id, "notes": "lost"})
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    session = hana.get(path).json()
    assert (session["next_game"]["game_id"], session["notes"]) == (7, None)


def test_the_next_game_shows_under_its_present_name(hana: Host, path: str) -> None:
    set_next_game(hana, path, 7)
    hana.ok(hana.put("/api/games/7", json={"title": "House Rules"}))
    assert hana.get(path).json()["next_game"]["title"] == "House Rules"


def test_the_overlays_code_is_hidden_and_shown_again_for_everybody(server: Served, hana: Host, path: str) -> None:
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        bix.subscribe(int(path.rpartition("/")[2]))
        for given, hidden in ((True, 1), (0, 0), (1, 1)):
            assert hana.ok(hana.patch(path, json={"overlay_code_hidden": given}))["overlay_code_hidden"] == hidden
            assert bix.receive_until("session.updated")["data"]["session"]["overlay_code_hidden"] == hidden
    refused = hana.patch(path, json={"overlay_code_hidden": 2})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")


def test_a_new_night_shows_its_code_again(hana: Host, path: str) -> None:
    hana.ok(hana.patch(path, json={"overlay_code_hidden": True}))
    hana.ok(hana.post(f"{path}/close"))
    assert hana.a_session()["overlay_code_hidden"] == 0


def test_a_game_that_is_set_playing_again_comes_no_longer(server: Served, hana: Host, path: str) -> None:
    session_id = int(path.rpartition("/")[2])
    game = hana.set_status(hana.a_game(session_id, 7), "skipped")
    set_next_game(hana, path, 7)
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        bix.subscribe(session_id)
        hana.set_status(game, "playing")
        assert bix.receive_until("session.updated")["data"]["session"]["next_game"] is None
        assert hana.ok(hana.post(f"{path}/undo"))["session"]["next_game"]["game_id"] == 7
        assert bix.receive_until("session.updated")["data"]["session"]["next_game"]["game_id"] == 7


def test_a_next_game_that_the_host_cleared_does_not_come_back_by_undoing_another_game(hana: Host, path: str) -> None:
    set_next_game(hana, path, 7)
    hana.a_game(int(path.rpartition("/")[2]), 8)
    set_next_game(hana, path, None)
    assert hana.ok(hana.post(f"{path}/undo"))["session"]["next_game"] is None


def test_a_game_that_leaves_the_catalogue_does_not_come_next(hana: Host, path: str) -> None:
    set_next_game(hana, path, 7)
    hana.ok(hana.delete("/api/games/7"))
    assert hana.get(path).json()["next_game"] is None


def test_the_list_of_nights_is_told_of_what_comes_next(server: Served, hana: Host, path: str) -> None:
    session_id = int(path.rpartition("/")[2])
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        set_next_game(hana, path, 7)
        assert bix.receive_until("sessions.changed")["data"]["listedSession"]["next_game"]["game_id"] == 7
        hana.a_game(session_id, 7)
        assert bix.receive_until("sessions.changed")["data"]["listedSession"]["next_game"] is None
        hana.ok(hana.post(f"{path}/undo"))
        assert bix.receive_until("sessions.changed")["data"]["listedSession"] == hana.get("/api/sessions").json()[0]
