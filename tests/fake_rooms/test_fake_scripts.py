import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import msgspec
import pytest

from gamenight.fake_rooms import scripts
from gamenight.fake_rooms.games import Phase
from gamenight.fake_rooms.scripts import Performance, Script
from gamenight.fake_rooms.service import FakeRooms


async def performed(script: Script, fake: FakeRooms) -> list[tuple[str, Phase, int, bool, bool]]:
    """Code, phase, players, locked and over, after each step."""
    performance, seen = Performance(fake, script), []
    while performance.step():
        room = performance.room
        assert room is not None
        seen.append((room.code, room.phase, len(room.players), room.locked, room.over))
    return seen


def play(script: Script) -> list[tuple[str, Phase, int, bool, bool]]:
    return asyncio.run(performed(script, FakeRooms()))


def script_of(*steps: dict[str, object], **options: object) -> Script:
    data = {"about": "A test.", "rooms": [{"options": {"code": "PLAY", **options}, "steps": list(steps)}]}
    return msgspec.convert(data, Script)


@pytest.mark.parametrize("name", scripts.names())
def test_each_script_that_comes_along_plays_to_its_end(name: str, caplog: pytest.LogCaptureFixture) -> None:
    script = scripts.load(name)
    seen = play(script)
    assert len(seen) == sum(1 + len(room.steps) for room in script.rooms)
    assert seen[-1][-1], "the last room is over"
    assert not caplog.records, "no step had to be left out"


def test_the_night_has_a_game_played_again_and_a_host_that_vanishes() -> None:
    seen = play(scripts.load("night"))
    assert list(dict.fromkeys(code for code, *_ in seen)) == ["QUIP", "FIBS", "DRAW"]
    first = [phase for code, phase, *_ in seen if code == "QUIP"]
    assert list(dict.fromkeys(first)) == [Phase.LOBBY, Phase.COUNTDOWN, Phase.PLAYING, Phase.POST_GAME]
    post = first.index(Phase.POST_GAME)
    assert Phase.PLAYING in first[post:], "the same players again"
    assert Phase.LOBBY in first[first.index(Phase.COUNTDOWN) : post], "a countdown was cancelled"


def test_a_script_runs_in_its_own_time() -> None:
    async def run() -> list[Phase]:
        fake = FakeRooms()
        script = script_of({"do": "join", "name": "ANN"}, {"do": "start", "after": 3600})
        performance = Performance(fake, script)
        running = asyncio.create_task(performance.run())
        await fake.until(lambda: "PLAY" in fake.rooms and len(fake.rooms["PLAY"].players) == 1)
        before = fake.rooms["PLAY"].phase
        running.cancel()
        await Performance(fake, script).run(speed=1e6)
        return [before, fake.rooms["PLAY"].phase]

    assert asyncio.run(run()) == [Phase.LOBBY, Phase.PLAYING]


def test_a_script_leaves_out_what_cannot_be(caplog: pytest.LogCaptureFixture) -> None:
    script = script_of({"do": "start"}, {"do": "join", "name": "LATE"}, {"do": "leave", "name": "LATE"}, {"do": "exit"})
    assert play(script)[-1] == ("PLAY", Phase.PLAYING, 0, True, True)
    assert [record.getMessage().split(" (")[0] for record in caplog.records] == [
        "PLAY: {'do': 'join', 'name': 'LATE', 'after': 0.0} was left out",
        "PLAY: {'do': 'leave', 'name': 'LATE', 'after': 0.0} was left out",
    ]


def test_a_step_can_make_a_room_misbehave_and_behave_again() -> None:
    async def rest_faults() -> list[bool]:
        fake = FakeRooms()
        performance = Performance(fake, script_of({"do": "misbehave", "fault": "html"}, {"do": "misbehave"}))
        seen = []
        while performance.step():
            seen.append(fake.rooms["PLAY"].faults.rest is not None)
        return seen

    assert asyncio.run(rest_faults()) == [False, True, False]


@pytest.mark.parametrize(
    ("step", "wrong"),
    [
        ({"do": "juggle"}, "juggle"),
        ({"do": "join"}, "name"),
        ({"do": "join", "name": "ANN", "at": 5}, "at"),
        ({"do": "misbehave", "fault": "unknown"}, "unknown"),
    ],
)
def test_a_script_that_is_wrong_says_where(tmp_path: Path, step: dict[str, object], wrong: str) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps({"about": "", "rooms": [{"options": {"code": "PLAY"}, "steps": [step]}]}))
    with pytest.raises(msgspec.DecodeError, match=wrong):
        scripts.load(str(file))


def command(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "gamenight", "fake-rooms", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_a_script_of_ones_own_until_it_is_stopped(tmp_path: Path, number: signal.Signals) -> None:
    file = tmp_path / "mine.json"
    rooms = [{"options": {"code": "MINE", "app_tag": "fourbage"}, "steps": [{"do": "exit", "after": 3600}]}]
    file.write_text(json.dumps({"about": "Mine.", "rooms": rooms}))
    with command("--port", "0", "--script", str(file)) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        assert "MINE" in lines[1]
        url = lines[2].strip().split("GAMENIGHT_ROOMS_URL=")[1]
        assert httpx.get(f"{url}/api/v2/rooms/MINE").json()["body"]["appTag"] == "fourbage"
        process.send_signal(number)
        assert process.wait(10) == 0
        assert process.stdout.read() == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--script", "opera"], "There is no script opera"),
        (["--fault", "hiccups"], "There is no fault hiccups"),
        (["--host", "192.0.2.1"], "can't be used"),
    ],
)
def test_the_command_says_what_it_cannot_do(arguments: list[str], sentence: str) -> None:
    with command("--port", "0", *arguments) as process:
        output, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert sentence in output
    assert "Traceback" not in output


def test_the_command_names_its_scripts_and_faults() -> None:
    with command("--list") as process:
        output, _ = process.communicate(timeout=20)
    assert {"night:", "silence", "private-host"} <= set(output.split())
