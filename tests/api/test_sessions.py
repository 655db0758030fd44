"""A night from its start to its deletion, as clients see it."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import httpx

from tests.support.clients import Host, Listener, a_guest
from tests.support.error_words import missing_details
from tests.support.server import Served

Look = Callable[..., list[dict[str, Any]]]

TAKEN = "An active session already exists. Please close it before creating a new one."
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ROW = {"id", "notes", "is_active", "created_at", "closed_at"}


def close(host: Host, session: dict[str, Any], **options: Any) -> dict[str, Any]:
    return host.ok(host.post(f"/api/sessions/{session['id']}/close", **options))


def refused(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The answer, which refuses with this status and code and says what to do."""
    assert response.status_code == status, response.text
    answer: dict[str, Any] = response.json()
    assert answer["code"] == code
    assert answer["error"]
    assert not missing_details(code, answer)
    return answer


def test_a_new_session_is_answered_as_its_row(hana: Host) -> None:
    response = hana.post("/api/sessions", json={"notes": "Friday game night"})
    assert response.status_code == 201
    session = response.json()
    assert set(session) >= ROW
    assert (session["notes"], session["closed_at"]) == ("Friday game night", None)
    assert session["is_active"] == 1
    assert session["is_active"] is not True
    assert MOMENT.fullmatch(session["created_at"])


def noted(notes: str | None) -> dict[str, Any]:
    """How a row tells of notes in one short line."""
    return {"notes": notes, "has_notes": int(notes is not None), "notes_preview": notes}


EMPTY: list[dict[str, Any]] = [
    {},
    {"content": b""},
    {"content": b"", "headers": {"Content-Type": "application/json"}},
    {"content": b"", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
    {"content": b"{}"},
    {"json": {}},
    {"json": {"notes": None}},
]


def test_an_empty_body_is_an_empty_object_with_and_without_a_content_type(hana: Host) -> None:
    for empty in EMPTY:
        created = hana.post("/api/sessions", **empty)
        assert created.status_code == 201, (empty, created.text)
        assert created.json()["notes"] is None
        closed = hana.post(f"/api/sessions/{created.json()['id']}/close", **empty)
        assert closed.status_code == 200, (empty, closed.text)


def test_sessions_are_listed_newest_first_with_how_many_games_they_had(hana: Host, server: Served) -> None:
    first = hana.a_session("first")
    hana.a_game(first["id"], 1)
    hana.a_game(first["id"], 2)
    close(hana, first)
    second = hana.a_session("second")
    with a_guest(server.url) as omar:
        listed = omar.get("/api/sessions").json()
        read = omar.get(f"/api/sessions/{first['id']}").json()
    assert [(each["id"], each["games_played"]) for each in listed] == [(second["id"], 0), (first["id"], 2)]
    assert read | {"most_players": None} == listed[1]
    added = {"next_game", "overlay_code_hidden", "has_notes", "notes_preview", "archived"}
    assert set(read) == {*ROW, "games_played", *added}


def test_the_list_tells_how_many_were_there_at_most(hana: Host) -> None:
    night = hana.a_session()["id"]
    assert hana.get("/api/sessions").json()[0]["most_players"] is None
    for count in (5, 8, 6):
        game = hana.a_game(night)
        hana.ok(hana.patch(f"/api/sessions/{night}/games/{game['id']}/player-count", json={"player_count": count}))
    assert hana.get("/api/sessions").json()[0]["most_players"] == 8
    largest = hana.games_of(night)[1]
    hana.ok(hana.delete(f"/api/sessions/{night}/games/{largest['id']}"))
    assert hana.get("/api/sessions").json()[0]["most_players"] == 6


def test_everybody_hears_what_the_list_of_nights_now_says(hana: Host, server: Served) -> None:
    night = hana.a_session("Friday")["id"]
    path = f"/api/sessions/{night}"
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        hana.ok(hana.post(f"{path}/close"))
        closed = bix.receive_until("sessions.changed")
        assert closed["data"] == {"sessionId": night, "listedSession": hana.get("/api/sessions").json()[0]}
        hana.ok(hana.patch(path, json={"notes": "Saturday"}))
        assert bix.receive_until("sessions.changed")["data"]["listedSession"]["notes"] == "Saturday"
        hana.ok(hana.delete(path))
        assert bix.receive_until("sessions.changed")["data"] == {"sessionId": night, "listedSession": None}
    with Listener(server.live_url) as late:
        # A deleted session takes its own events with it; this one is still told.
        late.authenticate(hana.token, since=0)
        assert late.receive_until("sessions.changed")["data"]["sessionId"] == night


def test_without_a_night_the_lists_are_empty_and_the_active_session_is_null(server: Served) -> None:
    with a_guest(server.url) as omar:
        assert omar.get("/api/sessions").json() == []
        response = omar.get("/api/sessions/active")
    assert response.status_code == 200
    assert response.json() == {"session": None, "message": "No active session"}


def test_the_active_session_is_the_row_itself_until_it_is_closed(hana: Host, server: Served) -> None:
    session = hana.a_session()
    with a_guest(server.url) as omar:
        active = omar.get("/api/sessions/active").json()
        assert active == omar.get(f"/api/sessions/{session['id']}").json()
        assert active["id"] == session["id"]
        close(hana, session)
        assert omar.get("/api/sessions/active").json() == {"session": None, "message": "No active session"}


def test_a_session_that_is_not_there_is_404(hana: Host) -> None:
    assert hana.a_session()["id"] != 77
    for method, path in (
        ("GET", "/api/sessions/77"),
        ("PATCH", "/api/sessions/77"),
        ("DELETE", "/api/sessions/77"),
        ("POST", "/api/sessions/77/close"),
        ("GET", "/api/sessions/77/export"),
        ("GET", "/api/sessions/77/games"),
    ):
        refused(hana.request(method, path), 404, "session_not_found")


def test_a_second_session_is_refused_with_the_id_of_the_active_one(hana: Host) -> None:
    session = hana.a_session()
    answer = refused(hana.post("/api/sessions", json={}), 400, "active_session_exists")
    assert (answer["error"], answer["activeSessionId"]) == (TAKEN, session["id"])
    assert len(hana.get("/api/sessions").json()) == 1


def test_of_sixteen_who_start_a_session_at_once_one_gets_it(hana: Host, look: Look) -> None:
    together = Barrier(16)

    def start(number: int) -> httpx.Response:
        together.wait()
        return hana.post("/api/sessions", json={"notes": f"number {number}"})

    with ThreadPoolExecutor(16) as threads:
        responses = list(threads.map(start, range(16)))
    (won,) = [response.json() for response in responses if response.status_code == 201]
    lost = [refused(response, 400, "active_session_exists") for response in responses if response.status_code != 201]
    assert len(lost) == 15
    assert {(answer["error"], answer["activeSessionId"]) for answer in lost} == {(TAKEN, won["id"])}
    assert look("SELECT id, is_active FROM sessions") == [{"id": won["id"], "is_active": 1}]
    assert look("SELECT session_id FROM events WHERE type = 'session.started'") == [{"session_id": won["id"]}]


def test_closing_keeps_the_notes_or_replaces_them(hana: Host) -> None:
    bodies: list[tuple[dict[str, Any], str | None]] = [
        ({}, "before"),
        ({"json": {}}, "before"),
        ({"json": {"notes": "after"}}, "after"),
        ({"json": {"notes": None}}, None),
        ({"json": {"notes": ""}}, ""),
    ]
    for body, notes in bodies:
        session = hana.a_session("before")
        closed = close(hana, session, **body)
        assert (closed["id"], closed["is_active"], closed["notes"]) == (session["id"], 0, notes)
        assert MOMENT.fullmatch(closed["closed_at"])
        assert closed == hana.get(f"/api/sessions/{session['id']}").json()


def test_closing_ends_the_game_that_is_playing_and_no_other(hana: Host) -> None:
    session = hana.a_session()
    skipped, playing = hana.a_game(session["id"], 1), hana.a_game(session["id"], 2)
    hana.set_status(skipped, "skipped")
    assert [game["status"] for game in hana.games_of(session["id"])] == ["skipped", "playing"]
    close(hana, session)
    assert {game["id"]: game["status"] for game in hana.games_of(session["id"])} == {
        skipped["id"]: "skipped",
        playing["id"]: "played",
    }


def test_a_closed_session_can_not_be_closed_again(hana: Host) -> None:
    session = hana.a_session("kept")
    closed = close(hana, session)
    refused(hana.post(f"/api/sessions/{session['id']}/close", json={"notes": "lost"}), 400, "session_closed")
    assert hana.get(f"/api/sessions/{session['id']}").json() == closed


def test_after_closing_the_next_session_can_start(hana: Host) -> None:
    first = hana.a_session()
    close(hana, first)
    assert hana.a_session()["id"] > first["id"]


def test_an_active_session_can_not_be_deleted(hana: Host) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"])
    refused(hana.delete(f"/api/sessions/{session['id']}"), 400, "session_still_active")
    assert hana.games_of(session["id"]) == [game]


def test_deleting_a_session_takes_its_games_and_events_and_no_others(hana: Host, look: Look) -> None:
    kept = hana.a_session("kept")
    kept_game = hana.a_game(kept["id"], 1)
    close(hana, kept)
    gone = hana.a_session("gone")
    hana.a_game(gone["id"], 2)
    close(hana, gone)
    count = "SELECT count(*) AS n FROM events WHERE session_id = :id AND type <> 'session.deleted'"
    kept_events = look(count, id=kept["id"])[0]["n"]
    assert look(count, id=gone["id"])[0]["n"] > 0
    assert kept_events > 0

    response = hana.delete(f"/api/sessions/{gone['id']}")
    assert response.status_code == 200
    assert set(response.json()) == {"message", "sessionId"}
    assert response.json()["sessionId"] == gone["id"]
    refused(hana.get(f"/api/sessions/{gone['id']}"), 404, "session_not_found")
    refused(hana.get(f"/api/sessions/{gone['id']}/games"), 404, "session_not_found")
    assert [each["id"] for each in hana.get("/api/sessions").json()] == [kept["id"]]
    assert look("SELECT id FROM session_games") == [{"id": kept_game["id"]}]
    assert look(count, id=gone["id"])[0]["n"] == 0
    assert look(count, id=kept["id"])[0]["n"] == kept_events
    assert len(look("SELECT id FROM events WHERE type = 'session.deleted' AND session_id = :id", id=gone["id"])) == 1


def test_ids_are_never_used_twice(hana: Host) -> None:
    first = hana.a_session()
    game = hana.a_game(first["id"])
    close(hana, first)
    hana.ok(hana.delete(f"/api/sessions/{first['id']}"))
    second = hana.a_session()
    assert second["id"] > first["id"]
    assert hana.a_game(second["id"])["id"] > game["id"]


def test_notes_can_be_changed(hana: Host) -> None:
    session = hana.a_session("before")
    bodies: list[tuple[dict[str, Any], str | None]] = [
        ({}, "before"),
        ({"json": {}}, "before"),
        ({"json": {"notes": "after"}}, "after"),
        ({"json": {}}, "after"),
        ({"json": {"notes": None}}, None),
    ]
    for body, notes in bodies:
        changed = hana.ok(hana.patch(f"/api/sessions/{session['id']}", **body))
        assert changed == session | noted(notes)
        assert changed == hana.get(f"/api/sessions/{session['id']}").json()


def test_notes_of_a_closed_session_can_be_changed(hana: Host) -> None:
    session = close(hana, hana.a_session("before"))
    assert hana.ok(hana.patch(f"/api/sessions/{session['id']}", json={"notes": "after"})) == session | noted("after")


def test_notes_that_are_no_text_are_refused(hana: Host) -> None:
    session = hana.a_session("before")
    path = f"/api/sessions/{session['id']}"
    for body in (b"null", b"[]", b'"notes"', b"{", b'{"notes": 5}', b'{"notes": ["a"]}'):
        refused(hana.patch(path, content=body), 400, "invalid_request")
        refused(hana.post(f"{path}/close", content=body), 400, "invalid_request")
    assert hana.get(path).json() == session


def test_a_session_is_exported_as_json(hana: Host) -> None:
    session = hana.a_session("Friday")
    game = hana.a_game(session["id"], 3, room_code="XY9Z")
    for query in ("", "?format=json"):
        response = hana.get(f"/api/sessions/{session['id']}/export{query}")
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("application/json")
        disposition = response.headers["content-disposition"]
        assert re.fullmatch(rf'attachment; filename="session-{session["id"]}-[\d-]+\.json"', disposition)
        assert response.json() == {
            "session": hana.get(f"/api/sessions/{session['id']}").json(),
            "games": [hana.games_of(session["id"])[0]],
            "votes": [],
            "chat": [],
        }
        assert response.json()["games"][0]["id"] == game["id"]


def test_a_session_is_exported_as_text(hana: Host) -> None:
    session = hana.a_session("Freitag, ein schöner Abend")
    game = hana.a_game(session["id"], 3, room_code="XY9Z")
    response = hana.get(f"/api/sessions/{session['id']}/export?format=txt")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert re.fullmatch(
        rf'attachment; filename="session-{session["id"]}-[\d-]+\.txt"', response.headers["content-disposition"]
    )
    assert response.text.startswith("Freitag, ein schöner Abend\n")
    moment = datetime.fromisoformat(game["played_at"])
    for told in (game["title"], "XY9Z", "playing", f"{moment:%Y-%m-%d %H:%M} UTC"):
        assert told in response.text
    local = hana.get(f"/api/sessions/{session['id']}/export?format=txt&utcOffset=-570").text
    assert f"  1. {moment - timedelta(minutes=570):%Y-%m-%d %H:%M}  {game['title']}" in local
    assert "UTC" not in local


def test_an_export_needs_a_token(hana: Host, server: Served) -> None:
    session = hana.a_session()
    assert hana.get(f"/api/sessions/{session['id']}/export").status_code == 200
    with a_guest(server.url) as omar:
        refused(omar.get(f"/api/sessions/{session['id']}/export?format=json"), 401, "token_missing")


def test_an_unknown_format_is_refused(hana: Host) -> None:
    session = hana.a_session()
    refused(hana.get(f"/api/sessions/{session['id']}/export?format=pdf"), 400, "invalid_request")
