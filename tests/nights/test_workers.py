"""Several workers on one PostgreSQL database are one service, and lose nothing when one of them is killed."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from gamenight.core.errors import StartError
from gamenight.server import bound_socket
from gamenight.settings import load
from gamenight.workers import reserved_port
from tests.conftest import Look
from tests.support.clients import Host, Listener
from tests.support.patience import PATIENCE
from tests.support.postgres import Databases
from tests.support.server import Process

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
GAMES = 20


class Team(Process):
    """`gamenight serve` with two workers."""

    def __init__(self, database_url: str) -> None:
        # Each vote is told by the one process that tells of those which came together.
        told_together = {"GAMENIGHT_VOTE_EVENTS_EACH": "0"}
        super().__init__("--database-url", database_url, "--workers", "2", environment=told_together)
        self.workers = psutil.Process(self.pid).children()


@pytest.fixture
def team(database_url: str) -> Iterator[Team]:
    started = Team(database_url)
    yield started
    started.terminate()


def worker_of(client: httpx.Client) -> int:
    """The number of the worker that has this client's connection."""
    health = client.get("/health").raise_for_status().json()
    assert health["workers"] == 2
    number: int = health["worker"]
    return number


@contextmanager
def a_host_on_each(team: Team) -> Iterator[list[Host]]:
    """A host whose connection one worker has, and one whose connection the other has."""
    with ExitStack() as closing:
        hosts: dict[int, Host] = {}
        while len(hosts) < 2:
            host = closing.enter_context(Host(team.url))
            hosts.setdefault(worker_of(host), host)
        yield [hosts[1], hosts[2]]


@contextmanager
def listeners_on_each(team: Team, hosts: list[Host]) -> Iterator[list[Listener]]:
    """Live clients, at least one on each worker."""
    with ExitStack() as closing:
        listeners: list[Listener] = []
        while not all(host.get("/health").json()["liveClients"] for host in hosts):
            listeners.append(closing.enter_context(Listener(team.live_url)))
            listeners[-1].authenticate(hosts[0].token)
        yield listeners


def add_games(host: Host, session_id: int) -> None:
    for _ in range(GAMES):
        host.a_game(session_id)


@on_postgresql
def test_clients_of_two_workers_get_every_event_once_and_in_order_while_both_write(team: Team) -> None:
    with a_host_on_each(team) as hosts:
        session_id = hosts[0].a_session()["id"]
        with listeners_on_each(team, hosts) as listeners:
            for listener in listeners:
                listener.subscribe(session_id, since=0)
            writers = [threading.Thread(target=add_games, args=(host, session_id)) for host in hosts]
            for writer in writers:
                writer.start()
            for writer in writers:
                writer.join(PATIENCE)
            last = max(game["id"] for game in hosts[0].games_of(session_id))
            for listener in listeners:
                while last not in [event["data"].get("sessionGame", {}).get("id") for event in listener.events]:
                    listener.receive()
            heard = [[event["id"] for event in listener.events if "sessionId" in event] for listener in listeners]
            added = [event for event in listeners[0].events if event["type"] == "game.added"]
            assert len(added) == 2 * GAMES
            assert heard[0] == sorted(set(heard[0]))
            assert all(each == heard[0] for each in heard)
            assert team.terminate() == 0
            assert {listener.close_code() for listener in listeners} == {1012}
    assert not any(worker.is_running() for worker in team.workers)


@on_postgresql
def test_no_write_is_refused_while_two_workers_write_in_bursts(team: Team) -> None:
    def create(number: int) -> int:
        game = {"title": f"Game number {number}", "pack_name": "Burst", "min_players": 1, "max_players": 8}
        return hosts[number % 2].post("/api/games", json=game).status_code

    with a_host_on_each(team) as hosts, ThreadPoolExecutor(64) as threads:
        assert set(threads.map(create, range(400))) == {201}


@on_postgresql
def test_what_leads_a_poll_is_told_to_the_clients_of_every_worker_once(team: Team) -> None:
    with a_host_on_each(team) as hosts:
        session_id = hosts[0].a_session()["id"]
        with listeners_on_each(team, hosts) as listeners:
            for listener in listeners:
                listener.subscribe(session_id)
            for votes, listener in enumerate(listeners):
                listener.say(type="poll.leading", sessionId=session_id, gameId=1, votes=votes)
            for listener in listeners:
                told = [listener.receive_until("poll.leading")["data"]["votes"] for _ in listeners]
                assert sorted(told) == list(range(len(listeners)))


@on_postgresql
def test_what_a_killed_worker_did_for_all_is_done_once_by_another(team: Team, look: Look) -> None:
    def holders() -> set[int]:
        return {int(row["holder"].split()[1]) for row in look("SELECT holder FROM leases")}

    with Host(team.url) as hana:
        session_id = hana.a_session()["id"]
        first = hana.a_game(session_id)
        hana.a_game(session_id, 2)
    while not holders():
        pass
    (killed,) = holders()
    (dying,) = [worker for worker in team.workers if worker.pid == killed]
    dying.kill()
    dying.wait(PATIENCE)
    with a_host_on_each(team) as hosts, Listener(team.live_url) as bix:
        hana = hosts[0]
        bix.authenticate(hana.token)
        bix.subscribe(session_id, since=0)
        hana.ok(hana.vote("Pia"))
        bix.receive_until("vote.received")
        hana.set_status(first, "skipped")
        bix.receive_until("votes.updated")
        bix.nothing_more()
        heard = [event["type"] for event in bix.events]
        assert (heard.count("vote.received"), heard.count("votes.updated")) == (1, 1)
    assert killed not in holders()
    assert len(psutil.Process(team.pid).children()) == 2
    assert f"ended with status -{signal.SIGKILL:d}; another one starts" in _output_of(team)


def _output_of(team: Team) -> str:
    team.terminate()
    return team.output


@on_postgresql
def test_no_worker_outlives_a_parent_that_is_killed(team: Team) -> None:
    team.kill()
    gone, alive = psutil.wait_procs(team.workers, timeout=PATIENCE)
    assert (len(gone), alive) == (2, [])


def test_a_worker_that_cannot_start_ends_the_service_with_its_reason(postgres: Databases) -> None:
    url = postgres.fresh(empty=True)
    name = url.rsplit("/", 1)[1]
    with psycopg.connect(url, autocommit=True) as connection:
        # One that writes and one that reads, for the parent or for one worker.
        connection.execute(f'CREATE ROLE "{name}" LOGIN CONNECTION LIMIT 3')
        connection.execute(f'ALTER DATABASE "{name}" OWNER TO "{name}"')
    try:
        with pytest.raises(AssertionError, match=r"gamenight can't start: .*too many connections"):
            Team(url.replace("postgres@", f"{name}@"))
    finally:
        postgres.drop(url)


def test_a_port_on_which_other_workers_listen_is_refused() -> None:
    with bound_socket("127.0.0.1", 0, 30, shares_port=True) as theirs:
        theirs.listen()
        ours = reserved_port(load({}, port=theirs.getsockname()[1]))
        with pytest.raises(StartError, match="Choose another with --port"), ours:
            pass


def test_more_than_one_worker_on_sqlite_is_refused_with_the_reason(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gamenight", "serve", "--workers", "2", "--data-dir", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ended.returncode == 1
    assert "2 workers need PostgreSQL: an SQLite file belongs to one process." in ended.stderr
    assert not list(tmp_path.iterdir())
