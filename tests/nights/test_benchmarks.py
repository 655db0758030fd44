import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import text

from benchmarks.history import Plan, fill
from gamenight.core.engines import reading_engine
from tests.support.clients import Host
from tests.support.server import served, sqlite_url

ROOT = Path(__file__).parents[2]


class Refusal(BaseHTTPRequestHandler):
    """Answers that there is no such thing, whatever is asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def refusing_peer() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Refusal) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def measure(*options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "benchmarks", "--quick", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=150, check=False)


def test_the_benchmarks_still_run() -> None:
    """What they measure is not looked at: that answers are right, and that both servers hold the same rows."""
    run = measure("--only", "read,votes-watched,reads-meanwhile,storm,start-up,history-votes")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "baseline" in run.stdout


def test_the_benchmarks_fail_where_an_answer_is_wrong(refusing_peer: int) -> None:
    run = measure("--only", "read-fresh", "--peer", f"refusing={refusing_peer}")
    assert run.returncode == 1, run.stdout + run.stderr
    assert "FAILED" in run.stdout


def test_a_history_that_was_made_is_read_like_one_that_grew(database_url: str) -> None:
    fill(database_url, Plan(nights=12, votes=500))
    with served(database_url) as server, Host(server.url) as hana:
        nights = range(1, 13)
        tallies = [hana.ok(hana.get(f"/api/sessions/{night}/votes"))["votes"] for night in nights]
        counted = sum(game["total_votes"] for of_night in tallies for game in of_night)
        catalogue = hana.get("/api/games").raise_for_status().json()
        assert 450 < counted <= 500
        assert hana.ok(hana.get("/api/votes"))["pagination"]["total"] == counted
        assert sum(game["upvotes"] + game["downvotes"] for game in catalogue) == counted
        assert sum(game["play_count"] for game in catalogue) == 120
        assert hana.ok(hana.get("/api/stats"))["sessions"] == 12
        assert hana.a_session()["id"] == 13
        assert hana.a_game(13)["id"] == 121


def test_the_same_seed_makes_the_same_history(tmp_path: Path) -> None:
    twice = tmp_path / "first", tmp_path / "second"
    for folder in twice:
        fill(str(folder), Plan(nights=3, votes=60, seed=7))
    first, second = (_votes(folder) for folder in twice)
    assert len(first) == 60
    assert first == second


def _votes(folder: Path) -> list[tuple[object, ...]]:
    engine = reading_engine(sqlite_url(folder), 1)
    try:
        with engine.begin() as connection:
            return [tuple(row) for row in connection.execute(text("SELECT * FROM votes ORDER BY id"))]
    finally:
        engine.dispose()
