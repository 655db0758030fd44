"""The notes of nights are for hosts, and for whoever has a token to read."""

from typing import Any

import pytest

from gamenight.sessions.rules import MAX_PREVIEW, preview
from tests.api.test_sessions import refused
from tests.support.clients import Host, Listener, a_guest, a_token
from tests.support.server import Served

NOTES = "Friday at Hana's\n\nThe key is under the third flower-pot."
PREVIEW = "Friday at Hana's"
SECRET = "flower-pot"
SHOWN = {"notes": NOTES, "has_notes": 1, "notes_preview": PREVIEW}
HIDDEN = {"notes": None, "has_notes": 1, "notes_preview": None}
READERS, OTHERS = ("admin", "host", "read"), ("vote", "guest", None)


def a_played_night(hana: Host) -> int:
    session_id: int = hana.a_session(NOTES)["id"]
    hana.a_game(session_id, 7)
    hana.ok(hana.vote("pia"))
    return session_id


def said_of_notes(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in SHOWN}


def headers_of(hana: Host, scope: str | None) -> dict[str, str]:
    return {} if scope is None else {"Authorization": f"Bearer {a_token(hana, scope)}"}


def test_a_session_shows_its_notes_to_those_who_may_read_them(server: Served, hana: Host) -> None:
    session_id = a_played_night(hana)
    with a_guest(server.url) as client:
        # Twice each, and in turns: what is stored of one's answer is not another's.
        for scope in (*OTHERS, *READERS) * 2:
            sent = headers_of(hana, scope)
            wanted = SHOWN if scope in READERS else HIDDEN
            client.cookies.clear()
            assert said_of_notes(client.get("/api/sessions", headers=sent).json()[0]) == wanted, scope
            assert said_of_notes(client.get("/api/sessions?limit=5", headers=sent).json()[0]) == wanted, scope
            assert said_of_notes(client.get("/api/sessions/active", headers=sent).json()) == wanted, scope
            assert said_of_notes(client.get(f"/api/sessions/{session_id}", headers=sent).json()) == wanted, scope


def test_no_answer_to_those_who_may_not_read_notes_has_a_word_of_them(server: Served, hana: Host) -> None:
    session_id = a_played_night(hana)
    hana.ok(hana.post(f"/api/sessions/{session_id}/close"))
    night = f"/api/sessions/{session_id}"
    with_notes = ["/api/sessions", night, f"{night}/recap", "/api/stats/nights", "/api/stats/highlights"]
    without = [f"{night}/games", f"{night}/votes", f"{night}/recap?format=txt", "/api/stats", "/api/stats/periods"]
    with a_guest(server.url) as client:
        for path in with_notes:
            for scope in (*OTHERS, *READERS, *OTHERS):
                response = client.get(path, headers=headers_of(hana, scope)).raise_for_status()
                assert (SECRET in response.text) == (scope in READERS), (path, scope)
        for path in without:
            assert SECRET not in client.get(path).raise_for_status().text, path


def test_a_page_of_the_host_shows_notes_by_its_cookie(server: Served, hana: Host) -> None:
    session_id = a_played_night(hana)
    with a_guest(server.url) as page:
        assert said_of_notes(page.get(f"/api/sessions/{session_id}").json()) == HIDDEN
        page.post("/api/auth/session", json={"token": hana.token}, headers={"Origin": server.url}).raise_for_status()
        assert said_of_notes(page.get(f"/api/sessions/{session_id}").json()) == SHOWN
        page.cookies.clear()
        assert said_of_notes(page.get(f"/api/sessions/{session_id}").json()) == HIDDEN


def test_an_answer_known_to_a_host_is_not_the_one_of_a_guest(server: Served, hana: Host) -> None:
    path = f"/api/sessions/{a_played_night(hana)}"
    known = hana.get(path)
    assert "authorization" in known.headers["vary"]
    assert hana.get(path, headers={"If-None-Match": known.headers["etag"]}).status_code == 304
    with a_guest(server.url) as omar:
        response = omar.get(path, headers={"If-None-Match": known.headers["etag"]})
    assert (response.status_code, said_of_notes(response.json())) == (200, HIDDEN)


def test_notes_are_put_and_removed(hana: Host, server: Served) -> None:
    session = hana.a_session()
    path = f"/api/sessions/{session['id']}/notes"
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        bix.subscribe(session["id"])
        answer = hana.ok(hana.put(path, json={"notes": NOTES}))
        assert answer == session | SHOWN
        assert bix.receive_until("session.updated")["data"]["session"] == answer
        assert said_of_notes(bix.receive_until("sessions.changed")["data"]["listedSession"]) == SHOWN
        removed = hana.ok(hana.delete(path))
        assert removed == session
        assert bix.receive_until("session.updated")["data"]["session"] == removed
    hana.ok(hana.put(path, json={"notes": "again"}))
    assert hana.ok(hana.put(path, json={"notes": None}))["has_notes"] == 0
    hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    assert hana.ok(hana.put(path, json={"notes": "after all"}))["notes"] == "after all"


@pytest.mark.parametrize("body", [b"", b"{}", b'{"notes": 5}', b'{"text": "x"}', b'{"notes": "a\\u0000b"}', b"[]"])
def test_notes_that_are_not_said_are_refused(hana: Host, body: bytes) -> None:
    session = hana.a_session("kept")
    refused(hana.put(f"/api/sessions/{session['id']}/notes", content=body), 400, "invalid_request")
    assert hana.get(f"/api/sessions/{session['id']}").json()["notes"] == "kept"


def test_notes_of_no_session_can_not_be_changed(hana: Host) -> None:
    refused(hana.put("/api/sessions/4242/notes", json={"notes": "x"}), 404, "session_not_found")
    refused(hana.delete("/api/sessions/4242/notes"), 404, "session_not_found")


def test_a_guest_hears_all_of_a_night_but_its_notes(server: Served, hana: Host) -> None:
    heard: dict[str, list[dict[str, Any]]] = {}
    with Listener(server.live_url) as pia, Listener(server.live_url) as overlay:
        listeners = {"guest": pia, "read": overlay}
        for scope, listener in listeners.items():
            listener.authenticate(a_token(hana, scope))
        session_id: int = hana.a_session(NOTES)["id"]
        for listener in listeners.values():
            listener.receive_until("session.started")
            listener.subscribe(session_id, snapshot=True)
            listener.receive_until("snapshot")
        game = hana.a_game(session_id, 7)
        hana.ok(hana.vote("omar"))
        hana.ok(hana.patch(f"/api/sessions/{session_id}", json={"overlay_code_hidden": True}))
        hana.ok(hana.delete(f"/api/sessions/{session_id}/games/{game['id']}"))
        hana.ok(hana.post(f"/api/sessions/{session_id}/close"))
        for scope, listener in listeners.items():
            listener.receive_until("session.ended")
            listener.receive_until("sessions.changed")
            heard[scope] = listener.received
    assert [each["type"] for each in heard["guest"]] == [each["type"] for each in heard["read"]]
    told = {each["type"] for each in heard["read"] if SECRET in str(each)}
    assert told >= {"session.started", "snapshot", "game.added", "session.updated", "game.removed", "session.ended"}
    assert not [each for each in heard["guest"] if SECRET in str(each) or PREVIEW in str(each)]
    for mine, theirs in zip(heard["guest"], heard["read"], strict=True):
        if "session" in mine.get("data", {}):
            assert said_of_notes(mine["data"]["session"]) == HIDDEN
            assert mine["data"]["session"] == theirs["data"]["session"] | HIDDEN


def test_what_a_guest_missed_comes_without_notes(server: Served, hana: Host) -> None:
    session_id = a_played_night(hana)
    hana.ok(hana.post(f"/api/sessions/{session_id}/close"))
    resumed = {}
    for scope in ("guest", "host"):
        with Listener(server.live_url) as listener:
            listener.authenticate(a_token(hana, scope), since=0)
            listener.subscribe(session_id, since=0)
            listener.receive_until("session.ended")
            listener.nothing_more()
            listener.say(type="subscribe", sessionId=session_id, since=2**40)
            listener.receive_until("resync")
            resumed[scope] = listener.received
    assert {"session.started", "game.added", "resync"} <= {
        each["type"] for each in resumed["host"] if SECRET in str(each)
    }
    assert len(resumed["guest"]) == len(resumed["host"])
    assert not [each for each in resumed["guest"] if SECRET in str(each)]


def test_a_guest_whose_place_is_unknown_hears_of_the_active_night_without_its_notes(server: Served, hana: Host) -> None:
    a_played_night(hana)
    for scope, wanted in (("guest", HIDDEN), ("host", SHOWN)):
        with Listener(server.live_url) as listener:
            listener.authenticate(a_token(hana, scope), since=2**40)
            resync = listener.receive_until("resync")
            assert said_of_notes(resync["data"]["session"]) == wanted


def test_who_becomes_a_guest_on_the_same_connection_hears_notes_no_more(server: Served, hana: Host) -> None:
    session_id: int = hana.a_session(NOTES)["id"]
    with Listener(server.live_url) as listener:
        listener.authenticate(a_token(hana, "host"))
        listener.subscribe(session_id)
        hana.a_game(session_id, 7)
        assert SECRET in str(listener.receive_until("game.added"))
        listener.authenticate(a_token(hana, "guest"))
        hana.a_game(session_id, 8)
        assert SECRET not in str(listener.receive_until("game.added"))


@pytest.mark.parametrize(
    ("notes", "shown"),
    [
        (None, None),
        ("", None),
        (" \n\t\n", None),
        ("Friday", "Friday"),
        ("\n  Friday,  five\tof us \nand more", "Friday, five of us"),
        ("word " * 40, "word " * 22 + "word…"),
        ("x" * 200, "x" * (MAX_PREVIEW - 1) + "…"),
        ("x" * MAX_PREVIEW, "x" * MAX_PREVIEW),
    ],
)
def test_a_preview_is_the_first_line_that_says_something(notes: str | None, shown: str | None) -> None:
    assert preview(notes) == shown
    assert shown is None or len(shown) <= MAX_PREVIEW
