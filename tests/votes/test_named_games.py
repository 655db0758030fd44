"""Votes that name a game count for that game, whatever is on."""

from typing import Any

from gamenight.core.database import Database
from gamenight.votes.actions.recounting import recount_figures
from tests.support.clients import Host, Listener
from tests.support.patience import wait_until
from tests.support.server import Served


def figures_of(host: Host, game_id: int) -> tuple[int, int, int]:
    game = host.get(f"/api/games/{game_id}").json()
    return game["upvotes"], game["downvotes"], game["popularity_score"]


def tallies(host: Host, session_id: int) -> dict[int, tuple[int, int]]:
    found = host.get(f"/api/sessions/{session_id}/votes").json()["votes"]
    return {each["game_id"]: (each["upvotes"], each["downvotes"]) for each in found}


def nothing_is_wrong(server: Served) -> bool:
    """Whether all figures are what counting gives."""
    database: Database = server.service.database
    with database.transaction() as transaction:
        return recount_figures(transaction) == []


def symbol_of(host: Host, game_id: int) -> str:
    symbol: str = host.get(f"/api/games/{game_id}").json()["symbol"]
    return symbol


def test_a_vote_with_a_ticker_counts_for_its_game_and_never_for_the_one_that_is_on(server: Served, hana: Host) -> None:
    session = hana.a_session()
    on, other = hana.a_game(session["id"], 1), 2
    answer = hana.ok(hana.vote("Pia", "up", ticker=symbol_of(hana, other)))
    assert (answer["game"]["id"], answer["game"]["upvotes"], answer["sessionGame"]) == (other, 1, None)
    assert answer["session"]["id"] == session["id"]
    assert hana.get(f"/api/games/{other}").json()["title"] in answer["message"]
    assert (figures_of(hana, other), figures_of(hana, 1)) == ((1, 0, 1), (0, 0, 0))
    assert tallies(hana, session["id"]) == {1: (0, 0), other: (1, 0)}
    assert hana.games_of(session["id"]) == [on]
    (row,) = hana.get("/api/votes", params={"session_id": session["id"]}).json()["votes"]
    assert (row["game_id"], row["session_game_id"], row["username"]) == (other, None, "Pia")
    for choice, total in (({"game_id": other}, 1), ({"game_id": 1}, 0), ({"session_game_id": on["id"]}, 0), ({}, 1)):
        for more in ({}, {"session_id": session["id"]}):
            page = hana.get("/api/votes", params=choice | more).json()
            assert (page["pagination"]["total"], len(page["votes"])) == (total, total), (choice, more)
    assert nothing_is_wrong(server)


def test_a_named_game_needs_nothing_that_is_on_but_a_session(server: Served, hana: Host) -> None:
    refused = hana.vote("Pia", ticker="FXL")
    assert (refused.status_code, refused.json()["code"]) == (404, "nothing_to_vote_on")
    session = hana.a_session()
    assert hana.ok(hana.vote("Pia", ticker="FXL"))["game"]["upvotes"] == 1
    assert hana.vote("Omar").json()["code"] == "nothing_to_vote_on"
    assert tallies(hana, session["id"]) == {2: (1, 0)}
    assert nothing_is_wrong(server)


def test_an_unknown_ticker_is_refused_with_a_sentence_and_counts_for_nothing(hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"], 1)
    refused = hana.vote("Pia", ticker="zz9")
    assert (refused.status_code, refused.json()["code"]) == (404, "symbol_not_found")
    assert "ZZ9" in refused.json()["error"]
    assert hana.games_of(session["id"])[0]["upvotes"] == 0
    assert hana.get("/api/votes").json()["votes"] == []


def test_a_vote_that_names_two_games_is_refused(hana: Host) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"], 1)
    refused = hana.vote("Pia", ticker=symbol_of(hana, 2), sessionGameId=game["id"])
    assert (refused.status_code, refused.json()["code"]) == (400, "two_games")
    assert hana.ok(hana.vote("Pia", ticker=symbol_of(hana, 1), sessionGameId=game["id"]))["sessionGame"]["upvotes"] == 1


def test_a_vote_for_a_game_that_is_not_on_can_be_changed_and_withdrawn_like_any(server: Served, hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"], 1)
    hana.ok(hana.vote("Pia", "up", ticker="FXL"))
    hana.ok(hana.vote("Omar", "up", ticker="FXL"))
    assert hana.ok(hana.vote("Pia", "down", ticker="FXL", after=1))["game"]["popularity_score"] == 0
    assert not hana.ok(hana.vote("Pia", "down", ticker="FXL", after=2))["changed"]
    assert hana.ok(hana.vote("Pia", "unvote", ticker="FXL", after=3))["game"]["downvotes"] == 0
    assert tallies(hana, session["id"]) == {1: (0, 0), 2: (1, 0)}
    assert nothing_is_wrong(server)


def test_a_game_that_comes_on_later_has_votes_of_its_own_beside_those_before(server: Served, hana: Host) -> None:
    session = hana.a_session()
    hana.ok(hana.vote("Pia", "up", ticker="FXL"))
    game = hana.a_game(session["id"], 2)
    hana.ok(hana.vote("Omar", "down", ticker="FXL"))
    assert hana.games_of(session["id"])[0]["downvotes"] == 1
    assert (figures_of(hana, 2), tallies(hana, session["id"])) == ((1, 1, 0), {2: (1, 1)})
    hana.ok(hana.delete(f"/api/sessions/{session['id']}/games/{game['id']}"))
    wait_until(lambda: tallies(hana, session["id"]) == {2: (1, 1)}, "its votes named the game, so they count for it")
    assert nothing_is_wrong(server)
    hana.ok(hana.post(f"/api/sessions/{session['id']}/undo"))
    wait_until(lambda: hana.games_of(session["id"])[0]["downvotes"] == 1, "and are the session game's again")
    assert (figures_of(hana, 2), tallies(hana, session["id"])) == ((1, 1, 0), {2: (1, 1)})
    assert nothing_is_wrong(server)


def test_the_votes_of_a_night_for_games_that_were_not_on_go_with_it(server: Served, hana: Host) -> None:
    for _ in range(2):
        session = hana.a_session()
        hana.a_game(session["id"], 1)
        hana.ok(hana.vote("Pia", "up", ticker="FXL"))
        hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    assert figures_of(hana, 2) == (2, 0, 2)
    hana.ok(hana.delete(f"/api/sessions/{session['id']}"))
    assert figures_of(hana, 2) == (1, 0, 1)
    assert nothing_is_wrong(server)


def test_a_log_with_the_same_votes_changes_nothing_and_one_alone_gives_the_same(server: Served, hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"], 1)
    answers = [hana.ok(hana.vote(name, vote, ticker="FXL")) for name, vote in (("Pia", "up"), ("Omar", "down"))]
    signs = {"up": "++", "down": "--"}
    chat: list[dict[str, Any]] = [
        {
            "username": answer["vote"]["username"],
            "message": f"fxl{signs[answer['vote']['type']]}",
            "timestamp": answer["vote"]["timestamp"],
        }
        for answer in answers
    ]
    path = f"/api/sessions/{session['id']}/chat-import"
    hana.ok(hana.post(path, json={"chatData": chat}))
    assert (figures_of(hana, 2), tallies(hana, session["id"])[2]) == ((1, 1, 0), (1, 1))
    chat += [chat[0] | {"username": "Bo"}]
    imported = hana.ok(hana.post(path, json={"chatData": chat, "replaceExisting": True}))
    assert imported["votesByGame"]["2"]["upvotes"] >= 1
    assert (figures_of(hana, 2), tallies(hana, session["id"])[2]) == ((2, 1, 1), (2, 1))
    assert nothing_is_wrong(server)


def test_the_night_counts_its_votes_for_games_that_were_not_on(server: Served, hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"], 1)
    hana.ok(hana.vote("Pia", "up"))
    hana.ok(hana.vote("Omar", "down", ticker="FXL"))
    hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    (night,) = hana.get("/api/stats/nights").json()["nights"]
    assert (night["upvotes"], night["downvotes"], night["voter_count"]) == (1, 1, 2)


def test_listeners_hear_of_a_vote_for_a_game_that_is_not_on(hana: Host, bix: Listener) -> None:
    session = hana.a_session()
    bix.subscribe(session["id"])
    hana.ok(hana.vote("Pia", "up", ticker="FXL"))
    heard = bix.receive_until("vote.received")["data"]
    assert (heard["game"]["id"], heard["sessionGame"], heard["votes"]) == (2, None, 1)
    assert heard["totals"] == {"upvotes": 1, "downvotes": 0, "popularity_score": 1}
    assert heard["vote"]["username"] == "Pia"
