"""The WebSocket: the contract's conversation, and what this project adds to it."""

from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from gamenight.live.close_codes import CloseCode
from tests.support.clients import Host, Listener, a_guest
from tests.support.server import Served, served


def types(messages: list[dict[str, Any]]) -> list[str]:
    return [message["type"] for message in messages]


def test_the_contracts_conversation(server: Served, hana: Host) -> None:
    session = hana.a_session()
    with Listener(server.live_url) as client:
        client.say(type="subscribe", sessionId=session["id"])
        assert client.receive()["type"] == "error"
        client.say(type="ping")
        assert client.receive() == {"type": "pong"}
        client.say(type="auth", token="not-a-token")
        assert client.receive()["type"] == "auth_error"
        client.say(type="auth", token=hana.token)
        assert client.receive()["type"] == "auth_success"
        assert client.receive()["type"] == "hello"
        client.say(type="subscribe", sessionId=session["id"])
        subscribed = client.receive()
        assert (subscribed["type"], subscribed["sessionId"]) == ("subscribed", session["id"])
        assert subscribed["message"]
        client.say(type="unsubscribe", sessionId=session["id"])
        unsubscribed = client.receive()
        assert (unsubscribed["type"], unsubscribed["sessionId"]) == ("unsubscribed", session["id"])


def test_hello_names_the_log_and_its_limits(server: Served, hana: Host) -> None:
    with Listener(server.live_url) as client:
        hello = client.authenticate(hana.token)
    assert len(hello["stream"]) == 32
    assert hello["head"] >= 0
    assert hello["maxMessage"] == 16 * 1024
    assert hello["heartbeat"] == 25


NOT_UNDERSTOOD = [
    "",
    "hello",
    "[]",
    "{}",
    '{"type": 5}',
    '{"type": "dance"}',
    '{"type": "auth"}',
    '{"type": "subscribe"}',
    '{"type": "subscribe", "sessionId": "5"}',
    '{"type": "subscribe", "sessionId": 1e400}',
    "[" * 5000,
]


def test_what_is_not_understood_gets_an_error_and_the_socket_stays_open(bix: Listener) -> None:
    for text in NOT_UNDERSTOOD:
        bix.socket.send(text)
        assert bix.receive()["type"] == "error", text
        bix.say(type="ping")
        assert bix.receive() == {"type": "pong"}, text


def test_a_started_session_is_told_to_everyone_who_is_authenticated(server: Served, hana: Host, bix: Listener) -> None:
    with Listener(server.live_url) as omar:
        session = hana.a_session("Friday")
        started = bix.receive_until("session.started")
        omar.say(type="ping")
        assert omar.receive() == {"type": "pong"}, "Omar is no client of ours and hears nothing"
    shown = started["data"]["session"]
    assert {name: shown[name] for name in ("id", "is_active", "created_at", "notes")} == {
        "id": session["id"],
        "is_active": 1,
        "created_at": session["created_at"],
        "notes": "Friday",
    }
    assert set(started) == {"type", "timestamp", "data", "id", "sessionId"}


def test_a_sessions_events_are_told_to_its_subscribers_only(server: Served, hana: Host, bix: Listener) -> None:
    session = hana.a_session()
    bix.receive_until("session.started")
    with Listener(server.live_url) as pia:
        pia.authenticate(hana.token)
        pia.subscribe(session["id"])
        hana.a_game(session["id"], room_code="AB12", manually_added=True)
        added = pia.receive_until("game.added")
        assert bix.nothing_more() == []
    assert added["data"]["session"] == {**hana.get(f"/api/sessions/{session['id']}").json()}
    game = added["data"]["game"]
    assert set(game) == {
        "id",
        "title",
        "pack_name",
        "min_players",
        "max_players",
        "manually_added",
        "source",
        "room_code",
    }
    assert (game["id"], game["manually_added"], game["source"], game["room_code"]) == (1, 1, "manual", "AB12")
    assert added["data"]["sessionGame"] == hana.games_of(session["id"])[0]


def test_each_change_of_a_night_has_its_event(hana: Host, bix: Listener) -> None:
    session = hana.a_session()
    path = f"/api/sessions/{session['id']}"
    bix.subscribe(session["id"])
    first = hana.a_game(session["id"], 1)
    second = hana.a_game(session["id"], 2)
    hana.set_status(second, "skipped")
    hana.patch(f"{path}/games/{first['id']}/room-code", json={"room_code": "XY9Z"})
    hana.patch(f"{path}/games/{first['id']}/player-count", json={"player_count": 6})
    hana.delete(f"{path}/games/{second['id']}")
    hana.patch(path, json={"notes": "late"})
    hana.set_status(first, "playing")
    hana.post(f"{path}/close")
    bix.receive_until("session.ended")  # a session's events go with it, also those that nobody has heard yet
    hana.delete(path)
    bix.receive_until("session.deleted")
    assert types(bix.events) == [
        "session.started",
        "game.added",
        "game.status-changed",
        "game.added",
        "game.status-changed",
        "room-code.updated",
        "player-count.updated",
        "game.removed",
        "session.updated",
        "sessions.changed",
        "game.status-changed",
        "game.status-changed",
        "session.ended",
        "sessions.changed",
        "session.deleted",
    ]
    by_type = {event["type"]: event["data"] for event in bix.events}
    assert by_type["session.ended"]["session"]["is_active"] == 0
    assert by_type["session.ended"]["session"]["games_played"] == 1
    count = by_type["player-count.updated"]
    assert (count["sessionId"], count["gameId"], count["playerCount"]) == (session["id"], first["id"], 6)


def test_what_changes_nothing_has_no_event(hana: Host, bix: Listener) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"])
    path = f"/api/sessions/{session['id']}"
    hana.patch(f"{path}/games/{game['id']}/player-count", json={"player_count": 3})
    bix.subscribe(session["id"])
    hana.set_status(game, "playing")
    hana.patch(f"{path}/games/{game['id']}/room-code", json={"room_code": None})
    hana.patch(f"{path}/games/{game['id']}/player-count", json={"player_count": 3})
    hana.patch(path, json={})
    hana.patch(f"{path}/games/{game['id']}/room-code", json={"room_code": "ab12"})
    hana.post(path)
    assert [event for event in bix.nothing_more() if "data" in event] == []


def test_the_catalogue_tells_everyone_what_changed(hana: Host, bix: Listener) -> None:
    game = hana.ok(hana.patch("/api/games/1/toggle"))
    changed = bix.receive_until("catalogue.changed")
    assert changed["data"] == {"games": [game], "removed": []}
    hana.delete("/api/games/1")
    assert bix.receive_until("catalogue.changed")["data"] == {"games": [], "removed": [1]}


def test_a_client_that_was_away_hears_all_it_missed_once_and_in_order(server: Served, hana: Host) -> None:
    session = hana.a_session()
    with Listener(server.live_url) as client:
        hello = client.authenticate(hana.token)
        client.subscribe(session["id"])
        hana.a_game(session["id"], 1)
        last = client.receive_until("game.added")["id"]
    for game in range(2, 12):
        hana.a_game(session["id"], game)
    with Listener(server.live_url) as client:
        client.authenticate(hana.token)
        client.subscribe(session["id"], since=last, stream=hello["stream"])
        hana.a_game(session["id"], 12)
        client.receive_until("game.added", id=_head(server))
    ids = [event["id"] for event in client.events]
    assert ids == sorted(set(ids))
    assert types(client.events) == ["game.status-changed", "game.added"] * 11
    assert all(event["sessionId"] == session["id"] for event in client.events)


def _head(server: Served) -> int:
    with a_guest(server.url) as guest:
        head: int = guest.get("/health").json()["logHead"]
        return head


def test_started_sessions_that_were_missed_are_told_after_auth_with_since(server: Served, hana: Host) -> None:
    with Listener(server.live_url) as client:
        since = client.authenticate(hana.token)["head"]
    missed = hana.a_session()
    with Listener(server.live_url) as client:
        client.authenticate(hana.token, since=since)
        assert client.receive_until("session.started")["data"]["session"]["id"] == missed["id"]
        assert client.nothing_more() == []


def test_a_snapshot_says_where_it_stands_and_what_follows_goes_on_from_there(hana: Host, bix: Listener) -> None:
    session = hana.a_session()
    hana.a_game(session["id"], 1)
    bix.subscribe(session["id"], snapshot=True)
    snapshot = bix.receive_until("snapshot")
    assert snapshot["data"] == {
        "session": hana.get(f"/api/sessions/{session['id']}").json(),
        "games": hana.games_of(session["id"]),
    }
    hana.a_game(session["id"], 2)
    event = bix.receive()
    assert (event["type"], event["id"]) == ("game.status-changed", snapshot["id"] + 1)


OF_NO_USE: list[tuple[Any, str | None, str]] = [
    (10**6, None, "since_ahead"),
    ("twelve", None, "since_invalid"),
    ("-1", None, "since_invalid"),
    (1.5, None, "since_invalid"),
    (True, None, "since_invalid"),
    ([1], None, "since_invalid"),
    (-1, None, "since_invalid"),
    (2**60, None, "since_invalid"),
    (0, "another-log", "stream_changed"),
]


def test_a_place_in_the_log_that_is_of_no_use_is_said_once_with_the_present_state(server: Served, hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"])
    for since, stream, reason in OF_NO_USE:
        with Listener(server.live_url) as bix:
            bix.authenticate(hana.token)
            bix.subscribe(session["id"], since=since, stream=stream)
            resync = bix.receive()
            assert (resync["type"], resync["reason"], resync["sessionId"]) == ("resync", reason, session["id"])
            assert resync["data"]["games"] == hana.games_of(session["id"])
            assert bix.nothing_more() == [], "no part of a replay comes after a resync"
            hana.a_game(session["id"], 2)
            assert bix.receive()["id"] == resync["id"] + 1


def test_a_resync_of_auth_tells_which_session_is_active(server: Served, hana: Host) -> None:
    session = hana.a_session()
    with Listener(server.live_url) as client:
        client.authenticate(hana.token, since=10**6)
        resync = client.receive()
    assert (resync["type"], resync["reason"]) == ("resync", "since_ahead")
    assert resync["data"] == {"session": session}


def test_a_deleted_session_is_an_error_for_who_comes_new_and_an_event_for_who_comes_back(
    server: Served, hana: Host, bix: Listener
) -> None:
    session = hana.a_session()
    since = bix.receive_until("session.started")["id"]
    path = f"/api/sessions/{session['id']}"
    hana.post(f"{path}/close")
    hana.delete(path)
    bix.say(type="subscribe", sessionId=session["id"])
    bix.receive_until("error", code="session_not_found")
    bix.subscribe(session["id"], since=since)
    assert bix.receive()["type"] == "session.deleted"


def test_a_snapshot_holds_what_was_answered_before_it_was_asked_for(hana: Host, bix: Listener) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"])

    def snapshot() -> list[dict[str, Any]]:
        bix.subscribe(session["id"], snapshot=True)
        games: list[dict[str, Any]] = bix.receive_until("snapshot")["data"]["games"]
        return games

    for count in range(1, 6):
        hana.patch(f"/api/sessions/{session['id']}/games/{game['id']}/player-count", json={"player_count": count})
        assert snapshot()[0]["player_count"] == count
    assert hana.vote("Omar").is_success  # counted at once, and told with others a little later
    assert snapshot()[0]["upvotes"] == 1


def test_subscribing_twice_does_not_double_what_is_heard(hana: Host, bix: Listener) -> None:
    session = hana.a_session()
    bix.subscribe(session["id"])
    bix.subscribe(session["id"])
    hana.a_game(session["id"])
    bix.receive_until("game.added")
    assert bix.nothing_more() == []


def test_who_has_unsubscribed_hears_nothing_more(hana: Host, bix: Listener) -> None:
    session = hana.a_session()
    bix.subscribe(session["id"])
    hana.a_game(session["id"])
    bix.receive_until("game.added")
    bix.say(type="unsubscribe", sessionId=session["id"])
    bix.receive_until("unsubscribed")
    hana.a_game(session["id"], 2)
    assert bix.nothing_more() == []


@pytest.mark.parametrize(
    "origin",
    ["null", "file://", "http://absolute", "https://tv.example", "http://127.0.0.1", "http://127.0.0.1:1.evil.example"],
)
def test_a_page_of_any_origin_listens_with_its_token(server: Served, hana: Host, origin: str) -> None:
    session = hana.a_session()
    with Listener(server.live_url, origin=origin) as page:
        page.authenticate(hana.token)
        page.subscribe(session["id"])
        hana.a_game(session["id"], 1)
        assert page.receive_until("game.added")["data"]["game"]["id"] == 1


def test_a_get_of_the_websocket_is_told_to_speak_websocket(server: Served) -> None:
    with a_guest(server.url) as guest:
        answer = guest.get("/api/sessions/live")
    assert answer.status_code == 426
    assert answer.json()["code"] == "websocket_expected"


def test_a_stopping_server_tells_its_clients_when_to_come_back(database_url: str) -> None:
    with served(database_url) as server, Listener(server.live_url) as client:
        server.stop()
        with pytest.raises(ConnectionClosed) as closed:
            client.receive()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == CloseCode.RESTARTING
    word, retry_after = closed.value.rcvd.reason.split(" ")
    assert word == "restarting"
    assert 0 < float(retry_after.removeprefix("retryAfter=")) <= 5


@pytest.mark.parametrize(
    ("headers", "path", "status", "code"),
    [
        ({"Sec-WebSocket-Version": "8"}, "/api/sessions/live", 400, "handshake_invalid"),
        ({"Sec-WebSocket-Key": "x"}, "/api/sessions/live", 400, "handshake_invalid"),
        ({}, "/api/sessions/dead", 404, "no_such_address"),
    ],
)
def test_a_handshake_that_can_not_be_taken_is_refused_as_json(
    server: Served, headers: dict[str, str], path: str, status: int, code: str
) -> None:
    asked = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    with a_guest(server.url) as omar:
        answer = omar.get(path, headers=asked | headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["code"] == code
    assert answer.json()["error"]
