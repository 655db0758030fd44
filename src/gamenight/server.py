"""A process that serves: its socket, its signals, its end."""

import asyncio
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from msgspec import structs

from gamenight.app import App
from gamenight.auth import keys
from gamenight.core.database import Database
from gamenight.core.errors import StartError
from gamenight.core.open_files import raise_limit, room_for
from gamenight.core.runtime import ALONE, Worker
from gamenight.http.protocol import guarded_protocol
from gamenight.live.protocol import LiveProtocol
from gamenight.settings import Settings
from gamenight.store import open_store

SEND_BUFFER_BYTES = 128 * 1024
SHUTDOWN_SECONDS = 5
BACKLOG = 2048
SWITCH_SECONDS = 0.0005
"""How long a thread may keep Python to itself while another one wants it. On PostgreSQL the writer wants it after each
round trip, and other processes wait meanwhile: with the usual 5 ms two processes take fewer votes than one."""
TERMINAL_CLOSED = getattr(signal, "SIGHUP", None)
"""Windows has none."""


def listening_socket(host: str, port: int, stalled_seconds: float) -> socket.socket:
    """A socket that nobody else shares the address of. Raises StartError where the address can't be had."""
    listening = bound_socket(host, port, stalled_seconds)
    with _address_needed(listening, host, port):
        listening.listen(BACKLOG)
    return listening


def bound_socket(host: str, port: int, stalled_seconds: float, *, shares_port: bool = False) -> socket.socket:
    """A socket whose connections are cut by the kernel when the peer takes nothing for too long, and which buffers
    little for it: uvicorn alone would wait for ever. It may share its port with those of this user that share it too.
    Raises StartError where the address can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shares_port:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    if sys.platform == "linux":
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(stalled_seconds * 1000))
    with _address_needed(bound, host, port):
        bound.bind((host, port))
    return bound


@contextmanager
def _address_needed(opened: socket.socket, host: str, port: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        opened.close()
        raise StartError(
            f"Port {port} of {host} can't be used ({error.strerror}). Choose another with --port."
        ) from error


class Service:
    """The service on its socket, ready to run. `listens_on` is the IP address, `new_admin_key` the key, if this start
    made one."""

    def __init__(
        self,
        app: App,
        database: Database,
        settings: Settings,
        listening: socket.socket,
        new_admin_key: str | None,
    ) -> None:
        self.app = app
        self.database = database
        self.listens_on: str
        self.port: int
        self.listens_on, self.port = listening.getsockname()[:2]
        self.new_admin_key = new_admin_key
        self._listening = listening
        self._server = Server(uvicorn_config(app, settings), app)

    def run(self, on_started: Callable[[], None]) -> None:
        """Serve until SIGTERM, SIGINT, SIGHUP or `stop`. `on_started` is called once, when requests are answered."""
        self._server.on_started = on_started
        self._server.run(sockets=[self._listening])

    def stop(self) -> None:
        """End `run`, from any thread."""
        self._server.should_exit = True


@contextmanager
def open_service(settings: Settings) -> Iterator[Service]:
    """A service with its database open. Raises StartError where it can't start."""
    with (
        open_store(settings) as database,
        # Before a key is made: a start that fails for its port must not leave a key that nobody was shown.
        listening_socket(settings.http.host, settings.http.port, settings.limits.stalled_seconds) as listening,
    ):
        yield service_on(database, listening, settings)


def service_on(database: Database, listening: socket.socket, settings: Settings, worker: Worker = ALONE) -> Service:
    """The service on a database and a socket that are open."""
    with database.transaction() as transaction:
        credentials, new_admin_key = keys.prepare(transaction, settings.auth.admin_key)
    if not database.is_sqlite:
        sys.setswitchinterval(SWITCH_SECONDS)
    clients = room_for(settings.live.sockets, raise_limit())
    settings = structs.replace(settings, live=structs.replace(settings.live, sockets=clients))
    service = Service(App(settings, database, credentials, worker), database, settings, listening, new_admin_key)
    database.on_fatal = service.stop
    return service


def end_signals() -> list[signal.Signals]:
    """The signals that ask for the end."""
    asking = [signal.SIGINT, signal.SIGTERM]
    # nohup has it ignored, so that the server outlives its terminal.
    if TERMINAL_CLOSED is not None and signal.getsignal(TERMINAL_CLOSED) is not signal.SIG_IGN:
        asking.append(TERMINAL_CLOSED)
    return asking


def uvicorn_config(app: App, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app.asgi,
        http=guarded_protocol(settings.limits, app.fast_path),
        ws=LiveProtocol,
        ws_max_size=settings.live.message_bytes,
        ws_per_message_deflate=False,
        ws_ping_interval=settings.live.heartbeat_seconds,
        ws_ping_timeout=settings.live.heartbeat_timeout,
        proxy_headers=False,  # `http.clients` reads them, from trusted proxies only
        server_header=False,
        access_log=False,
        log_config=None,
        lifespan="on",
        backlog=BACKLOG,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )


class Server(uvicorn.Server):
    """uvicorn's server, whose live clients are told when to come back."""

    def __init__(self, config: uvicorn.Config, app: App) -> None:
        super().__init__(config)
        self._app = app
        self.on_started: Callable[[], None] = lambda: None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.on_started()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Unlike uvicorn's, doesn't raise the signal again at the end: the database has still to be closed."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in end_signals()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.begin_shutdown()
        await asyncio.sleep(0)
        await super().shutdown(sockets)
