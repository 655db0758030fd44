"""Several processes that serve on one port and one PostgreSQL database, and the parent that keeps them.

The parent prepares the database and the port, starts the workers and replaces one that ends. Each worker is a new
Python: a fork would copy threads and connections. Its standard input brings what it needs, and ends with the parent;
its standard output tells once whether it serves.
"""

import asyncio
import logging
import os
import signal
import sys
import threading
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import msgspec
from msgspec import Struct
from sqlalchemy.exc import OperationalError

from gamenight.auth import keys
from gamenight.core.engines import is_sqlite
from gamenight.core.errors import StartError
from gamenight.core.loops import back_off
from gamenight.core.runtime import Worker
from gamenight.server import SHUTDOWN_SECONDS, Service, bound_socket, end_signals, listening_socket, service_on
from gamenight.settings import Settings
from gamenight.store import open_database, open_store

logger = logging.getLogger(__name__)

COMMAND = [sys.executable, "-m", "gamenight", "worker"]
END_SECONDS = SHUTDOWN_SECONDS + 10
"""What a worker gets for its end: its connections, then what its database still does."""
CALM_SECONDS = 60
"""A worker that lived so long did not end for the reason of the one before it."""


class Job(Struct, frozen=True):
    """What a worker is told by its parent."""

    settings: Settings
    worker: Worker
    port: int


class Report(Struct, frozen=True):
    """What a worker tells its parent once: that it serves, or why it can't."""

    failure: str | None = None


class Workers:
    """The service in several processes, on an IP address and a port. `new_admin_key` is the key, if this start made
    one."""

    def __init__(self, settings: Settings, listens_on: str, port: int, new_admin_key: str | None) -> None:
        self.listens_on = listens_on
        self.port = port
        self.new_admin_key = new_admin_key
        self._workers = [
            _WorkerProcess(Job(settings, Worker(number, settings.http.workers), port))
            for number in range(1, settings.http.workers + 1)
        ]

    def run(self, on_started: Callable[[], None]) -> None:
        """Serve until SIGTERM, SIGINT or SIGHUP. `on_started` is called once, when all workers answer requests. Raises
        StartError where one of them can't start."""
        asyncio.run(self._run(on_started))

    async def _run(self, on_started: Callable[[], None]) -> None:
        ending = asyncio.Event()

        def end(number: signal.Signals) -> None:
            ending.set()
            for worker in self._workers:
                worker.send(number)

        for number in end_signals():
            asyncio.get_running_loop().add_signal_handler(number, end, number)
        serving = asyncio.create_task(self._serve(on_started))
        ended = asyncio.create_task(ending.wait())
        await asyncio.wait({serving, ended}, return_when=asyncio.FIRST_COMPLETED)
        for task in (serving, ended):
            task.cancel()
        await asyncio.gather(*(worker.end() for worker in self._workers))
        with suppress(asyncio.CancelledError):
            await serving

    async def _serve(self, on_started: Callable[[], None]) -> None:
        await asyncio.gather(*(worker.start() for worker in self._workers))
        on_started()
        await asyncio.gather(*(worker.keep() for worker in self._workers))


class _WorkerProcess:
    """One worker: the process that it is at the moment."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._process: Process | None = None

    async def start(self) -> None:
        """Start it and wait until it answers requests. Raises StartError where it can't."""
        # In a session of its own: what is typed at the terminal comes by the parent only, and once.
        self._process = process = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=PIPE, stdout=PIPE, start_new_session=True
        )
        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        with suppress(ConnectionError):
            process.stdin.write(msgspec.json.encode(self._job) + b"\n")
            await process.stdin.drain()
        output = await process.stdout.readline()
        if not output:
            status = await process.wait()
            raise StartError(f"A worker ended with status {status} before it served. Its log says why.")
        failure = msgspec.json.decode(output, type=Report).failure
        if failure is not None:
            raise StartError(failure)

    async def keep(self) -> None:
        """Start another one whenever it has ended."""
        clock = asyncio.get_running_loop().time
        attempts = 0
        while True:
            began = clock()
            ended = self._process
            status = None if ended is None else await ended.wait()
            attempts = 1 if clock() - began > CALM_SECONDS else attempts + 1
            pause = back_off(attempts)
            number = self._job.worker.number
            logger.warning("Worker %d ended with status %s; another one starts in %.1f s", number, status, pause)
            await asyncio.sleep(pause)
            try:
                await self.start()
            except (StartError, OSError) as error:
                logger.warning("Worker %d can't start: %s", number, error)

    def send(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)

    async def end(self) -> None:
        """Wait until it has ended, and see to it that it does."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(END_SECONDS):
                await self._process.wait()
        except TimeoutError:
            logger.warning("Worker %d did not end and is killed", self._job.worker.number)
            self._process.kill()
            await self._process.wait()


@contextmanager
def open_workers(settings: Settings) -> Iterator[Workers]:
    """Workers on a database that is prepared for them. Raises StartError where they can't start."""
    if is_sqlite(settings.database.url):
        raise StartError(
            f"{settings.http.workers} workers need PostgreSQL: an SQLite file belongs to one process. "
            "Name a database with --database-url, or serve with one worker."
        )
    if sys.platform != "linux":
        raise StartError(
            "Only Linux spreads connections over processes that share a port. Serve with one worker, or start several "
            "servers on ports of their own behind a proxy."
        )
    with reserved_port(settings) as (listens_on, port):
        # Closed before the workers start: the parent needs no connections.
        with open_store(settings) as database, database.transaction() as transaction:
            _credentials, new_admin_key = keys.prepare(transaction, settings.auth.admin_key)
        yield Workers(settings, listens_on, port, new_admin_key)


@contextmanager
def reserved_port(settings: Settings) -> Iterator[tuple[str, int]]:
    """An IP address and a port that the workers of this service may share.

    Raises StartError where somebody listens there already.
    """
    host, stalled_seconds = settings.http.host, settings.limits.stalled_seconds
    # Those of another service would share it too, so that it has to be free once.
    with listening_socket(host, settings.http.port, stalled_seconds) as alone:
        port: int = alone.getsockname()[1]
    with bound_socket(host, port, stalled_seconds, shares_port=True) as shared:
        yield shared.getsockname()[0], port


def run_worker() -> None:
    """Serve as a worker: do the job that comes by standard input until it ends or a signal comes."""
    telling = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what is printed goes to the log
    job = msgspec.json.decode(_read_line(sys.stdin.fileno()), type=Job)
    settings = job.settings
    try:
        with (
            open_database(settings) as database,
            # Nobody connects to it before the service listens, or after its process has died.
            bound_socket(settings.http.host, job.port, settings.limits.stalled_seconds, shares_port=True) as bound,
        ):
            service = service_on(database, bound, settings, job.worker)
            threading.Thread(target=_stop_with_parent, args=(service,), daemon=True).start()
            service.run(lambda: _tell(telling, Report()))
    except OperationalError as error:
        _tell(telling, Report(f"The database can't be used: {error.orig}".strip()))
    except StartError as error:
        _tell(telling, Report(str(error)))


def _read_line(file: int) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(file, 65536)
        if not part:
            raise SystemExit("A worker is started by `gamenight serve --workers`.")
        line += part
    return line


def _stop_with_parent(service: Service) -> None:
    # Not by sys.stdin: a thread that holds its lock would keep the interpreter from ending.
    while os.read(sys.stdin.fileno(), 1):
        pass
    service.stop()


def _tell(file: int, report: Report) -> None:
    with suppress(OSError):  # the parent has ended
        os.write(file, msgspec.json.encode(report) + b"\n")
