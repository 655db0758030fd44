"""Chat logs that are imported: exactly their votes, however often, in whatever parts, and beside live ones."""

import csv
import io
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from gamenight.core.clock import to_text
from gamenight.settings import load
from gamenight.store import open_store
from gamenight.votes import imports
from gamenight.votes.exports import ChatMessage
from gamenight.votes.folding import fold_name
from gamenight.votes.staging import stage
from tests.conftest import Look, Meddle
from tests.support.clients import Host, Listener
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import Served, served
from tests.votes.truth import Line, Played, Truth, a_night_of_chat

NIGHT = [1, 2, 3, 1, 4, 2]
"""The games of the catalogue that were played."""
LINES = int(os.environ.get("TEST_CHAT_LINES", "8000"))
"""A hundred thousand take minutes, most of them for the half that comes in live."""


Night = tuple[dict[str, Any], list[Line], dict[tuple[str, int], str]]


@pytest.fixture
def past_night(hana: Host, meddle: Meddle) -> Night:
    """An active session whose games were played at the times of a chat that we know the votes of."""
    symbols = [hana.get(f"/api/games/{game_id}").json()["symbol"] for game_id in NIGHT]
    played, lines, truth = a_night_of_chat(11, LINES, symbols)
    session = hana.a_session()
    games = [hana.a_game(session["id"], game_id) for game_id in NIGHT]
    for game, each in zip(games, played, strict=True):
        hana.set_status(game, "skipped" if each.skipped else "played")
    meddle("UPDATE sessions SET created_at = '2026-03-13T19:00:00.000Z'")
    for game, each in zip(games, played, strict=True):
        meddle(
            "UPDATE turns SET started_at = :start, ended_at = :end WHERE session_game_id = :id",
            start=to_text(each.start),
            end=to_text(each.end),
            id=game["id"],
        )
    return session, lines, by_session_game(truth, games, played)


def by_session_game(
    truth: Truth, games: Sequence[dict[str, Any]], played: Sequence[Played]
) -> dict[tuple[str, int], str]:
    ids = {each.key: game["id"] for game, each in zip(games, played, strict=True)}
    return {(person, ids[key]): vote for (person, key), vote in truth.items() if isinstance(key, int)}


def counted(look: Look) -> dict[tuple[str, int], str]:
    rows = look(
        "SELECT username, session_game_id, vote FROM votes JOIN voters ON voters.id = voter_id WHERE counts = 1 "
        "AND session_game_id IS NOT NULL"
    )
    return {(fold_name(row["username"]), row["session_game_id"]): row["vote"] for row in rows}


def chat_data(lines: Sequence[Line]) -> dict[str, Any]:
    return {
        "chatData": [
            {"username": line.username, "message": line.message, "timestamp": line.timestamp} for line in lines
        ]
    }


def import_lines(hana: Host, session: dict[str, Any], lines: Sequence[Line], **more: Any) -> dict[str, Any]:
    path = f"/api/sessions/{session['id']}/chat-import"
    return hana.ok(hana.post(path, json=chat_data(lines) | more, timeout=PATIENCE))


def test_a_log_gives_exactly_the_true_votes_once_twice_and_in_halves(hana: Host, look: Look, past_night: Night) -> None:
    session, lines, truth = past_night
    second_half, first_half = lines[len(lines) // 3 :], lines[: 2 * len(lines) // 3]
    import_lines(hana, session, second_half)
    import_lines(hana, session, first_half)
    assert counted(look) == truth
    again = import_lines(hana, session, lines)
    assert (again["messagesImported"], again["votesProcessed"]) == (0, 0)
    assert again["duplicatesSkipped"] == len(lines)
    assert counted(look) == truth
    totals = {game["id"]: game["upvotes"] - game["downvotes"] for game in hana.games_of(session["id"])}
    assert totals == {
        game: sum(1 if vote == "up" else -1 for (_, voted), vote in truth.items() if voted == game) for game in totals
    }


def test_votes_that_also_came_in_live_count_once(hana: Host, server: Served, look: Look, past_night: Night) -> None:
    session, lines, truth = past_night
    heard_live = [line for line in lines[::2] if [target for target, _vote in line.means] == [None]]
    limits = httpx.Limits(max_connections=32)
    with (
        httpx.Client(
            base_url=server.url, headers=hana.headers, limits=limits, trust_env=False, timeout=PATIENCE
        ) as bots,
        ThreadPoolExecutor(16) as threads,
    ):

        def cast(line: Line) -> int:
            body = {"username": line.username, "vote": line.means[0][1], "timestamp": line.timestamp}
            return bots.post("/api/votes/live", json=body).status_code

        importing = threads.submit(import_lines, hana, session, lines)
        answers = set(threads.map(cast, heard_live))
        importing.result()
    # Those within a second are refused, and those for which no game was playing.
    assert {200} <= answers <= {200, 404, 409}
    assert counted(look) == truth


def test_a_log_is_taken_as_any_program_wrote_it(hana: Host, look: Look, past_night: Night) -> None:
    session, lines, truth = past_night
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["timestamp", "username", "message"])
    writer.writerows([line.timestamp, line.username, line.message] for line in lines)
    path = f"/api/sessions/{session['id']}/chat-import"
    imported = hana.ok(
        hana.post(path, content=file.getvalue().encode(), headers={"Content-Type": "text/csv"}, timeout=PATIENCE)
    )
    assert imported["messagesImported"] == len(lines)
    assert counted(look) == truth
    by_game = imported["votesByGame"]
    assert {int(game_id): (each["upvotes"], each["downvotes"]) for game_id, each in by_game.items()} == {
        game["id"]: (game["upvotes"], game["downvotes"])
        for game in hana.get("/api/games").json()
        if game["upvotes"] or game["downvotes"]
    }


def test_replacing_takes_back_the_votes_of_the_logs_before_and_leaves_live_ones(
    hana: Host, look: Look, past_night: Night
) -> None:
    session, lines, truth = past_night
    live = next(line for line in lines if line.means == ((None, "up"),))
    wrong = [line._replace(message="thisgame--", username=f"troll{number}") for number, line in enumerate(lines[:500])]
    import_lines(hana, session, wrong)
    assert counted(look) != truth
    hana.post(
        "/api/votes/live",
        json={"username": live.username, "vote": "up", "timestamp": live.timestamp},
    )
    replaced = import_lines(hana, session, lines, replaceExisting=True)
    assert replaced["messagesImported"] == len(lines)
    assert counted(look) == truth
    assert look("SELECT count(*) AS imports FROM chat_imports") == [{"imports": 1}]
    assert look("SELECT count(*) AS messages FROM chat_messages") == [{"messages": len(lines)}]


def test_a_log_that_is_broken_at_its_end_changes_nothing(hana: Host, look: Look, past_night: Night) -> None:
    session, lines, _truth = past_night
    body = chat_data(lines[:2000])
    broken = json.dumps(body)[:-20]
    refused = hana.post(f"/api/sessions/{session['id']}/chat-import", content=broken.encode())
    assert (refused.status_code, refused.json()["code"]) == (400, "chat_log_invalid")
    assert refused.json()["entry"] == 2000
    for table in ("votes", "voters", "chat_messages", "chat_imports"):
        assert look(f"SELECT count(*) AS rows FROM {table}") == [{"rows": 0}]


def test_a_log_of_times_that_have_not_come_is_refused_with_a_hint(hana: Host, look: Look) -> None:
    session = hana.a_session()
    body = {"chatData": [{"username": "Pia", "message": "thisgame++", "timestamp": "2099-01-01T00:00:00Z"}]}
    refused = hana.post(f"/api/sessions/{session['id']}/chat-import", json=body)
    assert (refused.status_code, refused.json()["code"]) == (400, "timestamp_in_future")
    assert "utcOffset" in refused.json()["error"]
    assert look("SELECT count(*) AS rows FROM chat_messages") == [{"rows": 0}]


def test_listeners_hear_once_of_the_games_whose_votes_an_import_changed(
    server: Served, hana: Host, past_night: Night
) -> None:
    session, lines, _truth = past_night
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        bix.subscribe(session["id"])
        import_lines(hana, session, lines[:3000])
        told = bix.receive_until("votes.updated")["data"]["sessionGames"]
        assert bix.nothing_more() == []
    assert "vote.received" not in {event["type"] for event in bix.events}
    assert {game["id"]: game for game in told}.items() <= {
        game["id"]: game for game in hana.games_of(session["id"])
    }.items()


def test_one_log_at_a_time_is_imported_into_a_night(hana: Host, meddle: Meddle, past_night: Night) -> None:
    session, lines, _truth = past_night
    import_lines(hana, session, lines[:10])
    meddle("UPDATE chat_imports SET state = 'staging'")
    refused = hana.post(f"/api/sessions/{session['id']}/chat-import", json=chat_data(lines[10:20]))
    assert (refused.status_code, refused.json()["code"]) == (409, "import_running")


def test_an_import_that_is_in_force_is_not_thrown_away(database_url: str, look: Look) -> None:
    """As it would be by somebody who never got the answer that it had come into force."""
    with served(database_url) as server, Host(server.url) as hana:
        session = hana.a_session()
    with open_store(load({}, database_url=database_url)) as database, database.transaction() as transaction:
        import_id = imports.begin(transaction, session["id"])
        imports.apply(transaction, import_id, replacing=True)
        assert not imports.discard_some(transaction, import_id)
    assert look("SELECT state FROM chat_imports") == [{"state": "applying"}]


@pytest.mark.parametrize("came_into_force", [False, True])
def test_an_import_whose_process_died_is_finished_or_leaves_nothing(
    database_url: str, look: Look, meddle: Meddle, *, came_into_force: bool
) -> None:
    with served(database_url) as server, Host(server.url) as hana:
        session = hana.a_session()
        hana.a_game(session["id"])
    said = [
        ChatMessage("2026-03-13T20:00:00.000Z", f"viewer{number}", None, "thisgame++", number) for number in range(3)
    ]
    meddle("UPDATE sessions SET created_at = '2026-03-13T19:00:00.000Z'")
    meddle("UPDATE turns SET started_at = '2026-03-13T19:00:00.000Z'")
    with open_store(load({}, database_url=database_url)) as database, database.transaction() as transaction:
        import_id = imports.begin(transaction, session["id"])
        stage(transaction, import_id, said, platform="chat", symbols={}, replacing=False)
        if came_into_force:
            imports.apply(transaction, import_id, replacing=False)
    assert counted(look) == {}
    meddle("UPDATE chat_imports SET touched_at = '2026-03-13T19:00:00.000Z'")
    wanted = [{"imports": 1, "votes": 3}] if came_into_force else [{"imports": 0, "votes": 0}]
    with served(database_url) as server, Host(server.url) as hana:
        left = (
            "SELECT (SELECT count(*) FROM chat_imports WHERE state = 'done') AS imports, "
            "(SELECT count(*) FROM votes WHERE counts = 1) AS votes"
        )
        rest = "SELECT count(*) AS rest FROM chat_imports WHERE state != 'done'"
        wait_until(lambda: look(left) == wanted and look(rest) == [{"rest": 0}], "the import is finished or gone")
        hana.get("/health").raise_for_status()


def test_a_log_can_not_speak_for_phones(hana: Host) -> None:
    session = hana.a_session()
    refused = hana.post(f"/api/sessions/{session['id']}/chat-import?platform=phone", json={"chatData": []})
    assert refused.status_code == 400


def test_an_import_is_for_a_session_that_is_there(hana: Host) -> None:
    body = {"chatData": [{"username": "Pia", "message": "hi", "timestamp": "2026-03-13T19:00:00Z"}]}
    assert hana.post("/api/sessions/999/chat-import", json=body).status_code == 404
    session = hana.a_session()
    assert hana.post(f"/api/sessions/{session['id']}/chat-import", content=b"").status_code == 400


def test_an_import_larger_than_the_limit_is_refused(database_url: str) -> None:
    with served(database_url, stream_bytes=100_000) as server, Host(server.url) as hana:
        session = hana.a_session()
        path = f"/api/sessions/{session['id']}/chat-import"
        fitting = b'{"chatData": []}'.ljust(100_000)
        assert hana.post(path, content=fitting).status_code == 200
        refused = hana.post(path, content=fitting + b" ")
        assert (refused.status_code, refused.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("platform", ["chat%0A", "Twitch", "a" * 33, ""])
def test_the_platform_of_a_log_is_named_as_that_of_a_live_vote(hana: Host, platform: str) -> None:
    session = hana.a_session()
    refused = hana.post(f"/api/sessions/{session['id']}/chat-import?platform={platform}", json={"chatData": []})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")
    assert "platform" in refused.json()["error"]
