"""The fake room service: one port for REST and WebSockets, and the rooms behind it."""

import asyncio
import logging
import random
import ssl
import string
from collections import deque
from collections.abc import Callable
from email.utils import formatdate
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import msgspec
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from gamenight.fake_rooms import rest
from gamenight.fake_rooms.faults import Answer, Compressed, Cut, Drip, Faults, Silence
from gamenight.fake_rooms.room import REMEMBERED, Room, RoomOptions
from gamenight.fake_rooms.sockets import ConnectRequest, converse, drip

SUBPROTOCOL = Subprotocol("ecast-v0")
MAX_FRAME_BYTES = 1 << 20
NO_SUBPROTOCOL = Answer(400, "missing Sec-WebSocket-Protocol header\n", "text/plain; charset=utf-8")
CODE_LENGTH = 4

# What clients do wrong, or are made to suffer, is no news of this program.
quiet = logging.getLogger("gamenight.fake_rooms.sockets")
quiet.setLevel(logging.CRITICAL)


class ReceivedRequest(msgspec.Struct, frozen=True):
    """A request that reached the service."""

    method: str
    path: str
    query: str = ""
    socket: bool = False
    headers: dict[str, str] = {}
    """By their names in lower case."""


class FakeRooms:
    """A room service on a port of its own while the block lasts. Its rooms are opened and played from the same event
    loop; `threaded.running` is for those who have none."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        tls: ssl.SSLContext | None = None,
        advertised: str | None = None,
        seed: int | None = None,
    ) -> None:
        """`advertised` is the host, or host:port, that REST names for the sockets; by default this server."""
        self.rooms: dict[str, Room] = {}
        """The latest room of each code."""
        self.faults = Faults()
        """How the whole service misbehaves; what a room's own faults say goes before it."""
        self.received: deque[ReceivedRequest] = deque(maxlen=REMEMBERED)
        self._host, self._port, self._tls, self._advertised = host, port, tls, advertised
        self._random = random.Random(seed)  # noqa: S311
        self._server: Server | None = None
        self.connections: set[ServerConnection] = set()
        self._waiting: set[tuple[Callable[[], bool], asyncio.Future[None]]] = set()

    @property
    def port(self) -> int:
        return self._port

    @property
    def authority(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return self._advertised or f"{host}:{self._port}"

    @property
    def url(self) -> str:
        """The base address, for GAMENIGHT_ROOMS_URL."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{'https' if self._tls else 'http'}://{host}:{self._port}"

    async def __aenter__(self) -> "FakeRooms":
        self._server = await serve(
            self._converse,
            self._host,
            self._port,
            process_request=self._process_request,
            subprotocols=[SUBPROTOCOL],
            create_connection=type("Connection", (_Connection,), {"fake": self}),
            logger=quiet,
            ssl=self._tls,
            compression=None,
            ping_interval=None,
            open_timeout=None,
            max_size=MAX_FRAME_BYTES,
        )
        self._port = next(iter(self._server.sockets)).getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is None:
            return
        self._server.close(close_connections=False)
        for connection in list(self.connections):
            connection.transport.abort()
        await self._server.wait_closed()

    def open(self, code: str | None = None, **options: Any) -> Room:
        """A new room; `options` are those of `RoomOptions`. The code of a room that is over may be taken again.
        Raises ValueError where its room is still there."""
        return self.add(RoomOptions(code=code or self._free_code(), **options))

    def add(self, options: RoomOptions) -> Room:
        """`open`, with the options as they are."""
        code = options.code
        if code in self.rooms and not self.rooms[code].over:
            raise ValueError(f"{code} is still open.")
        room = self.rooms[code] = Room(options, self._changed)
        self._changed()
        return room

    async def until(self, happened: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until this is so. It is asked again whenever a request or a client comes or goes, or a room changes.
        Raises TimeoutError."""
        if happened():
            return
        entry = (happened, asyncio.get_running_loop().create_future())
        self._waiting.add(entry)
        try:
            await asyncio.wait_for(entry[1], seconds)
        finally:
            self._waiting.discard(entry)

    def _changed(self) -> None:
        for happened, waiter in list(self._waiting):
            if waiter.done():
                continue
            try:
                if happened():
                    waiter.set_result(None)
            except Exception as error:  # it is the waiting caller's, not the room's
                waiter.set_exception(error)

    def _free_code(self) -> str:
        while True:
            code = "".join(self._random.choices(string.ascii_uppercase, k=CODE_LENGTH))
            if code not in self.rooms:
                return code

    def _faults_of(self, room: Room | None) -> Faults:
        return self.faults if room is None else room.faults.over(self.faults)

    async def _process_request(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer what is no WebSocket, or a handshake that must not succeed; None lets it succeed."""
        address = urlsplit(request.path)
        socket = "websocket" in request.headers.get("Upgrade", "").lower()
        headers = {name.lower(): value for name, value in request.headers.raw_items()}
        self.record(ReceivedRequest(request.method, address.path, address.query, socket=socket, headers=headers))
        room = self.rooms.get(rest.code_in(address.path) or "")
        faults = self._faults_of(room)
        connect_request = ConnectRequest.of(address.path, address.query)
        spoiled = await self._spoiled(connection, faults.of_socket(connect_request.role) if socket else faults.rest)
        if spoiled is not None:
            return spoiled
        if socket and address.path.endswith("/play") and rest.code_in(address.path):
            offered = request.headers.get("Sec-WebSocket-Protocol", "")
            known = SUBPROTOCOL in [each.strip() for each in offered.split(",")]
            return None if known else response(NO_SUBPROTOCOL)
        listed = room if room is not None and (not room.over or faults.listed_when_over) else None
        answer = response(rest.answer(address.path, listed, faults, self.authority))
        if isinstance(faults.rest, Drip):
            await drip(connection, answer.serialize(), faults.rest)
            connection.transport.abort()
        return answer

    async def _spoiled(self, connection: ServerConnection, fault: Any) -> Response | None:
        """The response that a fault gives to a request; None if it is answered as usual."""
        match fault:
            case Answer():
                return response(fault)
            case Compressed():
                return response(fault.answer, fault.body)
            case Silence(when="asked"):
                await asyncio.shield(connection.connection_lost_waiter)
            case Cut(when="asked"):
                connection.transport.abort()
                await asyncio.shield(connection.connection_lost_waiter)
            case _:
                return None
        return response(Answer(503))

    async def _converse(self, connection: ServerConnection) -> None:
        address = urlsplit(connection.request.path if connection.request is not None else "")
        room = self.rooms.get(rest.code_in(address.path) or "")
        await converse(connection, ConnectRequest.of(address.path, address.query), room, self._faults_of(room))

    def forget(self, connection: ServerConnection) -> None:
        """A connection has ended."""
        self.connections.discard(connection)
        self._changed()

    def record(self, request: ReceivedRequest) -> None:
        self.received.append(request)
        self._changed()


class _Connection(ServerConnection):
    """websockets' connection reads GET only: anything else is noted, and refused."""

    fake: FakeRooms
    _begun = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.fake.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.fake.forget(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._begun and not data.startswith(b"GET "):
            method, _space, rest_of_line = data.partition(b"\r\n")[0].decode("latin-1").partition(" ")
            self.fake.record(ReceivedRequest(method, rest_of_line.partition(" ")[0]))
            self.transport.write(response(Answer(405, '{"ok":false,"error":"method not allowed"}')).serialize())
            self.transport.close()
            return
        self._begun = True
        super().data_received(data)


def response(answer: Answer, body: bytes | None = None) -> Response:
    body = answer.body.encode() if body is None else body
    headers = Headers(
        [
            ("Date", formatdate(usegmt=True)),
            ("Connection", "close"),
            ("Content-Length", str(len(body))),
            ("Content-Type", answer.content_type),
            *answer.headers.items(),
        ]
    )
    return Response(answer.status, rest.phrase_of(answer.status), headers, body)
