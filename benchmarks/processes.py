"""The two servers as processes of their own: started on a throw-away folder, pinned, measured from outside, ended."""

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
ADMIN_KEY = "a-key-of-the-benchmarks-only"
PATIENCE = 30
PRODUCT, BASELINE = "gamenight", "baseline"
COMMANDS = {
    PRODUCT: ["-m", "gamenight", "serve", "--port", "0", "--data-dir"],
    BASELINE: ["-m", "benchmarks.plain_server"],
}
# One client on one address plays thousands: nothing may slow it down but the work itself.
SETTINGS = {
    "ADMIN_KEY": ADMIN_KEY,
    "READS_PER_SECOND": 10_000_000,
    "READS_BURST": 10_000_000,
    "SOCKETS_PER_CLIENT": 10_000,
    "SOCKETS_PER_TOKEN": 10_000,
    "HEARTBEAT_SECONDS": 3600,
}


class Cores:
    """One core for the servers and another for whoever loads them, where there are two and they can be chosen."""

    def __init__(self) -> None:
        mine = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        self.server = mine[0] if len(mine) > 1 else None
        self.generator = mine[-1] if len(mine) > 1 else None

    def __str__(self) -> str:
        if self.server is None:
            return "Not pinned: servers and generator share what cores there are"
        return f"Servers on core {self.server}, generator on core {self.generator}"

    @contextmanager
    def as_server(self) -> Iterator[None]:
        """What is started within the block inherits the servers' core."""
        self.pin(self.server)
        try:
            yield
        finally:
            self.pin(self.generator)

    @staticmethod
    def pin(core: int | None) -> None:
        if core is not None:
            os.sched_setaffinity(0, {core})


class Server:
    """A running server. `first_answer` is how many seconds passed from its start to its first answer."""

    def __init__(self, name: str, folder: Path, cores: Cores) -> None:
        self.name = name
        self.token = ""
        began = time.perf_counter()
        with cores.as_server():
            self._process = subprocess.Popen(
                [sys.executable, *COMMANDS[name], str(folder)],
                cwd=ROOT,
                env=_environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        self._seen = psutil.Process(self._process.pid)
        try:
            self.port = self._await_port()
            self.ask("GET", "/health")
        except BaseException:
            self.end()
            raise
        self.first_answer = time.perf_counter() - began

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

    def cpu_seconds(self) -> float:
        """What all threads of the process have used so far."""
        times = self._seen.cpu_times()
        return float(times.user + times.system)

    def forget_peak(self) -> None:
        """Begin anew to look for the peak of memory (Linux; elsewhere only the present size is known)."""
        clear = Path(f"/proc/{self._process.pid}/clear_refs")
        if clear.exists():
            clear.write_text("5")

    def peak_megabytes(self) -> float:
        """The largest resident set since `forget_peak`; where the system doesn't tell, the present one."""
        status = Path(f"/proc/{self._process.pid}/status")
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
        return int(found[1]) / 1024 if found else float(self._seen.memory_info().rss) / 2**20

    def end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _await_port(self) -> int:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            found = re.search(r"http://localhost:(\d+)", line)
            if found:
                return int(found[1])
        raise RuntimeError(f"{self.name} did not start; run it by hand to see why")


@contextmanager
def running(name: str, folder: Path, cores: Cores) -> Iterator[Server]:
    """A server until the block ends."""
    server = Server(name, folder, cores)
    try:
        yield server
    finally:
        server.end()


def _environment() -> dict[str, str]:
    """This process's own, without settings of gamenight that somebody may have in it."""
    given = {key: value for key, value in os.environ.items() if not key.startswith("GAMENIGHT_")}
    return given | {f"GAMENIGHT_{key}": str(value) for key, value in SETTINGS.items()} | {"PYTHONUNBUFFERED": "1"}
