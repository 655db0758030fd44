"""Votes from phones: one for each device and game, and nobody but a host sees whose."""

import time
from collections.abc import Iterator

import httpx
import pytest

from gamenight.core.clock import ForwardClock
from tests.support.clients import Host, Listener, a_guest, a_token
from tests.support.server import Served, served


@pytest.fixture
def pia(server: Served) -> Iterator[httpx.Client]:
    """Pia plays, and has a phone."""
    with a_guest(server.url) as phone:
        answer = phone.post("/api/guests", json={"nickname": "Pia", "cookie": False}).raise_for_status()
        phone.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        yield phone


def test_a_phone_votes_as_its_device_whatever_name_it_gives(hana: Host, pia: httpx.Client) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"])
    voted = pia.post("/api/votes/live", json={"vote": "up", "sessionGameId": game["id"], "username": "Hana"})
    assert voted.status_code == 200
    assert voted.json()["vote"]["username"] == "Pia"
    (row,) = hana.get("/api/votes").json()["votes"]
    assert (row["username"], row["platform"], row["vote_type"]) == ("Pia", "phone", "up")


def test_only_hosts_see_the_nicknames_of_guests(server: Served, hana: Host, pia: httpx.Client) -> None:
    session = hana.a_session()
    with Listener(server.live_url) as overlay, a_guest(server.url) as omar:
        overlay.authenticate(a_token(hana, "read"))
        overlay.subscribe(session["id"])
        hana.a_game(session["id"])
        pia.post("/api/votes/live", json={"vote": "up"}).raise_for_status()
        hana.ok(hana.vote("Bo", "down"))
        heard = [overlay.receive_until("vote.received")["data"]["vote"]["username"] for _ in range(2)]
        assert heard == ["guest", "Bo"]
        for reader in (omar, pia):
            assert [vote["username"] for vote in reader.get("/api/votes").json()["votes"]] == ["Bo", None]
            assert reader.get("/api/votes", params={"username": "Pia"}).json()["votes"] == []
    assert [vote["username"] for vote in hana.get("/api/votes").json()["votes"]] == ["Bo", "Pia"]


def test_a_renamed_guest_is_the_same_voter(hana: Host, pia: httpx.Client) -> None:
    session = hana.a_session()
    hana.a_game(session["id"])
    pia.post("/api/votes/live", json={"vote": "up"}).raise_for_status()
    renamed = pia.patch("/api/guests/me", json={"nickname": "Pia the Great"}).raise_for_status()
    pia.headers["Authorization"] = f"Bearer {renamed.json()['token']}"
    # Whichever it is, within a second of the first vote or after it: the device has one vote.
    assert pia.post("/api/votes/live", json={"vote": "down"}).status_code in {200, 409}
    (game,) = hana.games_of(session["id"])
    assert game["upvotes"] + game["downvotes"] == 1


def test_a_bot_can_not_vote_for_a_phone(hana: Host, pia: httpx.Client) -> None:
    hana.a_game(hana.a_session()["id"])
    refused = hana.vote("Pia", platform="phone")
    assert refused.status_code == 400
    assert hana.get("/api/votes").json()["votes"] == []


def test_the_phones_of_one_address_share_a_limit_and_are_told_when_to_go_on(database_url: str) -> None:
    with served(database_url, guest_votes_per_minute=2.0) as server, Host(server.url) as hana:
        hana.a_game(hana.a_session()["id"])
        phones = [a_token(hana, "guest") for _ in range(3)]
        answers = [
            hana.post("/api/votes/live", json={"vote": "up"}, headers={"Authorization": f"Bearer {phone}"})
            for phone in phones
        ]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].json()["code"] == "too_many_votes"
        assert int(answers[2].headers["Retry-After"]) > 0
        assert hana.vote("Bo").status_code == 200


def test_a_bot_that_floods_is_slowed_down(database_url: str) -> None:
    with served(database_url, bot_votes_per_second=1.0) as server, Host(server.url) as hana:
        hana.a_game(hana.a_session()["id"])
        assert {hana.vote(f"viewer{number}").status_code for number in range(10)} == {200, 429}


def test_a_guest_reads_her_own_votes_and_nobody_elses(hana: Host, pia: httpx.Client) -> None:
    session = hana.a_session()
    games = [hana.a_game(session["id"], 1)]
    pia.post("/api/votes/live", json={"vote": "up"}).raise_for_status()
    games.append(hana.a_game(session["id"], 2))
    omar = {"Authorization": f"Bearer {a_token(hana, 'guest', 'Pia')}"}
    on_the_second = {"vote": "down", "sessionGameId": games[1]["id"]}
    hana.ok(hana.post("/api/votes/live", json=on_the_second, headers=omar))
    for headers, game, vote in (({}, games[0], "up"), (omar, games[1], "down")):
        answer = pia.get("/api/guests/me/votes", params={"session_id": session["id"]}, headers=headers)
        assert answer.json() == {
            "session_id": session["id"],
            "votes": [{"session_game_id": game["id"], "vote": vote}],
        }


def own_votes(guest: httpx.Client, session_id: int) -> httpx.Response:
    return guest.get("/api/guests/me/votes", params={"session_id": session_id})


def test_a_guest_has_no_vote_on_a_game_that_was_removed(hana: Host, pia: httpx.Client) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"])
    pia.post("/api/votes/live", json={"vote": "up"}).raise_for_status()
    assert len(own_votes(pia, session["id"]).json()["votes"]) == 1
    hana.ok(hana.delete(f"/api/sessions/{session['id']}/games/{game['id']}"))
    assert own_votes(pia, session["id"]).json()["votes"] == []


def test_a_guest_reads_the_votes_of_the_night_that_is_asked_for(hana: Host, pia: httpx.Client) -> None:
    first = hana.a_session()
    hana.a_game(first["id"])
    pia.post("/api/votes/live", json={"vote": "up"}).raise_for_status()
    hana.ok(hana.post(f"/api/sessions/{first['id']}/close"))
    second = hana.a_session()
    assert len(own_votes(pia, first["id"]).json()["votes"]) == 1
    assert own_votes(pia, second["id"]).json() == {"session_id": second["id"], "votes": []}
    missing = own_votes(pia, 4242)
    assert (missing.status_code, missing.json()["code"]) == (404, "session_not_found")


def test_a_vote_that_does_not_say_when_is_cast_with_its_transaction_however_long_that_takes(
    server: Served, hana: Host
) -> None:
    # As if the batch had begun ten seconds before the vote's turn came.
    server.app.runtime.database.clock = ForwardClock(lambda: time.time() - 10)
    hana.a_game(hana.a_session()["id"])
    phone = {"Authorization": f"Bearer {a_token(hana, 'guest')}"}
    before = server.app.runtime.database.clock.now()
    answer = hana.ok(hana.post("/api/votes/live", json={"vote": "up"}, headers=phone))
    assert before <= answer["vote"]["timestamp"] <= server.app.runtime.database.clock.now()


def test_votes_go_on_when_the_clock_is_set_back_an_hour_in_the_middle_of_a_game(server: Served, hana: Host) -> None:
    set_back = 0

    def wall() -> float:
        return time.time() - set_back

    server.app.runtime.database.clock = ForwardClock(wall)
    session = hana.a_session()
    hana.a_game(session["id"])
    set_back = 3600
    phone = {"Authorization": f"Bearer {a_token(hana, 'guest')}"}
    hana.ok(hana.post("/api/votes/live", json={"vote": "up"}, headers=phone))
    hana.ok(hana.vote("Bo", after=-set_back))  # a bot on the same machine
    hana.ok(hana.vote("Cy"))  # one whose clock was not set back
    hana.a_game(session["id"], 2)
    hana.ok(hana.vote("Bo", after=2 - set_back))
    assert [game["upvotes"] for game in hana.games_of(session["id"])] == [3, 1]
