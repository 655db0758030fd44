"""The games of a night, as clients see them."""

import random
from collections.abc import Callable, Sequence
from typing import Any, get_args

import httpx
from hypothesis import given
from hypothesis import strategies as st

from gamenight.sessions import rules
from gamenight.sessions.schemas import Status
from tests.support.clients import Host, a_guest
from tests.support.error_words import missing_details
from tests.support.server import Served

Look = Callable[..., list[dict[str, Any]]]

FIELDS = {
    *("id", "session_id", "game_id", "title", "pack_name", "game_type", "min_players", "max_players"),
    *("popularity_score", "upvotes", "downvotes", "played_at", "status", "manually_added", "room_code"),
    *("player_count", "player_count_check_status"),
}
STATUSES: tuple[Status, ...] = get_args(Status)

BAD_ROOM_CODES: list[object] = [
    "abcd",
    "ABCd",
    "\uff21\uff22\uff23\uff24",
    "\uff11\uff12\uff13\uff14",
    "ABCÄ",
    "ABCD\n",
    "\nABCD",
    "ABC",
    "ABCDE",
    "",
    "    ",
    "AB D",
    "AB-D",
    "ABC\u0000",
    "ABC\u0661",
    "AB\u200bC",
    1234,
    True,
    ["ABCD"],
    {"code": "ABCD"},
]


def path_of(game: dict[str, Any], rest: str = "") -> str:
    return f"/api/sessions/{game['session_id']}/games/{game['id']}{rest}"


def statuses(host: Host, session: dict[str, Any]) -> list[str]:
    return [game["status"] for game in host.games_of(session["id"])]


def refused(response: httpx.Response, status: int, code: str) -> None:
    assert response.status_code == status, response.text
    assert response.json()["code"] == code
    assert response.json()["error"]
    assert not missing_details(code, response.json())


def test_an_added_game_is_answered_as_its_row(hana: Host, server: Served) -> None:
    session = hana.a_session()
    response = hana.post(f"/api/sessions/{session['id']}/games", json={"game_id": 5})
    assert response.status_code == 201
    game = response.json()
    facts = hana.get("/api/games/5").json()
    assert set(game) >= FIELDS
    assert game["id"] != game["game_id"] == 5
    assert game["session_id"] == session["id"]
    assert (game["status"], game["manually_added"], game["room_code"]) == ("playing", 0, None)
    assert (game["player_count"], game["player_count_check_status"]) == (None, None)
    for same in ("title", "pack_name", "game_type", "min_players", "max_players"):
        assert game[same] == facts[same]
    with a_guest(server.url) as omar:
        assert omar.get(f"/api/sessions/{session['id']}/games").json() == [game]


def test_games_are_listed_in_order_of_adding(hana: Host) -> None:
    session = hana.a_session()
    added = [hana.a_game(session["id"], game_id)["id"] for game_id in (7, 3, 7, 1)]
    assert [game["id"] for game in hana.games_of(session["id"])] == added == sorted(added)
    assert [game["game_id"] for game in hana.games_of(session["id"])] == [7, 3, 7, 1]


def test_booleans_are_taken_in_both_forms_and_given_as_0_and_1(hana: Host) -> None:
    session = hana.a_session()
    for sent, kept in ((True, 1), (False, 0), (1, 1), (0, 0)):
        shown = hana.a_game(session["id"], manually_added=sent)["manually_added"]
        assert shown == kept
        assert not isinstance(shown, bool)
    for wrong in (2, -1, "maybe", None, 1.5):
        response = hana.post(f"/api/sessions/{session['id']}/games", json={"game_id": 1, "manually_added": wrong})
        refused(response, 400, "invalid_request")
    assert len(hana.games_of(session["id"])) == 4


def test_a_new_game_ends_the_one_that_was_playing(hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"], 1)
    assert statuses(hana, session) == ["playing"]
    hana.a_game(session["id"], 2)
    assert statuses(hana, session) == ["played", "playing"]


def test_a_skipped_game_stays_skipped_when_another_starts(hana: Host) -> None:
    session = hana.a_session()
    skipped = hana.a_game(session["id"], 1)
    hana.set_status(skipped, "skipped")
    second = hana.a_game(session["id"], 2)
    assert statuses(hana, session) == ["skipped", "playing"]
    hana.a_game(session["id"], 3)
    hana.set_status(second, "playing")
    assert statuses(hana, session) == ["skipped", "playing", "played"]
    hana.set_status(skipped, "playing")
    assert statuses(hana, session) == ["playing", "played", "played"]


def test_playing_turns_any_other_playing_game_into_played_and_no_other_status_does(hana: Host) -> None:
    session = hana.a_session()
    first, second = hana.a_game(session["id"], 1), hana.a_game(session["id"], 2)
    assert hana.set_status(first, "playing")["status"] == "playing"
    assert statuses(hana, session) == ["playing", "played"]
    hana.set_status(second, "skipped")
    assert statuses(hana, session) == ["playing", "skipped"]
    hana.set_status(second, "played")
    assert statuses(hana, session) == ["playing", "played"]
    hana.set_status(first, "skipped")
    assert statuses(hana, session) == ["skipped", "played"]


def test_after_any_sequence_of_changes_one_game_at_most_is_playing(hana: Host) -> None:
    chance = random.Random(4)
    session = hana.a_session()
    games = [hana.a_game(session["id"], game_id) for game_id in (1, 2, 3)]
    expected = {game["id"]: game["status"] for game in hana.games_of(session["id"])}
    for _step in range(30):
        if chance.random() < 0.2:
            games.append(hana.a_game(session["id"], chance.randint(1, 60)))
            expected |= {id_: "played" for id_, status in expected.items() if status == "playing"}
            expected[games[-1]["id"]] = "playing"
        else:
            game, status = chance.choice(games), chance.choice(STATUSES)
            hana.set_status(game, status)
            if status == "playing":
                expected |= {id_: "played" for id_, known in expected.items() if known == "playing"}
            expected[game["id"]] = status
        shown = {game["id"]: game["status"] for game in hana.games_of(session["id"])}
        assert shown == expected
        assert list(shown.values()).count("playing") <= 1
    assert set(expected.values()) == set(STATUSES), "the sequence has to be a varied one"


@given(
    st.lists(st.sampled_from(STATUSES), min_size=1, max_size=6).filter(lambda start: start.count("playing") <= 1),
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from([*STATUSES, None])), max_size=12),
)
def test_the_rules_keep_one_playing_and_leave_skipped_alone(
    start: Sequence[Status], steps: Sequence[tuple[int, Status | None]]
) -> None:
    games = dict(enumerate(start))
    for place, status in steps:
        chosen = place % len(games)
        changes = rules.end_playing(games) if status is None else rules.transition(games, chosen, status)
        after = games | changes
        assert list(after.values()).count("playing") <= 1
        assert all(games[game] != changed for game, changed in changes.items()), "a change that changes nothing"
        for game, before in games.items():
            if status is not None and game == chosen:
                assert after[game] == status
            elif before == "playing" and status in ("playing", None):
                assert after[game] == "played"
            else:
                assert after[game] == before
        games = after


def test_an_unknown_status_is_refused_and_changes_nothing(hana: Host) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"])
    for body in ({"status": "paused"}, {"status": "PLAYED"}, {"status": None}, {"status": 1}, {}):
        refused(hana.patch(path_of(game, "/status"), json=body), 400, "invalid_request")
    assert hana.games_of(session["id"]) == [game]


def test_a_room_code_is_set_and_cleared(hana: Host) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"])
    for code in ("XY9Z", "0000", "AAAA", None):
        answer = hana.ok(hana.patch(path_of(game, "/room-code"), json={"room_code": code}))
        assert answer == game | {"room_code": code}
        assert hana.games_of(session["id"]) == [answer]


def test_what_is_no_room_code_is_refused_and_changes_nothing(hana: Host) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"], room_code="XY9Z")
    assert game["room_code"] == "XY9Z"
    for code in BAD_ROOM_CODES:
        refused(hana.patch(path_of(game, "/room-code"), json={"room_code": code}), 400, "invalid_request")
        added = hana.post(f"/api/sessions/{session['id']}/games", json={"game_id": 1, "room_code": code})
        refused(added, 400, "invalid_request")
    refused(hana.patch(path_of(game, "/room-code"), json={}), 400, "invalid_request")
    assert hana.games_of(session["id"]) == [game]


def test_a_player_count_is_zero_or_more(hana: Host) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"])
    for count in (0, 1, 8, 100):
        answer = hana.ok(hana.patch(path_of(game, "/player-count"), json={"player_count": count}))
        assert answer["player_count"] == count
        assert hana.games_of(session["id"]) == [answer]
    bad: list[object] = [-1, 2**53, 2**70, 1.5, "eight", None, True, [8]]
    for wrong in bad:
        refused(hana.patch(path_of(game, "/player-count"), json={"player_count": wrong}), 400, "invalid_request")
    refused(hana.patch(path_of(game, "/player-count"), json={}), 400, "invalid_request")
    assert hana.games_of(session["id"]) == [answer]


def test_a_closed_session_takes_no_game_and_starts_none(hana: Host) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"])
    hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    refused(hana.post(f"/api/sessions/{session['id']}/games", json={"game_id": 1}), 400, "session_closed")
    refused(hana.patch(path_of(game, "/status"), json={"status": "playing"}), 400, "session_closed")
    assert hana.games_of(session["id"]) == [game | {"status": "played"}]


def test_a_game_that_the_catalogue_lacks_is_404_and_ends_nothing(hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"])
    for game_id in (9999, 2**31 - 1):
        refused(hana.post(f"/api/sessions/{session['id']}/games", json={"game_id": game_id}), 404, "game_not_found")
    hana.ok(hana.delete("/api/games/2"))
    refused(hana.post(f"/api/sessions/{session['id']}/games", json={"game_id": 2}), 404, "game_not_found")
    assert statuses(hana, session) == ["playing"]


def test_a_game_can_not_be_added_to_a_session_that_is_not_there(hana: Host) -> None:
    refused(hana.post("/api/sessions/77/games", json={"game_id": 1}), 404, "session_not_found")


def test_what_is_no_game_id_is_refused(hana: Host) -> None:
    session = hana.a_session()
    bodies: list[object] = [{"game_id": None}, {"game_id": 0}, {"game_id": 2**31}, {"game_id": 1.5}]
    for body in bodies:
        refused(hana.post(f"/api/sessions/{session['id']}/games", json=body), 400, "invalid_request")
    refused(hana.post(f"/api/sessions/{session['id']}/games", json={}), 400, "game_not_said")
    assert hana.games_of(session["id"]) == []


CHANGES: list[tuple[str, str, dict[str, Any] | None]] = [
    ("PATCH", "/room-code", {"room_code": "AB12"}),
    ("POST", "/start-player-check", None),
    ("POST", "/stop-player-check", None),
    ("GET", "/status-live", None),
    ("GET", "/why", None),
    ("PATCH", "/status", {"status": "skipped"}),
    ("PATCH", "/player-count", {"player_count": 4}),
    ("DELETE", "", None),
]


def test_no_route_reaches_a_game_through_another_session(hana: Host, server: Served, look: Look) -> None:
    first = hana.a_session()
    mine = hana.a_game(first["id"], 1)
    hana.ok(hana.post(f"/api/sessions/{first['id']}/close"))
    second = hana.a_session()
    drawn = hana.ok(hana.post("/api/pick", json={"exclude": [1]}))
    theirs = hana.a_game(second["id"], drawn["game"]["id"], receipt=drawn["receipt"])
    known = {(method, rest) for method, rest, _body in CHANGES}
    assert known == {
        (method, route.path.split("{session_game_id:int}", 1)[1])
        for route in server.app.litestar.routes
        if "{session_game_id:int}" in route.path
        for method in getattr(route, "methods", ())
        if method != "OPTIONS"
    }, "a route that takes both ids belongs into CHANGES"

    events = look("SELECT count(*) AS n FROM events")
    for method, rest, body in CHANGES:
        for session, game in ((first, theirs), (second, mine)):
            swapped = path_of(game | {"session_id": session["id"]}, rest)
            refused(hana.request(method, swapped, json=body), 404, "session_game_not_found")
        refused(hana.request(method, path_of(mine | {"session_id": 77}, rest), json=body), 404, "session_not_found")
        refused(hana.request(method, path_of(theirs | {"id": 7777}, rest), json=body), 404, "session_game_not_found")
    assert hana.games_of(first["id"]) == [mine | {"status": "played"}]
    assert hana.games_of(second["id"]) == [theirs]
    assert look("SELECT count(*) AS n FROM events") == events
    for method, rest, body in CHANGES:
        assert hana.request(method, path_of(theirs, rest), json=body).status_code == 200, "the right way in is open"


def test_the_id_of_the_catalogue_is_not_taken_for_the_session_games(hana: Host) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"], 9)
    assert game["id"] != 9
    for method, rest, body in CHANGES:
        wrong = path_of(game | {"id": 9}, rest)
        refused(hana.request(method, wrong, json=body), 404, "session_game_not_found")
    assert hana.games_of(session["id"]) == [game]


def test_each_time_a_game_is_added_counts_as_a_play(hana: Host) -> None:
    session = hana.a_session()
    assert hana.get("/api/games/4").json()["play_count"] == 0
    hana.a_game(session["id"], 4)
    hana.a_game(session["id"], 4)
    hana.a_game(session["id"], 5)
    assert hana.get("/api/games/4").json()["play_count"] == 2
    assert hana.get(f"/api/sessions/{session['id']}").json()["games_played"] == 3


def test_a_removed_game_is_gone_from_the_night_and_the_others_stay(hana: Host) -> None:
    session = hana.a_session()
    first, second = hana.a_game(session["id"], 4), hana.a_game(session["id"], 5)
    answer = hana.ok(hana.delete(path_of(first)))
    assert answer["message"]
    assert hana.games_of(session["id"]) == [second]
    refused(hana.delete(path_of(first)), 404, "session_game_not_found")
    hana.ok(hana.delete(path_of(second)))
    assert hana.games_of(session["id"]) == []
    assert hana.get(f"/api/sessions/{session['id']}").json()["games_played"] == 0
