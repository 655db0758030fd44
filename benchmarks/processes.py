"""The servers: ours and the baseline as processes that are started on a throw-away folder, and peers that listen."""

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

import jwt
import psutil

from benchmarks.plain_server import SECRET

ROOT = Path(__file__).resolve().parent.parent
ADMIN_KEY = "a-key-of-the-benchmarks-only"
PATIENCE = 30
VOTE_TOKENS = 50


class Kind(StrEnum):
    """What a server is, and with it what it can be asked."""

    PRODUCT = "gamenight"
    BASELINE = "baseline"
    PEER = "peer"


COMMANDS = {
    Kind.PRODUCT: ["-m", "gamenight", "serve", "--port", "0", "--data-dir"],
    Kind.BASELINE: ["-m", "benchmarks.plain_server"],
}
# One client on one address plays thousands: nothing may slow it down but the work itself.
SETTINGS = {
    "ADMIN_KEY": ADMIN_KEY,
    "READS_PER_SECOND": 10_000_000,
    "READS_BURST": 10_000_000,
    "SOCKETS_PER_CLIENT": 10_000,
    "SOCKETS_PER_TOKEN": 10_000,
    "HEARTBEAT_SECONDS": 3600,
    "HEADER_SECONDS": 3600,
    "BOT_VOTES_PER_SECOND": 10_000_000,
    # The others give each vote an event, and so do we here.
    "VOTE_EVENTS_EACH": 10_000_000,
}


class Cores:
    """Cores for the servers, `wanted` of them, and another for whoever loads them, where there are as many and they can
    be chosen."""

    def __init__(self, count: int = 1) -> None:
        mine = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        enough = len(mine) > count
        self.servers = frozenset(mine[:count]) if enough else None
        self.generator = frozenset(mine[-1:]) if enough else None

    def __str__(self) -> str:
        if self.servers is None or self.generator is None:
            return "Not pinned: servers and generator share what cores there are"
        return f"Servers on core {_listed(self.servers)}, generator on core {_listed(self.generator)}"

    @contextmanager
    def as_server(self) -> Iterator[None]:
        """What is started within the block inherits the servers' cores."""
        self.pin(self.servers)
        try:
            yield
        finally:
            self.pin(self.generator)

    @staticmethod
    def pin(cores: frozenset[int] | None) -> None:
        if cores is not None:
            os.sched_setaffinity(0, cores)


def _listed(cores: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(cores)))


class Server:
    """A server that listens on loopback. Without a process nothing is known of its CPU time and memory. One that is not
    ours takes tokens that are signed (HS256) with `secret`."""

    def __init__(self, name: str, kind: Kind, port: int, process: psutil.Process | None, secret: str = SECRET) -> None:
        self.name = name
        self.kind = kind
        self.port = port
        self.token = ""
        self._vote_tokens: list[str] = []
        self._secret = secret
        self._seen = process

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """One request on a connection of its own; returns the answer, decoded. Raises where it isn't a 2xx."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        if not 200 <= response.status < 300:
            raise RuntimeError(f"{self.name}: {method} {path} was answered {response.status}: {text.decode()}")
        return json.loads(text)

    def log_in(self) -> None:
        self.token = self.ask("POST", "/api/auth/login", {"key": ADMIN_KEY})["token"]

    def vote_tokens(self) -> list[str]:
        """Tokens of many bots that may vote."""
        if not self._vote_tokens:
            self._vote_tokens = self._bots() if self.kind is Kind.PRODUCT else signed_tokens(self._secret)
        return self._vote_tokens

    def _bots(self) -> list[str]:
        bots = [{"name": f"Bot {number}", "scope": "vote"} for number in range(VOTE_TOKENS)]
        return [self.ask("POST", "/api/tokens", bot)["token"] for bot in bots]

    def cpu_seconds(self) -> float:
        """What all threads of all its processes have used so far."""
        if self._seen is None:
            return 0.0
        times = [each.cpu_times() for each in self._processes()]
        return float(sum(each.user + each.system for each in times))

    def forget_peak(self) -> None:
        """Begin anew to look for the peak of memory (Linux; elsewhere only the present size is known)."""
        for process in self._processes():
            clear = Path(f"/proc/{process.pid}/clear_refs")
            if clear.exists():
                clear.write_text("5")

    def peak_megabytes(self) -> float:
        """The largest resident set since `forget_peak`; where the system doesn't tell, the present one."""
        return sum(map(_peak_megabytes, self._processes()))

    def resident_megabytes(self) -> float:
        return float(sum(each.memory_info().rss for each in self._processes())) / 2**20

    def _processes(self) -> list[psutil.Process]:
        return [] if self._seen is None else [self._seen, *self._seen.children(recursive=True)]


class StartedServer(Server):
    """A server of our own. `first_answer` is how many seconds passed from its start to its first answer."""

    def __init__(
        self, name: str, folder: Path, cores: Cores, settings: Mapping[str, object], kind: Kind, options: Sequence[str]
    ) -> None:
        began = time.perf_counter()
        with cores.as_server():
            self._process = subprocess.Popen(
                [sys.executable, *COMMANDS[kind], str(folder), *options],
                cwd=ROOT,
                env=_environment(settings),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        try:
            super().__init__(name, kind, self._await_port(name), psutil.Process(self._process.pid))
            self.ask("GET", "/health")
        except BaseException:
            self.end()
            raise
        self.first_answer = time.perf_counter() - began

    def end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _await_port(self, name: str) -> int:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            found = re.search(r"http://localhost:(\d+)", line)
            if found:
                return int(found[1])
        raise RuntimeError(f"{name} did not start; run it by hand to see why")


@contextmanager
def running(
    name: str,
    folder: Path,
    cores: Cores,
    settings: Mapping[str, object] | None = None,
    *,
    kind: Kind | None = None,
    options: Sequence[str] = (),
) -> Iterator[StartedServer]:
    """A server until the block ends. What it is goes by its name, unless `kind` says it."""
    server = StartedServer(name, folder, cores, settings or {}, kind or Kind(name), options)
    try:
        yield server
    finally:
        server.end()


def peer(name: str, port: int, secret: str) -> Server:
    """A server that somebody has started, which takes tokens that are signed (HS256) with this secret."""
    return Server(name, Kind.PEER, port, _process_at(port), secret)


def signed_tokens(secret: str) -> list[str]:
    expires_at = int(time.time()) + 86_400
    claims = [{"sub": f"bot{number}", "scope": "vote", "exp": expires_at} for number in range(VOTE_TOKENS)]
    return [jwt.encode(each, secret, algorithm="HS256") for each in claims]


def _process_at(port: int) -> psutil.Process | None:
    """The process that listens on a port, as far as the system tells."""
    with suppress(psutil.AccessDenied):
        for each in psutil.net_connections("tcp"):
            if each.status == psutil.CONN_LISTEN and each.laddr.port == port and each.pid:
                return psutil.Process(each.pid)
    return None


def _peak_megabytes(process: psutil.Process) -> float:
    status = Path(f"/proc/{process.pid}/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else float(process.memory_info().rss) / 2**20


def _environment(settings: Mapping[str, object]) -> dict[str, str]:
    """This process's own, without settings of gamenight that somebody may have in it."""
    given = {key: value for key, value in os.environ.items() if not key.startswith("GAMENIGHT_")}
    ours = {f"GAMENIGHT_{key}": str(value) for key, value in {**SETTINGS, **settings}.items()}
    return given | ours | {"PYTHONUNBUFFERED": "1"}
