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
    told = [line.split()[1] for line in seen if line[2:3] == ":" and line[5:6] == ":"]
    assert [each for each in told if each in {"session.started", "game.added", "session.ended"}] == [
        "session.started",
        *["game.added"] * 3,
        "session.ended",
    ]
    assert told.count("game.started") == 4, "one of the three is played again by the same players"
    assert told.count("game.ended") == 4
    assert told.count("room.disconnected") == 3
    assert told.count("lobby.player-joined") >= 12
    assert told.count("vote.received") >= 12, "at least four viewers vote on each game"
    night = httpx.get(f"{address}/api/sessions/1/games", trust_env=False).json()
    assert [(game["status"], game["player_count_check_status"]) for game in night] == [("played", "ended")] * 3
    assert all(game["upvotes"] + game["downvotes"] >= 4 for game in night)
    assert list(tmp_path.iterdir()), "the night lies in the temporary folder"
    demo.send_signal(signal.SIGINT)
    rest, _errors = demo.communicate(timeout=20)
    assert "Traceback" not in rest
    assert demo.returncode == 0
    assert list(tmp_path.iterdir()) == []
