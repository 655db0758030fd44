"""Keep-alive HTTP/1.1 connections that each send one request after another, for a given time.

The requests are encoded beforehand and an answer is only looked at as far as needed: its status, its length, and how
long it took. So the generator costs a fraction of what any Python server does.
"""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

END_OF_HEAD = b"\r\n\r\n"
LENGTHS = (b"content-length: ", b"Content-Length: ")
"""As Python's servers write it, and as Node's do."""


def encode(method: str, path: str, *, token: str = "", body: str | None = None) -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1"]
    if token:
        lines.append(f"authorization: Bearer {token}")
    if body is not None:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + (body or "")).encode()


class Slice(Struct):
    """The result of loading a server for a while: seconds each answer took, and how many weren't 200."""

    seconds: float
    times: list[float]
    failures: int


class Connection(asyncio.Protocol):
    """One connection; `requests` never ends."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self._requests = requests
        self._buffer = b""
        self._sent_at = 0.0
        self._stop_at = 0.0
        self._transport: Any = None
        self._idle: asyncio.Future[None] | None = None
        self.times: list[float] = []
        self.failures = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._idle is not None and not self._idle.done():
            self._idle.set_exception(exc or ConnectionError("the server closed a connection under load"))

    def begin(self, stop_at: float) -> "asyncio.Future[None]":
        """Send requests until that moment; the future is done when the last one is answered."""
        self.times, self.failures, self._stop_at = [], 0, stop_at
        self._idle = asyncio.get_running_loop().create_future()
        self._send()
        return self._idle

    def close(self) -> None:
        self._idle = None
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        if self._buffer:
            data = self._buffer + data
        head = data.find(END_OF_HEAD)
        if head < 0 or len(data) < head + 4 + _length(data, head):
            self._buffer = data
            return
        self._buffer = b""
        now = time.perf_counter()
        self.times.append(now - self._sent_at)
        if data[9:12] != b"200":
            self.failures += 1
        if now < self._stop_at:
            self._send()
        elif self._idle is not None and not self._idle.done():
            self._idle.set_result(None)

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(next(self._requests))


def _length(data: bytes, head: int) -> int:
    for name in LENGTHS:
        begin = data.find(name, 0, head + 2)
        if begin >= 0:
            return int(data[begin + len(name) : data.find(b"\r\n", begin)])
    raise ValueError(f"an answer has no length: {data[:head]!r}")


class Load:
    """Some connections to one server, which stay open from slice to slice."""

    def __init__(self, port: int, requests: list[Iterator[bytes]]) -> None:
        self._port = port
        self._connections = [Connection(each) for each in requests]

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        for connection in self._connections:
            await loop.create_connection(lambda this=connection: this, "127.0.0.1", self._port)  # type: ignore[misc]

    def close(self) -> None:
        for connection in self._connections:
            connection.close()

    async def run(self, seconds: float) -> Slice:
        began = time.perf_counter()
        running = [connection.begin(began + seconds) for connection in self._connections]
        async with asyncio.timeout(seconds + 30):
            await asyncio.gather(*running)
        times = [each for connection in self._connections for each in connection.times]
        failures = sum(connection.failures for connection in self._connections)
        return Slice(time.perf_counter() - began, times, failures)
