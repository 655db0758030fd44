"""Many live clients of one session, and writers whose events all of them receive.

Each client keeps the length and checksum of what it received, and when each part came. All receive the same bytes, so
only the frames of the first client and the last one are decoded, whose checks then hold for every client: events arrive
in order, with ids that follow one another without a gap, and exactly one for each write that was answered.
"""

import asyncio
import json
import re
import struct
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from msgspec import Struct

from benchmarks.http_load import Connection, encode
from benchmarks.processes import Kind, Server

OPENED_AT_ONCE = 50
PATIENCE = 20
EVENT = re.compile(rb'"playerCount":(\d+).*"id":(\d+)', re.DOTALL)


def upgrade(path: str) -> bytes:
    """The request that opens a WebSocket."""
    head = f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
    return f"{head}sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-version: 13\r\n\r\n".encode()


def handshake(server: Server, session_id: int) -> tuple[bytes, bytes]:
    """What a live client sends: the upgrade, and then what subscribes it to a session. Peers send events to all."""
    if server.kind is Kind.PEER:
        return upgrade("/ws"), b""
    token = {"type": "auth", "token": server.token}
    hello = frame(token) + frame({"type": "subscribe", "sessionId": session_id})
    return upgrade("/api/sessions/live"), hello


def frame(message: Mapping[str, object]) -> bytes:
    """A client's text message: masked, as it must be, with a key of zeros."""
    text = json.dumps(message).encode()
    head = struct.pack("!BB", 0x81, 0x80 | len(text)) if len(text) < 126 else struct.pack("!BBH", 0x81, 0xFE, len(text))
    return head + bytes(4) + text


def frames_of(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The complete frames of what a server sent, each with the offset of its end."""
    at = 0
    while at + 4 <= len(data):
        length, head = data[at + 1], 2
        if length == 126:
            length, head = int.from_bytes(data[at + 2 : at + 4]), 4
        end = at + head + length
        if end > len(data):
            return
        yield end, data[at + head : end]
        at = end


class Event(Struct):
    """An event as a client received it: the offset of its end, its id in the log, and the player count it tells of."""

    end: int
    id: int
    value: int


class Opening(asyncio.Protocol):
    """A connection that says when it is ready."""

    def __init__(self) -> None:
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class LiveClient(Opening):
    """A connection to the WebSocket, subscribed to one session. `ready` is done when it is subscribed."""

    def __init__(self, opening: tuple[bytes, bytes]) -> None:
        super().__init__()
        self._upgrade, self._hello = opening
        self._awaited = b'"subscribed"' if self._hello else b"\r\n\r\n"
        self._transport: Any = None
        self._received = b""
        self.length = 0
        self.checksum = 0
        self.marks: list[tuple[float, int]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._transport.write(self._upgrade)

    def data_received(self, data: bytes) -> None:
        if self.ready.done():
            self.length += len(data)
            self.checksum = zlib.crc32(data, self.checksum)
            self.marks.append((time.perf_counter(), self.length))
            return
        self._received += data
        if self._hello and b"\r\n\r\n" in self._received:
            self._transport.write(self._hello)
            self._hello = b""
        if self._awaited in self._received:
            self.ready.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(exc or ConnectionError(f"the server closed the socket: {self._received[-200:]!r}"))

    def forget(self) -> None:
        """Begin a new slice."""
        self.length, self.checksum = 0, 0
        self.marks.clear()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def times(self, events: Iterable[tuple[int, float]]) -> Iterator[float]:
        """How long each event took, of which the offset of its end is known and when what it tells of was sent."""
        marks = iter(self.marks)
        now, length = 0.0, 0
        for end, sent_at in events:
            while length < end:
                mark = next(marks, None)
                if mark is None:
                    return
                now, length = mark
            yield now - sent_at


class Witness(LiveClient):
    """A client that also decodes what it receives."""

    def __init__(self, opening: tuple[bytes, bytes]) -> None:
        super().__init__(opening)
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        was_ready = self.ready.done()
        super().data_received(data)
        if not was_ready:
            return
        self._rest += data
        base = self.length - len(self._rest)
        end = 0
        for end, payload in frames_of(self._rest):
            self.take(base + end, payload)
        self._rest = self._rest[end:]

    def take(self, end: int, payload: bytes) -> None:
        """A message whose last byte is at this offset."""
        raise NotImplementedError


class CountWitness(Witness):
    """Receives player counts. `seen` tells when each event came."""

    def __init__(self, opening: tuple[bytes, bytes]) -> None:
        super().__init__(opening)
        self.events: list[Event] = []
        self.seen: dict[int, asyncio.Future[None]] = {}

    def take(self, end: int, payload: bytes) -> None:
        found = EVENT.search(payload)
        if found:
            event = Event(end, int(found[2]), int(found[1]))
            self.events.append(event)
            self.sight(event.value).set_result(None)

    def sight(self, value: int) -> "asyncio.Future[None]":
        """Done when the event with this player count has come."""
        return self.seen.setdefault(value, asyncio.get_running_loop().create_future())

    def forget(self) -> None:
        super().forget()
        self.events.clear()
        self.seen.clear()


async def open_clients(port: int, clients: Sequence[Opening], at_once: int = OPENED_AT_ONCE) -> None:
    """Connect them all and wait until they are ready, some at a time."""
    loop = asyncio.get_running_loop()
    for first in range(0, len(clients), at_once):
        batch = clients[first : first + at_once]
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(
                *(loop.create_connection(lambda this=client: this, "127.0.0.1", port) for client in batch)  # type: ignore[misc]
            )
            await asyncio.gather(*(client.ready for client in batch))


async def until(holds: Callable[[], bool]) -> None:
    """Return when this holds, or after some patience."""
    deadline = time.perf_counter() + PATIENCE
    while not holds():
        await asyncio.sleep(0.01)
        if time.perf_counter() > deadline:
            return


async def all_have_received(clients: Sequence[LiveClient]) -> None:
    """Return when all have received as much as the first, or after some patience."""
    await until(lambda: all(client.length >= clients[0].length for client in clients))


def different(clients: Sequence[LiveClient]) -> int:
    """How many have not received the same bytes as the first one."""
    first = (clients[0].length, clients[0].checksum)
    return sum((client.length, client.checksum) != first for client in clients)


class FanOutSlice(Struct):
    """`times` are seconds from sending a write to each delivery of its event; `missed` what should have come."""

    seconds: float
    deliveries: int
    times: list[float]
    failures: int
    missed: int


class FanOut:
    """`clients` live clients of a server, and a writer for each of `games`."""

    def __init__(self, server: Server, session_id: int, games: list[int], clients: int) -> None:
        self._server = server
        self._path = f"/api/sessions/{session_id}/games"
        self._games = games
        self._count = clients
        self._handshake = handshake(server, session_id)
        self._clients: list[LiveClient] = []
        self._writers: list[Connection] = []
        self._values = count(1)
        self._sent: dict[int, float] = {}
        self._last_value: dict[int, int] = {}
        self._last_id: int | None = None

    async def open(self) -> None:
        self._clients = [
            (CountWitness if number in (0, self._count - 1) else LiveClient)(self._handshake)
            for number in range(self._count)
        ]
        await open_clients(self._server.port, self._clients)
        self._writers = [Connection(self._requests(game)) for game in self._games]
        for writer in self._writers:
            await self._connect(writer)

    def close(self) -> None:
        for client in self._clients:
            client.close()
        for writer in self._writers:
            writer.close()

    async def run(self, seconds: float, *, rate: float | None) -> FanOutSlice:
        """Write for a while: `rate` events a second, or None for as many as all clients receive.

        A writer writes again when it is answered and the first and the last client have its event.
        """
        for client in self._clients:
            client.forget()
        self._sent.clear()
        began = time.perf_counter()
        pause = 0.0 if rate is None else len(self._games) / rate
        writers = range(len(self._games))
        await asyncio.gather(*(self._write(number, pause, began + seconds) for number in writers))
        await all_have_received(self._clients)
        return self._judge(began)

    async def _connect(self, protocol: asyncio.Protocol) -> None:
        await asyncio.get_running_loop().create_connection(lambda: protocol, "127.0.0.1", self._server.port)

    def _requests(self, game: int) -> Iterator[bytes]:
        for value in self._values:
            self._last_value[game] = value
            self._sent[value] = time.perf_counter()
            body = f'{{"player_count":{value}}}'
            yield encode("PATCH", f"{self._path}/{game}/player-count", token=self._server.token, body=body)

    async def _write(self, number: int, pause: float, stop_at: float) -> None:
        writer, game = self._writers[number], self._games[number]
        writer.failures = 0
        failures = 0
        next_at = time.perf_counter() + pause * number / len(self._games)
        async with asyncio.timeout(stop_at - time.perf_counter() + PATIENCE):
            while time.perf_counter() < stop_at:
                if pause:
                    await asyncio.sleep(max(0.0, next_at - time.perf_counter()))
                    next_at += pause
                await writer.begin(stop_at=0)
                failures += writer.failures
                value = self._last_value[game]
                await asyncio.gather(*(witness.sight(value) for witness in self._witnesses))
        writer.failures = failures

    @property
    def _witnesses(self) -> list[CountWitness]:
        return [client for client in (self._clients[0], self._clients[-1]) if isinstance(client, CountWitness)]

    def _judge(self, began: float) -> FanOutSlice:
        witness = self._witnesses[0]
        ids = [event.id for event in witness.events]
        before = ids[0] - 1 if self._last_id is None and ids else self._last_id
        self._last_id = ids[-1] if ids else self._last_id
        gaps = sum(now != last + 1 for last, now in zip([before or 0, *ids], ids, strict=False))
        unreceived = len(set(self._sent) - {event.value for event in witness.events})
        ended = max((client.marks[-1][0] for client in self._clients if client.marks), default=began)
        sent = [(event.end, self._sent[event.value]) for event in witness.events]
        times = [each for client in self._clients for each in client.times(sent)]
        failures = sum(writer.failures for writer in self._writers)
        return FanOutSlice(ended - began, len(times), times, failures, gaps + unreceived + different(self._clients))
