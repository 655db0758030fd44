"""A real server on a free loopback port: in a thread of the test's process, or as a process of its own."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gamenight.server import Service, open_service
from gamenight.settings import load
from tests.support.patience import PATIENCE

ADMIN_KEY = "a-key-of-the-tests-only"
# The tests are one client that reads a lot, and speak with no room service but their own.
GENEROUS = {
    "reads_per_second": 100_000,
    "reads_burst": 100_000,
    "rooms_url": "http://127.0.0.1:9",
    "rooms_follow": False,
}


class Served:
    """A server in a thread."""

    def __init__(self, service: Service, thread: threading.Thread) -> None:
        self.service = service
        self.app = service.app
        self.port = service.port
        self.url = f"http://127.0.0.1:{service.port}"
        self.live_url = f"ws://127.0.0.1:{service.port}/api/sessions/live"
        self._thread = thread

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The server's event loop, to run something in it."""
        return self.app.runtime.loop

    def stop(self) -> None:
        self.service.stop()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the server did not stop"


@contextmanager
def served(database_url: str, **options: Any) -> Iterator[Served]:
    """A server on this database until the block ends."""
    settings = load({}, **{"database_url": database_url, "port": 0, "admin_key": ADMIN_KEY, **GENEROUS, **options})
    ready = threading.Event()
    found: list[Service] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with open_service(settings) as service:
                found.append(service)
                service.run(ready.set)
        except BaseException as error:
            failures.append(error)
            ready.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(PATIENCE), "the server did not start"
    if failures:
        raise failures[0]
    server = Served(found[0], thread)
    try:
        yield server
    finally:
        server.stop()
    if failures:
        raise failures[0]


class Process:
    """`gamenight serve` as a process of its own; `before` is a program that starts it."""

    def __init__(self, *arguments: str, environment: dict[str, str] | None = None, before: Sequence[str] = ()) -> None:
        given = {key: value for key, value in os.environ.items() if not key.startswith("GAMENIGHT_")}
        given |= {"GAMENIGHT_ADMIN_KEY": ADMIN_KEY, "PYTHONUNBUFFERED": "1"}
        given |= {f"GAMENIGHT_{name.upper()}": str(value) for name, value in GENEROUS.items()}
        self._process = subprocess.Popen(
            [*before, sys.executable, "-m", "gamenight", "serve", "--port", "0", *arguments],
            env=given | (environment or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.pid = self._process.pid
        self.output = ""
        self.port = self._await_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.live_url = f"ws://127.0.0.1:{self.port}/api/sessions/live"

    def kill(self) -> None:
        """End it as a power cut of the process would: at once."""
        self._process.kill()
        self._finish()

    def terminate(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it politely; returns the exit status."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self._finish()

    def ended(self) -> int:
        """Wait until it has ended by itself; returns the exit status."""
        return self._finish()

    def _finish(self) -> int:
        remaining, _errors = self._process.communicate(timeout=PATIENCE)
        self.output += remaining
        return self._process.returncode

    def _await_port(self) -> int:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.output += line
            found = re.search(r"gamenight is at http://\S+:(\d+) ", line)
            if found:
                return int(found[1])
        self._finish()
        raise AssertionError(f"the server did not start: {self.output}")


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder}/gamenight.db"
