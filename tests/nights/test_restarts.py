"""The server may be killed, stopped and started again: nothing acknowledged is lost, nobody misses an event."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from gamenight.core.clock import to_text
from tests.conftest import Look
from tests.support.clients import Host, Listener
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import Process

Start = Callable[[], Process]


@pytest.fixture
def start(database_url: str, tmp_path: Path) -> Iterator[Start]:
    """Starts the server as a process of its own, again and again on the same database."""
    started: list[Process] = []

    def start_one() -> Process:
        process = Process("--database-url", database_url)
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.terminate()


class Follower:
    """Bix the bot: follows a session through every interruption, with the last id it has."""

    def __init__(self, session_id: int) -> None:
        self._session_id = session_id
        self.stream: str | None = None
        self.last = 0
        self.events: list[dict[str, Any]] = []
        self.resyncs = 0

    def follow(self, server: Process, token: str, until: Callable[[dict[str, Any]], bool]) -> None:
        """Hear on until an event, or until the connection is lost, or is not even made."""
        try:
            client = Listener(server.live_url)
        except (InvalidHandshake, OSError):
            return
        with client:
            hello = client.authenticate(token)
            self.stream = self.stream or hello["stream"]
            client.say(type="subscribe", sessionId=self._session_id, since=self.last, stream=self.stream)
            try:
                while True:
                    message = client.receive()
                    self.resyncs += message["type"] == "resync"
                    if "id" in message and "data" in message and message["type"] != "snapshot":
                        self.events.append(message)
                        self.last = message["id"]
                        if until(message):
                            return
            except ConnectionClosed:
                return


def test_a_client_cut_off_by_a_killed_server_ends_up_with_every_event_once(start: Start) -> None:
    first = start()
    with Host(first.url) as hana:
        session_id = hana.a_session()["id"]
        bix = Follower(session_id)
        following = threading.Thread(target=bix.follow, args=(first, hana.token, lambda _event: False))
        following.start()
        for game in range(1, 6):
            hana.a_game(session_id, game)
        first.kill()
        following.join(PATIENCE)
    second = start()
    with Host(second.url) as hana:
        for game in range(6, 9):
            hana.a_game(session_id, game)
        second.kill()
    third = start()
    with Host(third.url) as hana:
        hana.a_game(session_id, 9)
        bix.follow(third, hana.token, lambda event: event["data"].get("game", {}).get("id") == 9)
    assert bix.resyncs == 0
    ids = [event["id"] for event in bix.events]
    assert ids == sorted(set(ids))
    added = [event["data"]["game"]["id"] for event in bix.events if event["type"] == "game.added"]
    assert added == list(range(1, 10))


def test_what_was_acknowledged_before_a_kill_is_there_and_a_retry_does_nothing_twice(start: Start) -> None:
    acknowledged: list[int] = []
    first = start()
    with Host(first.url) as hana:
        session_id = hana.a_session()["id"]
        body = {"game_id": 1}
        writing = threading.Thread(target=_add_until_it_fails, args=(hana, session_id, body, acknowledged))
        writing.start()
        while len(acknowledged) < 50:
            time.sleep(0.001)
        first.kill()
        writing.join(PATIENCE)
    second = start()
    with Host(second.url) as hana:
        there = hana.games_of(session_id)
        assert len(there) in (len(acknowledged), len(acknowledged) + 1)
        last_key = {"Idempotency-Key": f"game-{len(acknowledged)}"}
        hana.ok(hana.post(f"/api/sessions/{session_id}/games", json=body, headers=last_key))
        assert len(hana.games_of(session_id)) == len(acknowledged) + 1


def _add_until_it_fails(hana: Host, session_id: int, body: dict[str, Any], acknowledged: list[int]) -> None:
    try:
        while True:
            key = {"Idempotency-Key": f"game-{len(acknowledged)}"}
            answer = hana.post(f"/api/sessions/{session_id}/games", json=body, headers=key)
            acknowledged.append(answer.raise_for_status().json()["id"])
    except httpx.TransportError:
        pass


def test_a_stop_finishes_what_was_begun_and_loses_nothing(start: Start) -> None:
    first = start()
    acknowledged: list[int] = []
    with Host(first.url) as hana:
        session_id = hana.a_session()["id"]
        writing = threading.Thread(target=_add_until_it_fails, args=(hana, session_id, {"game_id": 2}, acknowledged))
        writing.start()
        while len(acknowledged) < 20:
            time.sleep(0.001)
        assert first.terminate() == 0
        writing.join(PATIENCE)
    second = start()
    with Host(second.url) as hana:
        assert len(hana.games_of(session_id)) == len(acknowledged)


def test_a_stop_ends_an_import_soon_and_the_log_can_be_imported_after_it(start: Start, look: Look) -> None:
    first = start()
    answers: list[httpx.Response] = []
    with Host(first.url) as hana:
        session_id = hana.a_session()["id"]
        game = hana.a_game(session_id, 2)
        begun = datetime.fromisoformat(game["played_at"])
        log = [
            {"timestamp": to_text(begun + timedelta(microseconds=number)), "username": f"pia{number}", "message": said}
            for number in range(60_000)
            for said in [("thisgame++", "hello")[number > 50]]
        ]
        path = f"/api/sessions/{session_id}/chat-import"
        sending = threading.Thread(target=lambda: answers.append(hana.post(path, json={"chatData": log})))
        sending.start()
        wait_until(lambda: bool(look("SELECT id FROM chat_messages LIMIT 1")), "the import is under way")
        assert first.terminate() == 0
        sending.join(PATIENCE)
    assert "Traceback" not in first.output
    (answer,) = answers
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert "The server is stopping" in answer.json()["error"]
    second = start()
    with Host(second.url) as hana:
        imported = hana.ok(hana.post(path, json={"chatData": log[:100]}))
        assert (imported["messagesImported"], imported["duplicatesSkipped"]) == (100, 0)
        assert hana.games_of(session_id)[0]["upvotes"] == 51


def test_a_token_is_still_good_after_a_restart(start: Start) -> None:
    first = start()
    with Host(first.url) as hana:
        token = hana.token
    first.terminate()
    second = start()
    answer = httpx.post(f"{second.url}/api/auth/verify", headers={"Authorization": f"Bearer {token}"}, trust_env=False)
    assert answer.json()["valid"] is True


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite's file has one process
def test_two_processes_on_one_database_are_one_service(start: Start) -> None:
    here, there = start(), start()
    with Host(here.url) as hana, Listener(there.live_url) as bix:
        hello = bix.authenticate(hana.token)
        session_id = hana.a_session()["id"]
        bix.receive_until("session.started")
        bix.subscribe(session_id)
        for game in range(1, 6):
            hana.a_game(session_id, game)
        with Host(there.url) as harry:
            assert harry.post("/api/sessions").status_code == 400
            harry.a_game(session_id, 6)
        while sum(event["type"] == "game.added" for event in bix.events) < 6:
            bix.receive()
        last = bix.events[-1]["id"]
        since = bix.events[2]["id"]
        with Listener(here.live_url) as moved:
            moved.authenticate(hana.token)
            moved.subscribe(session_id, since=since, stream=hello["stream"])
            while not moved.events or moved.events[-1]["id"] < last:
                moved.receive()
        assert [event["id"] for event in moved.events] == [e["id"] for e in bix.events if e["id"] > since]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_second_server_on_the_same_file_is_refused_with_a_sentence(start: Start) -> None:
    start()
    with pytest.raises(AssertionError, match="Another gamenight uses"):
        start()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_token_revoked_in_one_process_is_refused_by_the_other_and_loses_its_connections_there(start: Start) -> None:
    here, there = start(), start()
    with Host(here.url) as hana, Listener(there.live_url) as bix, httpx.Client(trust_env=False) as bot:
        token = hana.ok(hana.post("/api/tokens", json={"name": "Bix", "scope": "read"}))
        headers = {"Authorization": f"Bearer {token['token']}"}
        verify = f"{there.url}/api/auth/verify"
        bix.authenticate(token["token"])
        assert bot.post(verify, headers=headers).status_code == 200
        hana.ok(hana.delete(f"/api/tokens/{token['id']}"))
        assert bix.close_code() == 4003
        assert bot.post(verify, headers=headers).json()["code"] == "token_revoked"
