"""The conversation with one WebSocket client, well behaved or not."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from gamenight.fake_rooms import opcodes
from gamenight.fake_rooms.codes import ErrorCode
from gamenight.fake_rooms.faults import (
    CloseWith,
    Cut,
    Drip,
    Faults,
    JoinFlood,
    NoWelcome,
    PingFlood,
    Refuse,
    Say,
    Silence,
    SocketFault,
)
from gamenight.fake_rooms.room import Client, Refused, Room

WAITING_LIMIT = 100_000
FLOOD_AHEAD = 1 << 20
TICK = 0.01


class ConnectRequest(msgspec.Struct, frozen=True):
    """A request for a socket, as its address has it."""

    role: str
    name: str
    user_id: str
    password: str
    host_token: str
    id: str
    secret: str
    on_audience_path: bool

    @classmethod
    def of(cls, path: str, query: str) -> "ConnectRequest":
        given: Mapping[str, str] = dict(parse_qsl(query))
        return cls(
            role=given.get("role", ""),
            name=given.get("name", ""),
            user_id=given.get("user-id", given.get("userId", "")),
            password=given.get("password", ""),
            host_token=given.get("host-token", ""),
            id=given.get("id", ""),
            secret=given.get("secret", ""),
            on_audience_path=path.startswith("/api/v2/audience/"),
        )


class SocketLine:
    """A `Line` over a WebSocket: what is delivered goes out in order, by a task of its own."""

    def __init__(self, connection: ServerConnection, *, line_feed: bool, drip: Drip | None) -> None:
        self._connection = connection
        self._end = "\n" if line_feed else ""
        self._drip = drip
        self._waiting: asyncio.Queue[str | bytes | int | None] = asyncio.Queue()

    def deliver(self, message: dict[str, Any]) -> None:
        if self._waiting.qsize() >= WAITING_LIMIT:
            self._connection.transport.abort()
            return
        self._waiting.put_nowait(msgspec.json.encode(message).decode() + self._end)

    def deliver_raw(self, data: bytes) -> None:
        """Bytes as they are: no frame is made of them."""
        self._waiting.put_nowait(data)

    def close(self, code: int) -> None:
        self._waiting.put_nowait(code)

    def cut(self) -> None:
        self._waiting.put_nowait(None)

    async def send_waiting(self) -> None:
        """Send until the end: a number closes, None cuts."""
        while True:
            with suppress(ConnectionClosed):
                match await self._waiting.get():
                    case str(text):
                        await self._send(text)
                    case bytes(data):
                        self._connection.transport.write(data)
                    case int(code):
                        await self._connection.close(code)
                        return
                    case None:
                        self._connection.transport.abort()
                        return

    async def _send(self, text: str) -> None:
        if self._drip is None:
            await self._connection.send(text)
        else:
            await drip(self._connection, frame_of(text.encode()), self._drip)


def frame_of(payload: bytes, opcode: Opcode = Opcode.TEXT) -> bytes:
    return Frame(opcode, payload).serialize(mask=False)


async def drip(connection: ServerConnection, data: bytes, how: Drip) -> None:
    """Write byte after byte, until the client has gone."""
    for place in range(len(data)):
        if connection.transport.is_closing():
            return
        connection.transport.write(data[place : place + 1])
        await asyncio.sleep(1 / how.bytes_per_second)


async def converse(connection: ServerConnection, request: ConnectRequest, room: Room | None, faults: Faults) -> None:
    """Talk with one client until it, or the room, ends the conversation."""
    fault = faults.of_socket(request.role)
    line = SocketLine(connection, line_feed=request.on_audience_path, drip=fault if isinstance(fault, Drip) else None)
    sender = asyncio.create_task(line.send_waiting())
    try:
        if await _spoiled(connection, line, fault):
            await _wait_for_the_end(connection)
            return
        await _serve(connection, line, request, room, faults)
    finally:
        sender.cancel()


async def _serve(
    connection: ServerConnection, line: SocketLine, request: ConnectRequest, room: Room | None, faults: Faults
) -> None:
    try:
        room, client, reconnect = _admit(request, room, faults)
    except Refused as refusal:
        # As the real service does: it says no, and leaves the socket open.
        _say_error(line, refusal.code, refusal.message)
        await _wait_for_the_end(connection)
        return
    fault = faults.of_socket(request.role)
    if isinstance(fault, NoWelcome):
        room.connect(client, line)
    else:
        room.welcome(client, line, faults, reconnect=reconnect)
    trouble = asyncio.create_task(_trouble(connection, line, fault))
    try:
        with suppress(ConnectionClosed):
            async for frame in connection:
                opcodes.handle(room, client, frame)
    finally:
        trouble.cancel()
        if client.line is line:
            room.lose(client)


def _admit(request: ConnectRequest, room: Room | None, faults: Faults) -> tuple[Room, Client, bool]:
    """The client's place in the room, and whether it had that before. Raises Refused."""
    if room is None:
        raise Refused(ErrorCode.NO_SUCH_ROOM, "no such room")
    if room.over:
        if faults.listed_when_over:
            raise Refused(ErrorCode.ROOM_OVER, "room has already ended")
        raise Refused(ErrorCode.NO_SUCH_ROOM, "no such room")
    known = _known(request, room)
    if known is not None:
        return room, room.come_back(known), True
    _check_role(request, room)
    if request.role == "player":
        return room, room.join(request.name, request.user_id), False
    return room, room.enter(request.role, request.name, request.user_id), False


def _known(request: ConnectRequest, room: Room) -> Client | None:
    """The client that comes back: known by id and secret, a player by user-id, the host by its token."""
    for client in [*room.clients.values(), *room.audience.values()]:
        by_secret = request.id == str(client.id) and request.secret == client.secret
        by_user = request.role == "player" and request.user_id != "" and request.user_id == client.user_id
        as_host = request.role == "host" and client.role == "host" and request.host_token == client.secret
        if client.role == request.role and (by_secret or by_user or as_host):
            if client.kicked:
                raise Refused(ErrorCode.PERMISSION_DENIED, "you have been removed from the room")
            return client
    return None


def _check_role(request: ConnectRequest, room: Room) -> None:
    options = room.options
    match request.role:
        case "audience" if not request.on_audience_path or not options.audience:
            raise Refused(ErrorCode.NO_SUCH_ROLE, "no such role: audience")
        case "player":
            if not request.name:
                raise Refused(ErrorCode.NAME_MISSING, "name missing")
            _check_password(request, options.password)
        case "moderator" if options.moderator_password:
            _check_password(request, options.moderator_password)
        case "observer":
            raise Refused(ErrorCode.PASSWORD_REQUIRED, "observer is for internal use: password required")
        case "host":
            raise Refused(ErrorCode.PERMISSION_DENIED, "wrong host token")
        case "shard" | "audience":
            pass
        case _:
            raise Refused(ErrorCode.NO_SUCH_ROLE, f"no such role: {request.role}")


def _check_password(request: ConnectRequest, password: str) -> None:
    if password and not request.password:
        raise Refused(ErrorCode.PASSWORD_REQUIRED, "password required")
    if password != request.password and password:
        raise Refused(ErrorCode.WRONG_PASSWORD, "wrong password")


def _say_error(line: SocketLine, code: int, message: str) -> None:
    line.deliver({"pc": 0, "opcode": "error", "result": {"code": int(code), "msg": message}})


async def _spoiled(connection: ServerConnection, line: SocketLine, fault: SocketFault | None) -> bool:
    """Do what a fault has in place of the welcome; False if the welcome may go on."""
    match fault:
        case Silence(when="accepted"):
            pass
        case Cut(when="accepted"):
            line.cut()
        case Refuse(code, message, close):
            _say_error(line, code, message)
            if close is not None:
                line.close(close)
        case CloseWith(code, after_welcome=False):
            line.close(code)
        case Say(payload, after_welcome=False):
            line.deliver_raw(frame_of(payload))
        case _:
            return False
    return True


async def _trouble(connection: ServerConnection, line: SocketLine, fault: SocketFault | None) -> None:
    """Do what a fault has after the welcome."""
    match fault:
        case Cut(when="welcomed"):
            line.cut()
        case CloseWith(code, after_welcome=True):
            line.close(code)
        case Say(payload, after_welcome=True):
            line.deliver_raw(frame_of(payload))
        case PingFlood(per_second, total, reads):
            if not reads:
                connection.transport.pause_reading()
            await _flood(connection, lambda _n: frame_of(b"", Opcode.PING), per_second, total)
        case JoinFlood(per_second, total):
            await _flood(connection, _made_up_join, per_second, total)


async def _flood(connection: ServerConnection, frame: Callable[[int], bytes], per_second: float, total: int) -> None:
    """Write that many frames a second, as fast as the client takes them."""
    sent = 0.0
    while sent < total and not connection.transport.is_closing():
        upto = min(sent + per_second * TICK, total)
        connection.transport.write(b"".join(frame(number) for number in range(int(sent), int(upto))))
        sent = upto
        while connection.transport.get_write_buffer_size() > FLOOD_AHEAD:  # noqa: ASYNC110
            await asyncio.sleep(TICK)
        await asyncio.sleep(TICK)


def _made_up_join(number: int) -> bytes:
    id = 100 + number
    named = {"name": f"GHOST{number % 1_000_000}"}
    result = {"id": id, "role": "player", "reconnect": False, "profile": {"id": id, "roles": {"player": named}}}
    return frame_of(msgspec.json.encode({"pc": id, "opcode": "client/connected", "result": result | named}))


async def _wait_for_the_end(connection: ServerConnection) -> None:
    """Until the client goes; what it sends meanwhile is ignored."""
    with suppress(ConnectionClosed):
        async for _frame in connection:
            pass
