"""The demo, as the README says to start it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest


@pytest.fixture
def demo(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "gamenight", "demo", "--port", "0", "--speed", "20"]
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        yield run
        run.kill()


def test_the_demo_plays_a_night_and_leaves_nothing(demo: "subprocess.Popen[str]", tmp_path: Path) -> None:
    assert demo.stdout is not None
    seen: list[str] = []
    address = ""
    for line in demo.stdout:
        seen.append(line)
        if "gamenight is at " in line:
            address = line.split("gamenight is at ")[1].split()[0]
        if " session.ended" in line:
            break
    types = [line.split()[1] for line in seen if line[2:3] == ":" and line[5:6] == ":"]
    assert [each for each in types if each in {"session.started", "game.added", "session.ended"}] == [
        "session.started",
        *["game.added"] * 3,
        "session.ended",
    ]
    assert types.count("game.started") == 4, "one of the three is played again by the same players"
    assert types.count("game.ended") == 4
    assert types.count("room.disconnected") == 3
    assert types.count("lobby.player-joined") >= 12
    assert types.count("vote.received") >= 12, "at least four viewers vote on each game"
    night = httpx.get(f"{address}/api/sessions/1/games", trust_env=False).json()
    assert [(game["status"], game["player_count_check_status"]) for game in night] == [("played", "ended")] * 3
    assert all(game["upvotes"] + game["downvotes"] >= 4 for game in night)
    assert list(tmp_path.iterdir()), "the night lies in the temporary folder"
    demo.send_signal(signal.SIGINT)
    rest, _errors = demo.communicate(timeout=20)
    assert "Traceback" not in rest
    assert demo.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_person_takes_the_night_over_and_plays_one_of_her_own(demo: "subprocess.Popen[str]") -> None:
    assert demo.stdout is not None
    lines = iter(demo.stdout)

    def read_until(words: str) -> str:
        return next(line for line in lines if words in line).strip()

    url, key = read_until("Begin here").split()[-1].split("/#key=")
    read_until("lobby.player-joined")
    with httpx.Client(base_url=url, trust_env=False) as api:
        token = api.post("/api/auth/login", json={"key": key}).json()["token"]
        api.headers["Authorization"] = f"Bearer {token}"
        assert api.post("/api/sessions/1/close").is_success
        read_until("The night is yours now")
        waiting = read_until("stands the room code").rpartition(" ")[2].rstrip(".")
        night = f"/api/sessions/{api.post('/api/sessions').json()['id']}"
        added = api.post(f"{night}/games", json={"game_id": 1}).json()
        shown = read_until(f"On the screen of {added['title']}").rpartition(" ")[2].rstrip(".")
        path = f"{night}/games/{added['id']}"
        assert api.patch(f"{path}/room-code", json={"room_code": shown}).is_success
        assert added["title"] in read_until("lobby.player-joined")
        assert api.patch(f"{path}/status", json={"status": "skipped"}).is_success
        read_until("room.disconnected")
        assert api.post(f"{night}/undo").is_success
        for event in ("game.started", "vote.received", "game.ended"):
            assert added["title"] in read_until(event)
        read_until("room.disconnected")
        recognised = api.post(f"{night}/games", json={"room_code": waiting})
        assert recognised.is_success, recognised.text
        read_until("game.started")
        assert api.post(f"{night}/close").is_success
        read_until("session.ended")
