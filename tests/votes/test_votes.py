"""Votes that come in live."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gamenight.core.database import Transaction
from tests.conftest import Meddle
from tests.support.clients import Host, Listener
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import Served, served


def test_a_vote_counts_for_the_game_that_is_playing(hana: Host) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"], 7)
    answer = hana.ok(hana.vote("Pia", "up"))
    assert answer["success"] is True
    assert answer["session"] == {"id": session["id"], "games_played": 1}
    assert answer["game"] == {"id": 7, "title": game["title"], "upvotes": 1, "downvotes": 0, "popularity_score": 1}
    assert (answer["vote"]["username"], answer["vote"]["type"]) == ("Pia", "up")
    (row,) = hana.games_of(session["id"])
    assert answer["sessionGame"] == row
    assert (row["upvotes"], row["downvotes"], row["popularity_score"]) == (1, 0, 1)


def test_the_opposite_vote_replaces_the_first_and_the_same_changes_nothing(hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"])
    hana.ok(hana.vote("Pia", "up"))
    changed = hana.ok(hana.vote("Pia", "down", after=1))
    assert (changed["game"]["upvotes"], changed["game"]["downvotes"], changed["changed"]) == (0, 1, True)
    same = hana.ok(hana.vote("PIA ", "down", after=2))
    assert (same["game"]["upvotes"], same["game"]["downvotes"], same["changed"]) == (0, 1, False)
    assert "Nothing changed" in same["message"]
    withdrawn = hana.ok(hana.vote("Pia", "unvote", after=3))
    assert (withdrawn["game"]["upvotes"], withdrawn["game"]["downvotes"]) == (0, 0)


def test_a_second_vote_within_a_second_is_refused_and_changes_nothing(hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"])
    moment = hana.ok(hana.vote("Pia", "up"))["vote"]["timestamp"]
    repeated = hana.vote("Pia", "down", after=0.5, than=moment)
    assert (repeated.status_code, repeated.json()["code"]) == (409, "vote_repeated")
    assert hana.games_of(session["id"])[0]["upvotes"] == 1
    assert hana.ok(hana.vote("Omar", "down", after=0.5, than=moment))["changed"]


def test_an_older_vote_that_arrives_late_does_not_replace_a_newer_one(hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"])
    moment = hana.ok(hana.vote("Pia", "up", after=3))["vote"]["timestamp"]
    late = hana.ok(hana.vote("Pia", "down", after=-2, than=moment))
    assert (late["game"]["upvotes"], late["game"]["downvotes"], late["changed"]) == (1, 0, False)


def test_there_is_nothing_to_vote_on_without_a_session_a_game_or_at_another_time(hana: Host) -> None:
    assert (hana.vote("Pia").status_code, hana.vote("Pia").json()["code"]) == (404, "nothing_to_vote_on")
    session = hana.a_session()
    assert hana.vote("Pia").status_code == 404
    hana.a_game(session["id"])
    assert hana.vote("Pia", after=-60).json()["code"] == "nothing_to_vote_on"
    assert hana.vote("Pia", after=60).json()["code"] == "timestamp_in_future"
    assert hana.get("/api/votes").json()["pagination"]["total"] == 0


def test_a_vote_of_a_whole_second_is_for_what_began_within_that_second(hana: Host, meddle: Meddle) -> None:
    session = hana.a_session()
    first, second = hana.a_game(session["id"], 1), hana.a_game(session["id"], 2)
    meddle("UPDATE sessions SET created_at = '2026-11-20T19:00:00.300Z'")
    turns = [(first, "19:00:00.500", "19:30:00.500"), (second, "19:30:00.500", "20:00:00.000")]
    for game, start, end in turns:
        change = "UPDATE turns SET started_at = :start, ended_at = :end WHERE session_game_id = :id"
        meddle(change, start=f"2026-11-20T{start}Z", end=f"2026-11-20T{end}Z", id=game["id"])

    def voted_on(username: str, time: str, **fields: Any) -> Any:
        return hana.ok(hana.vote(username, timestamp=f"2026-11-20T{time}", **fields))["sessionGame"]["id"]

    assert voted_on("pia", "19:00:00Z") == first["id"]
    assert voted_on("omar", "20:30:00+01:30", sessionGameId=first["id"]) == first["id"]
    assert voted_on("pia", "19:30:00Z", sessionGameId=second["id"]) == second["id"]
    assert hana.vote("lu", timestamp="2026-11-20T19:00:00.200Z").json()["code"] == "nothing_to_vote_on"
    assert hana.vote("lu", timestamp="2026-11-20T18:59:59Z").json()["code"] == "nothing_to_vote_on"


DO_NOT_FIT: list[dict[str, Any]] = [
    {"username": "Pia"},
    {"username": "Pia", "vote": "sideways"},
    {"username": "", "vote": "up"},
    {"username": "x" * 65, "vote": "up"},
    {"username": "Pia", "vote": "up", "timestamp": "yesterday"},
    {"username": "Pia", "vote": "up", "platform": "Not A Platform"},
    {"username": "Pia", "vote": "up", "symbol": "toolong"},
    {"vote": "up"},
]


def test_a_vote_that_does_not_fit_is_refused_with_a_sentence(hana: Host) -> None:
    hana.a_game(hana.a_session()["id"])
    for body in DO_NOT_FIT:
        refused = hana.post("/api/votes/live", json=body)
        assert refused.status_code == 400, body
        assert refused.json()["error"]
        assert hana.get("/api/votes").json()["votes"] == []


def test_a_late_vote_is_for_the_game_before_unless_its_voter_had_voted_on_it(hana: Host) -> None:
    session = hana.a_session()
    first = hana.a_game(session["id"], 1)
    hana.ok(hana.vote("Pia", "up"))
    second = hana.a_game(session["id"], 2)
    assert hana.ok(hana.vote("Omar", "down"))["sessionGame"]["id"] == first["id"]
    assert hana.ok(hana.vote("Pia", "up", after=1))["sessionGame"]["id"] == second["id"]


def test_a_late_vote_is_never_for_a_game_that_was_skipped(hana: Host) -> None:
    session = hana.a_session()
    hana.set_status(hana.a_game(session["id"], 1), "skipped")
    second = hana.a_game(session["id"], 2)
    assert hana.ok(hana.vote("Omar", "up"))["sessionGame"]["id"] == second["id"]


def test_a_phone_votes_on_the_game_that_it_showed_as_long_as_that_takes_votes(server: Served, hana: Host) -> None:
    session = hana.a_session()
    first = hana.a_game(session["id"], 1)
    second = hana.a_game(session["id"], 2)
    third = hana.a_game(session["id"], 3)
    assert hana.ok(hana.vote("Pia", sessionGameId=second["id"]))["sessionGame"]["id"] == second["id"]
    assert hana.ok(hana.vote("Pia", sessionGameId=third["id"], after=1))["sessionGame"]["id"] == third["id"]
    over = hana.vote("Pia", sessionGameId=first["id"], after=2)
    assert (over.status_code, over.json()["code"]) == (409, "voting_over")
    assert hana.vote("Pia", sessionGameId=999, after=2).status_code == 404


def test_people_are_told_apart_by_platform_and_id_and_found_again_by_name(hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"])
    hana.ok(hana.vote("Pia", "up"))
    assert hana.ok(hana.vote("Pia", "up", platform="discord"))["game"]["upvotes"] == 2
    # The same Pia, now with the id that the platform has for them, and then under a new name.
    assert not hana.ok(hana.vote("pia", "up", userId="42", after=1))["changed"]
    renamed = hana.ok(hana.vote("PiaTheGreat", "down", userId="42", after=2))
    assert (renamed["game"]["upvotes"], renamed["game"]["downvotes"]) == (1, 1)
    # Another Pia, with another id.
    assert hana.ok(hana.vote("Pia", "up", userId="43", after=3))["game"]["upvotes"] == 2


def test_votes_can_be_read_by_night_game_name_and_direction(hana: Host) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"], 7)
    for number in range(5):
        hana.ok(hana.vote(f"Viewer{number}", "up" if number else "down"))
    page = hana.get("/api/votes", params={"session_id": session["id"], "limit": 2, "page": 2}).json()
    assert page["pagination"] == {"page": 2, "limit": 2, "total": 5, "total_pages": 3}
    assert [vote["username"] for vote in page["votes"]] == ["Viewer2", "Viewer1"]
    (down,) = hana.get("/api/votes", params={"vote_type": "down", "game_id": 7}).json()["votes"]
    assert (down["username"], down["game_title"], down["session_game_id"]) == ("Viewer0", game["title"], game["id"])
    assert hana.get("/api/votes", params={"username": "VIEWER3"}).json()["pagination"]["total"] == 1
    assert hana.get("/api/votes", params={"game_id": 8}).json()["votes"] == []
    of_playing = hana.get("/api/votes", params={"session_game_id": game["id"]}).json()
    assert of_playing["pagination"]["total"] == hana.get("/api/votes").json()["pagination"]["total"]
    assert hana.get("/api/votes", params={"session_game_id": game["id"] + 1}).json()["votes"] == []
    assert hana.get("/api/votes", params={"limit": 101}).status_code == 400


def test_a_night_tells_its_votes_by_game(hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"], 7)
    hana.ok(hana.vote("Pia", "up"))
    hana.ok(hana.vote("Omar", "down"))
    hana.ok(hana.vote("Bo", "up"))
    hana.a_game(session["id"], 8)
    tallies = hana.get(f"/api/sessions/{session['id']}/votes").json()
    assert [
        (row["game_id"], row["upvotes"], row["downvotes"], row["net_score"], row["total_votes"])
        for row in tallies["votes"]
    ] == [(7, 2, 1, 1, 3), (8, 0, 0, 0, 0)]
    assert hana.get("/api/sessions/999/votes").status_code == 404


def test_the_catalogue_has_the_votes_of_all_nights_and_a_night_those_of_its_own(hana: Host) -> None:
    for _ in range(2):
        session = hana.a_session()
        hana.a_game(session["id"], 7)
        hana.ok(hana.vote("Pia", "up"))
        hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    game = hana.get("/api/games/7").json()
    assert (game["upvotes"], game["downvotes"], game["popularity_score"]) == (2, 0, 2)
    assert hana.games_of(session["id"])[0]["upvotes"] == 1
    hana.ok(hana.delete(f"/api/sessions/{session['id']}"))
    assert hana.get("/api/games/7").json()["upvotes"] == 1


def test_listeners_hear_of_a_vote_with_the_totals(hana: Host, bix: Listener) -> None:
    session = hana.a_session()
    bix.subscribe(session["id"])
    hana.a_game(session["id"], 7)
    hana.ok(hana.vote("Pia", "up"))
    heard = bix.receive_until("vote.received")["data"]
    assert heard["game"]["id"] == 7
    assert (heard["vote"]["username"], heard["vote"]["type"]) == ("Pia", "up")
    assert heard["totals"] == {"upvotes": 1, "downvotes": 0, "popularity_score": 1}
    assert heard["sessionGame"] == hana.games_of(session["id"])[0]
    hana.ok(hana.vote("Pia", "up", after=1))
    assert bix.nothing_more() == []


def test_a_burst_is_told_together_and_each_vote_is_kept(server: Served, hana: Host, bix: Listener) -> None:
    session = hana.a_session()
    bix.subscribe(session["id"])
    hana.a_game(session["id"], 7)
    database = server.service.database
    begun, written = threading.Event(), threading.Event()

    def hold(_transaction: Transaction) -> bool:
        begun.set()
        return written.wait(PATIENCE)

    holding = asyncio.run_coroutine_threadsafe(database.write(hold), server.loop)
    assert begun.wait(PATIENCE), "no vote can get into the batch before those that wait"
    with ThreadPoolExecutor(60) as viewers:
        votes = [viewers.submit(hana.vote, f"Viewer{number}", "up") for number in range(60)]
        wait_until(lambda: database.waiting.writes >= 60, "all votes are there before the first is written")
        written.set()
        assert holding.result(PATIENCE)
        for vote in votes:
            hana.ok(vote.result())
    while bix.receive_until("vote.received")["data"]["totals"]["upvotes"] < 60:
        pass
    told = [event["data"] for event in bix.events if event["type"] == "vote.received"]
    assert sum(each["votes"] for each in told) == 60
    assert len(told) < 60
    assert [each["totals"]["upvotes"] for each in told] == sorted(each["totals"]["upvotes"] for each in told)
    assert hana.get("/api/votes").json()["pagination"]["total"] == 60


def test_a_burst_has_an_event_for_each_vote_where_that_is_set(database_url: str) -> None:
    with (
        served(database_url, vote_events_each=1000.0) as server,
        Host(server.url) as hana,
        Listener(server.live_url) as bix,
    ):
        session = hana.a_session()
        bix.authenticate(hana.token)
        bix.subscribe(session["id"])
        hana.a_game(session["id"], 7)
        for number in range(60):
            hana.ok(hana.vote(f"Viewer{number}", "up"))
        heard = [bix.receive_until("vote.received")["data"] for _ in range(60)]
    assert [each["totals"]["upvotes"] for each in heard] == list(range(1, 61))


def test_votes_that_nobody_has_heard_of_are_told_after_a_restart(database_url: str) -> None:
    with served(database_url, vote_events_each=0.0) as server, Host(server.url) as hana:
        session = hana.a_session()
        hana.a_game(session["id"], 7)
        hana.ok(hana.vote("Pia", "up"))
    with served(database_url) as server, Host(server.url) as hana, Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        bix.subscribe(session["id"], since=0)
        assert bix.receive_until("vote.received")["data"]["totals"]["upvotes"] == 1


def test_the_votes_of_one_person_on_one_night_are_limited(hana: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gamenight.votes.actions.casting.MAX_VOTES", 2)
    session = hana.a_session()
    hana.a_game(session["id"])
    hana.ok(hana.vote("Pia", "up"))
    hana.ok(hana.vote("Pia", "down", after=1))
    assert (hana.vote("Pia", "up", after=2).status_code, hana.vote("Omar").status_code) == (429, 200)


def test_a_removed_game_does_not_keep_the_votes_of_others_from_being_told(database_url: str) -> None:
    with (
        served(database_url, vote_events_each=0.0) as server,
        Host(server.url) as hana,
        Listener(server.live_url) as bix,
    ):
        session = hana.a_session()
        bix.authenticate(hana.token)
        bix.subscribe(session["id"])
        mistake = hana.a_game(session["id"], 7)
        hana.ok(hana.vote("Pia", sessionGameId=mistake["id"]))
        hana.ok(hana.delete(f"/api/sessions/{session['id']}/games/{mistake['id']}"))
        game = hana.a_game(session["id"], 8)
        hana.ok(hana.vote("Omar", sessionGameId=game["id"]))
        voted_on = {"id": 8, "title": game["title"], "pack_name": game["pack_name"]}
        assert bix.receive_event("vote.received", game=voted_on)["data"]["totals"]["upvotes"] == 1


def test_a_vote_that_is_not_told_yet_is_read_at_once(database_url: str) -> None:
    with served(database_url, vote_events_each=0.0) as server, Host(server.url) as hana:
        session = hana.a_session()
        hana.a_game(session["id"], 7)
        for number in range(1, 6):
            hana.ok(hana.vote(f"viewer{number}"))
            assert hana.games_of(session["id"])[0]["upvotes"] == number


@pytest.mark.parametrize("timestamp", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-10:00"])
def test_a_time_that_no_calendar_has_is_refused(hana: Host, timestamp: str) -> None:
    hana.a_game(hana.a_session()["id"])
    refused = hana.post("/api/votes/live", json={"username": "Pia", "vote": "up", "timestamp": timestamp})
    assert refused.status_code == 400
