"""The guide is run as it is printed, and its answers are compared."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import (
    DOCS,
    Step,
    blocks_of,
    curls,
    difference,
    environment_for,
    parsed,
    run_steps,
    steps_of,
    without_times,
)
from tests.support.clients import Host
from tests.support.server import ADMIN_KEY, Served, served, sqlite_url

GUIDE = (DOCS / "guide.md").read_text(encoding="utf-8")
PATIENCE = 20


@pytest.fixture
def night(sqlite_template: Path, tmp_path: Path) -> Iterator[Served]:
    """A fresh server with the catalogue that each new one has."""
    shutil.copy(sqlite_template, tmp_path / "gamenight.db")
    with served(sqlite_url(tmp_path)) as server:
        yield server


def the_program() -> str:
    programs = [block.text for block in blocks_of(GUIDE) if block.language == "python"]
    assert len(programs) == 1
    return programs[0]


def assert_as_shown(step: Step, printed: str) -> None:
    assert step.answer is not None
    if step.answer.language == "json":
        found = difference(parsed(step.answer.text), parsed(printed))
        assert found is None, f"docs/guide.md, line {step.answer.line}: {found}\nThe real answer:\n{printed}"
    else:
        shown, real = without_times(step.answer.text).strip(), without_times(printed).strip()
        assert shown == real, f"docs/guide.md, line {step.answer.line}. The real answer:\n{printed}"


@pytest.mark.parametrize("own_curl", curls(), ids=lambda own: "our-curl" if own else "curl")
def test_the_guide_does_what_it_says(night: Served, tmp_path: Path, own_curl: bool) -> None:
    (tmp_path / "listen.py").write_text(the_program())
    environment = environment_for(
        night.port, tmp_path, own_curl=own_curl, GAMENIGHT_ADMIN_KEY=ADMIN_KEY, LIVE_URL=night.live_url
    )
    steps = steps_of(GUIDE)
    printed = run_steps(steps, tmp_path, environment)
    assert len(printed) == len(steps)
    shown = [(step, text) for step, text in zip(steps, printed, strict=True) if step.answer is not None]
    assert len(shown) >= 20
    for step, text in shown:
        assert_as_shown(step, text)


def test_every_shown_answer_of_the_guide_belongs_to_a_command() -> None:
    answers = [block.line for block in blocks_of(GUIDE) if block.language in ("json", "text")]
    assert answers == [step.answer.line for step in steps_of(GUIDE) if step.answer is not None]


def test_the_guides_listener_misses_nothing_while_the_server_restarts(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "gamenight.db")
    (tmp_path / "listen.py").write_text(the_program())
    with served(sqlite_url(tmp_path)) as first, Host(first.url) as hana:
        session = hana.a_session()
        environment = os.environ | {"TOKEN": hana.token, "SESSION": str(session["id"]), "LIVE_URL": first.live_url}
        listener = subprocess.Popen(
            [sys.executable, "listen.py"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert listener.stdout is not None
        assert listener.stdout.readline() == "snapshot: 0 games so far\n"
        hana.a_game(session["id"], 1)
        assert listener.stdout.readline().startswith("game.added:")
    with served(sqlite_url(tmp_path), port=first.port) as second, Host(second.url) as hana:
        hana.a_game(session["id"], 2)
        hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
        rest, errors = listener.communicate(timeout=PATIENCE)
    assert errors == ""
    assert listener.returncode == 0
    assert [line.split(":")[0] for line in rest.splitlines()] == [
        "game.status-changed",
        "game.added",
        "game.status-changed",
        "session.ended",
    ]


def test_the_guides_listener_gives_up_where_trying_again_would_not_help(night: Served, tmp_path: Path) -> None:
    (tmp_path / "listen.py").write_text(the_program())
    done = subprocess.run(
        [sys.executable, "listen.py"],
        cwd=tmp_path,
        env=os.environ | {"TOKEN": "not-a-token", "SESSION": "1", "LIVE_URL": night.live_url},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1
    assert "Log in" in done.stderr
