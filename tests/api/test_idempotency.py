"""A POST that is sent again with its Idempotency-Key."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx
import jwt

from tests.support.clients import Host
from tests.support.server import Served

Look = Callable[..., list[dict[str, Any]]]
Meddle = Callable[..., int]

KEY = {"Idempotency-Key": "friday-1"}


def add(host: Host, session: dict[str, Any], game_id: int = 1, headers: dict[str, str] = KEY) -> httpx.Response:
    return host.post(f"/api/sessions/{session['id']}/games", json={"game_id": game_id}, headers=headers)


def test_the_same_key_and_body_gives_the_first_answer_and_changes_nothing(hana: Host, look: Look) -> None:
    session = hana.a_session()
    first = add(hana, session)
    assert first.status_code == 201
    hana.set_status(first.json(), "skipped")
    events = look("SELECT count(*) AS n FROM events")
    again = add(hana, session)
    assert (again.status_code, again.json()) == (201, first.json()), "the first answer, though the game changed since"
    assert again.headers["content-type"] == first.headers["content-type"]
    assert [game["status"] for game in hana.games_of(session["id"])] == ["skipped"]
    assert look("SELECT count(*) AS n FROM events") == events
    assert add(hana, session, headers={"Idempotency-Key": "friday-2"}).json()["id"] != first.json()["id"]


def test_without_a_key_a_repeat_is_another_request(hana: Host) -> None:
    session = hana.a_session()
    for _time in range(2):
        hana.a_game(session["id"])
    assert len(hana.games_of(session["id"])) == 2


def test_of_eight_who_send_the_same_at_once_one_changes_something_and_all_get_its_answer(
    hana: Host, look: Look
) -> None:
    session = hana.a_session()
    together = Barrier(8)

    def send(_number: int) -> httpx.Response:
        together.wait()
        return add(hana, session)

    with ThreadPoolExecutor(8) as threads:
        responses = list(threads.map(send, range(8)))
    assert {response.status_code for response in responses} == {201}
    (game,) = hana.games_of(session["id"])
    assert [response.json() for response in responses] == [game] * 8
    assert len(look("SELECT id FROM events WHERE type = 'game.added'")) == 1


def test_every_post_of_the_night_takes_a_key(hana: Host) -> None:
    for number, (path, body) in enumerate(
        (
            ("/api/sessions", {"notes": "Friday"}),
            ("/api/sessions/1/games", {"game_id": 2}),
            ("/api/sessions/1/close", {}),
            ("/api/games", {"pack_name": "House Games", "title": "Mime", "min_players": 1, "max_players": 9}),
        )
    ):
        headers = {"Idempotency-Key": f"key {number}"}
        first = hana.post(path, json=body, headers=headers)
        assert first.is_success, first.text
        again = hana.post(path, json=body, headers=headers)
        assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert len(hana.get("/api/sessions").json()) == 1


def test_the_same_key_with_another_request_is_refused(hana: Host) -> None:
    session = hana.a_session()
    game = add(hana, session).json()
    for response in (
        add(hana, session, game_id=2),
        hana.post("/api/sessions/77/games", json={"game_id": 1}, headers=KEY),
        hana.post(f"/api/sessions/{session['id']}/games?x=1", json={"game_id": 1}, headers=KEY),
        hana.post(f"/api/sessions/{session['id']}/close", headers=KEY),
    ):
        assert (response.status_code, response.json()["code"]) == (409, "idempotency_key_reused")
        assert response.json()["error"]
    assert hana.games_of(session["id"]) == [game]
    assert hana.get("/api/sessions/active").json()["id"] == session["id"]


def test_each_subject_has_its_own_keys(hana: Host, server: Served, look: Look) -> None:
    (row,) = look("SELECT value FROM credentials WHERE name = 'token_secret'")
    secret = bytes.fromhex(row["value"])
    payload = jwt.decode(hana.token, secret, algorithms=["HS256"], audience="gamenight")
    other = jwt.encode(payload | {"sub": "bix", "jti": "b" * 32}, secret, "HS256")
    session = hana.a_session()
    first = add(hana, session)
    second = add(hana, session, headers=KEY | {"Authorization": f"Bearer {other}"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]
    assert add(hana, session).json() == first.json()
    assert {row["subject"] for row in look("SELECT subject FROM idempotency_keys")} == {"admin", "bix"}


def test_a_key_that_can_not_be_one_is_refused_and_nothing_happens(hana: Host) -> None:
    session = hana.a_session()
    for key in (b"", b"x" * 256, b"caf\xe9", b"tab\there", "schön".encode()):
        path = f"/api/sessions/{session['id']}/games"
        response = hana.post(path, json={"game_id": 1}, headers=[(b"Idempotency-Key", key)])
        assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_invalid"), key
    assert hana.games_of(session["id"]) == []
    assert add(hana, session, headers={"Idempotency-Key": "x" * 255}).status_code == 201


def test_a_key_is_forgotten_after_a_day(hana: Host, meddle: Meddle) -> None:
    session = hana.a_session()
    first = add(hana, session).json()
    back = "UPDATE idempotency_keys SET created_at = :moment"
    day = 24 * 60 * 60
    assert meddle(back, moment=_moment_ago(day - 60)) == 1
    assert add(hana, session).json() == first, "not a day has passed"
    assert meddle(back, moment=_moment_ago(day + 60)) == 1
    second = add(hana, session)
    assert second.status_code == 201
    assert second.json()["id"] != first["id"]


def _moment_ago(seconds: float) -> str:
    from gamenight.core.clock import earlier, utc_now

    return earlier(utc_now(), seconds=seconds)


def test_failures_are_not_kept(hana: Host, look: Look) -> None:
    session = hana.a_session("first")
    headers = {"Idempotency-Key": "next"}
    refused = hana.post("/api/sessions", json={"notes": "second"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (400, "active_session_exists")
    assert look("SELECT key FROM idempotency_keys") == []
    hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    started = hana.post("/api/sessions", json={"notes": "second"}, headers=headers)
    assert started.status_code == 201
    assert hana.post("/api/sessions", json={"notes": "second"}, headers=headers).json() == started.json()


def test_other_methods_ignore_a_key(hana: Host) -> None:
    session = hana.a_session()
    path = f"/api/sessions/{session['id']}"
    for notes in ("one", "two"):
        assert hana.ok(hana.patch(path, json={"notes": notes}, headers=KEY))["notes"] == notes
    assert hana.get(path, headers=KEY).json()["notes"] == "two"
