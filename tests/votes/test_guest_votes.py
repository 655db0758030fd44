"""Votes of guests: one a device and game, which nobody else can tell from another."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.support.clients import Host, Listener, a_guest, a_token
from tests.support.server import Served


class Guest:
    """Somebody with a phone."""

    def __init__(self, hana: Host, client: httpx.Client, nickname: str) -> None:
        self.client = client
        client.headers["Authorization"] = f"Bearer {a_token(hana, 'guest', nickname)}"

    def vote(self, game: dict[str, Any], vote: str, **fields: Any) -> httpx.Response:
        return self.client.post("/api/votes/live", json={"vote": vote, "sessionGameId": game["id"]} | fields)

    def read_votes(self, session_id: int) -> httpx.Response:
        return self.client.get("/api/guests/me/votes", params={"session_id": session_id})

    def own_votes(self, session_id: int) -> list[dict[str, Any]]:
        answer = self.read_votes(session_id).raise_for_status().json()
        assert answer["session_id"] == session_id
        votes: list[dict[str, Any]] = answer["votes"]
        return votes


@pytest.fixture
def guests(server: Served, hana: Host) -> Iterator[tuple[Guest, Guest]]:
    """Pia and Omar, each with a phone."""
    with ExitStack() as closing:
        pia, omar = (Guest(hana, closing.enter_context(a_guest(server.url)), name) for name in ("Pia", "Omar"))
        yield pia, omar


def test_a_guest_needs_no_name_and_reads_only_her_own_votes(hana: Host, guests: tuple[Guest, Guest]) -> None:
    pia, omar = guests
    session = hana.a_session()
    first = hana.a_game(session["id"], 1)
    assert hana.ok(pia.vote(first, "up"))["sessionGame"]["upvotes"] == 1
    second = hana.a_game(session["id"], 2)
    assert hana.ok(omar.vote(second, "down"))["sessionGame"]["downvotes"] == 1
    assert pia.own_votes(session["id"]) == [{"session_game_id": first["id"], "vote": "up"}]
    assert omar.own_votes(session["id"]) == [{"session_game_id": second["id"], "vote": "down"}]


def test_a_guest_is_her_device_and_votes_now_whatever_else_she_says(hana: Host, guests: tuple[Guest, Guest]) -> None:
    pia, omar = guests
    session = hana.a_session()
    game = hana.a_game(session["id"])
    posing = {"username": "Omar", "platform": "chat", "userId": "7", "timestamp": "2020-01-01T00:00:00Z"}
    hana.ok(pia.vote(game, "up", **posing))
    again = pia.vote(game, "up", username="Ada", platform="phone", userId="8")
    assert (again.status_code, again.json()["code"]) == (409, "vote_repeated")
    hana.ok(omar.vote(game, "up"))
    assert hana.games_of(session["id"])[0]["upvotes"] == 2
    assert len(pia.own_votes(session["id"])) == 1


def test_a_vote_on_a_game_that_is_over_is_refused(hana: Host, guests: tuple[Guest, Guest]) -> None:
    pia, _omar = guests
    session = hana.a_session()
    skipped = hana.a_game(session["id"], 1)
    hana.set_status(skipped, "skipped")
    hana.a_game(session["id"], 2)
    late = pia.vote(skipped, "up")
    assert (late.status_code, late.json()["code"]) == (409, "voting_over")
    assert pia.own_votes(session["id"]) == []


def test_who_voted_with_a_phone_is_told_to_nobody(server: Served, hana: Host, guests: tuple[Guest, Guest]) -> None:
    pia, omar = guests
    session = hana.a_session()
    game = hana.a_game(session["id"])
    with Listener(server.live_url) as listener:
        listener.authenticate(omar.client.headers["Authorization"].removeprefix("Bearer "))
        listener.subscribe(session["id"])
        assert hana.ok(pia.vote(game, "up"))["vote"]["username"] == "Pia"
        assert listener.hear_event("vote.received")["data"]["vote"]["username"] == "guest"
    listed = omar.client.get("/api/votes").json()["votes"]
    assert [(each["username"], each["platform"]) for each in listed] == [(None, "phone")]
    assert omar.client.get("/api/votes", params={"username": "Pia"}).json()["votes"] == []


def test_the_votes_of_a_removed_game_and_of_another_night_are_none_of_this_one(
    hana: Host, guests: tuple[Guest, Guest]
) -> None:
    pia, omar = guests
    night = hana.a_session()
    game = hana.a_game(night["id"])
    hana.ok(pia.vote(game, "up"))
    hana.ok(hana.delete(f"/api/sessions/{night['id']}/games/{game['id']}"))
    assert pia.own_votes(night["id"]) == []
    kept = hana.a_game(night["id"])
    hana.ok(omar.vote(kept, "up"))
    hana.ok(hana.post(f"/api/sessions/{night['id']}/close"))
    assert omar.own_votes(night["id"]) == [{"session_game_id": kept["id"], "vote": "up"}]
    assert omar.own_votes(hana.a_session()["id"]) == []
    missing = omar.read_votes(4242)
    assert (missing.status_code, missing.json()["code"]) == (404, "session_not_found")
