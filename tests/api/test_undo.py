"""The last change of a night can be undone."""

from typing import Any

import pytest

from tests.support.clients import Host, Listener
from tests.support.server import Served

Night = dict[str, Any]


@pytest.fixture
def night(hana: Host) -> Night:
    """A night with a game that was played and one that is playing."""
    session = hana.a_session("before")
    hana.a_game(session["id"], 1)
    hana.a_game(session["id"], 2, room_code="AB12")
    return session


def shown(hana: Host, session_id: int) -> dict[str, Any]:
    return {"session": hana.get(f"/api/sessions/{session_id}").json(), "games": hana.games_of(session_id)}


def undo(hana: Host, night: Night) -> dict[str, Any]:
    return hana.ok(hana.post(f"/api/sessions/{night['id']}/undo"))


def change(hana: Host, night: Night, kind: str) -> None:
    first, second = hana.games_of(night["id"])
    path = f"/api/sessions/{night['id']}"
    match kind:
        case "add":
            hana.a_game(night["id"], 3)
        case "status":
            hana.set_status(first, "playing")
        case "code":
            hana.ok(hana.patch(f"{path}/games/{second['id']}/room-code", json={"room_code": "XY9Z"}))
        case "remove":
            hana.ok(hana.delete(f"{path}/games/{second['id']}"))
        case "close":
            hana.ok(hana.post(f"{path}/close", json={"notes": "after"}))


KINDS = ["add", "status", "code", "remove", "close"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_changed_is_as_before_and_whoever_follows_sees_both(
    server: Served, hana: Host, night: Night, kind: str
) -> None:
    before = shown(hana, night["id"])
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        bix.subscribe(night["id"])
        change(hana, night, kind)
        changed = shown(hana, night["id"])
        assert changed != before
        undone = undo(hana, night)
        assert bix.receive_until("change.undone")["data"]["change"] == undone["change"]
    assert undone["change"]["kind"] == kind
    assert {"session": undone["session"], "games": undone["games"]} == before == shown(hana, night["id"])
    heard = [event["type"] for event in bix.events]
    assert heard[-1] == "change.undone"
    assert len(heard) >= 3


def test_changes_are_undone_one_by_one_the_last_first(hana: Host, night: Night) -> None:
    states = [shown(hana, night["id"])]
    for kind in KINDS:
        if kind == "remove":
            continue  # which leaves too little for the others
        change(hana, night, kind) if len(hana.games_of(night["id"])) == 2 else hana.a_game(night["id"], 4)
        states.append(shown(hana, night["id"]))
    for before in reversed(states[:-1]):
        undo(hana, night)
        assert shown(hana, night["id"]) == before


def test_what_can_be_undone_is_listed_in_words_and_in_what_other_languages_need(hana: Host, night: Night) -> None:
    first, second = hana.games_of(night["id"])
    path = f"/api/sessions/{night['id']}"
    change(hana, night, "code")
    hana.set_status(first, "skipped")
    hana.ok(hana.patch(f"{path}/games/{second['id']}/room-code", json={"room_code": None}))
    change(hana, night, "remove")
    hana.ok(hana.post(f"{path}/close"))
    listed = hana.get(f"{path}/changes").json()
    assert [(each["kind"], each["title"], each["status"], each["room_code"]) for each in listed] == [
        ("close", None, None, None),
        ("remove", second["title"], None, None),
        ("code", second["title"], None, None),
        ("status", first["title"], "skipped", None),
        ("code", second["title"], None, "XY9Z"),
        ("add", second["title"], None, None),
        ("add", first["title"], None, None),
    ]
    assert "XY9Z" in listed[4]["summary"]


def test_a_night_without_changes_has_nothing_to_undo(hana: Host) -> None:
    session = hana.a_session()
    refused = hana.post(f"/api/sessions/{session['id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (400, "nothing_to_undo")
    assert hana.post("/api/sessions/999/undo").status_code == 404


def test_a_closed_night_goes_on_after_undoing_unless_a_new_one_has_begun(hana: Host, night: Night) -> None:
    change(hana, night, "close")
    assert undo(hana, night)["session"]["is_active"] == 1
    change(hana, night, "close")
    hana.a_session("the next night")
    refused = hana.post(f"/api/sessions/{night['id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (400, "nothing_to_undo")


def test_the_votes_of_a_removed_game_come_back_with_it(hana: Host, night: Night) -> None:
    second = hana.games_of(night["id"])[1]
    hana.ok(hana.vote("Pia", "up", sessionGameId=second["id"]))
    change(hana, night, "remove")
    assert hana.get("/api/games/2").json()["upvotes"] == 0
    undo(hana, night)
    assert hana.games_of(night["id"])[1]["upvotes"] == 1
    assert hana.get("/api/games/2").json()["upvotes"] == 1


def test_votes_go_back_to_the_game_that_was_playing_after_all(server: Served, hana: Host, night: Night) -> None:
    """Added by mistake, a game took the votes of those who had voted before; undone, it takes none."""
    second = hana.games_of(night["id"])[1]
    hana.ok(hana.vote("Pia", "up"))  # for the game before
    hana.ok(hana.vote("Pia", "up", after=1))
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        bix.subscribe(night["id"])
        change(hana, night, "add")
        hana.ok(hana.vote("Pia", "down", after=3))
        assert [game["downvotes"] for game in hana.games_of(night["id"])] == [0, 0, 1]
        undo(hana, night)
        moved = bix.receive_until("votes.updated")["data"]["sessionGames"]
    assert [(game["id"], game["upvotes"], game["downvotes"]) for game in moved] == [(second["id"], 0, 1)]


def test_a_change_that_is_not_the_last_any_more_is_not_undone(hana: Host, night: Night) -> None:
    seen = hana.get(f"/api/sessions/{night['id']}/changes").json()[0]
    change(hana, night, "code")
    path = f"/api/sessions/{night['id']}/undo"
    refused = hana.post(path, json={"changeId": seen["id"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "change_not_last")
    assert refused.json()["change"]["kind"] == "code"
    assert hana.games_of(night["id"])[1]["room_code"] == "XY9Z"
    assert hana.ok(hana.post(path, json={"changeId": refused.json()["change"]["id"]}))["change"]["kind"] == "code"


def test_notes_that_were_edited_after_the_closing_stay_when_it_is_undone(hana: Host, night: Night) -> None:
    change(hana, night, "close")
    hana.ok(hana.patch(f"/api/sessions/{night['id']}", json={"notes": "edited"}))
    undone = undo(hana, night)
    assert (undone["session"]["is_active"], undone["session"]["notes"]) == (1, "edited")
