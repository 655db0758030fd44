"""Who is kept for hours and who is dropped, in a time that passes as fast as the machine computes."""

import asyncio
import selectors
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from gamenight.live.close_codes import CloseCode
from gamenight.live.limits import LiveLimits
from gamenight.live.protocol import LiveProtocol

HOUR = 3600.0
LIMITS = LiveLimits()


class JumpingSelector(selectors.DefaultSelector):
    """Waits for nothing: what it should wait is added to the time."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> Any:
        self.passed += timeout or 0
        return super().select(0)


class JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.jumping = JumpingSelector()
        super().__init__(self.jumping)

    def time(self) -> float:
        return self.jumping.passed


class Wire(asyncio.Transport):
    """Between the server's protocol and the client's, without a socket."""

    def __init__(self, receive: Callable[[bytes], None]) -> None:
        super().__init__()
        self._receive = receive
        self._is_closing = False

    def write(self, data: Any) -> None:
        self._receive(bytes(data))

    def is_closing(self) -> bool:
        return self._is_closing

    def close(self) -> None:
        self._is_closing = True

    abort = close

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def get_write_buffer_size(self) -> int:
        return 0


class Client:
    """A client that answers pings of the protocol or doesn't, as its library has it."""

    def __init__(self, *, answers_pings: bool) -> None:
        self.answers_pings = answers_pings
        self.pings = 0
        self.texts: list[bytes] = []
        self.close_code: int | None = None
        self.closed_at = 0.0
        self._loop = asyncio.get_running_loop()
        self._conn = ClientProtocol(parse_uri("ws://localhost/api/sessions/live"))
        config = Config(
            echo,
            ws_ping_interval=LIMITS.heartbeat_seconds,
            ws_ping_timeout=LIMITS.heartbeat_timeout,
            ws_per_message_deflate=False,
        )
        config.load()
        self._server = LiveProtocol(config, ServerState(), {}, self._loop)
        self._server.connection_made(Wire(self._receive))
        self._conn.send_request(self._conn.connect())
        self._send()

    def say(self, text: bytes) -> None:
        self._conn.send_text(text)
        self._send()

    def _receive(self, data: bytes) -> None:
        self._conn.receive_data(data)
        for event in self._conn.events_received():
            if isinstance(event, Frame):
                self._take(event)
        answers = self._conn.data_to_send()
        if self.answers_pings:
            self._loop.call_soon(self._deliver, answers)

    def _take(self, frame: Frame) -> None:
        if frame.opcode is Opcode.PING:
            self.pings += 1
        elif frame.opcode is Opcode.TEXT:
            self.texts.append(bytes(frame.data))
        elif frame.opcode is Opcode.CLOSE:
            self.close_code = int.from_bytes(bytes(frame.data)[:2], "big")
            self.closed_at = self._loop.time()

    def _send(self) -> None:
        self._deliver(self._conn.data_to_send())

    def _deliver(self, parts: list[bytes]) -> None:
        for part in filter(None, parts):
            self._server.data_received(part)


async def echo(_scope: Any, receive: Any, send: Any) -> None:
    """An application that answers each message with the same."""
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})


@contextmanager
def a_jumping_loop() -> Iterator[JumpingLoop]:
    loop = JumpingLoop()
    try:
        yield loop
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def after_an_hour(*, answers_pings: bool, says_every: float | None = None, falls_silent_at: float = HOUR) -> Client:
    """A client that sends a ping of JSON so often, after an hour."""

    async def talk() -> Client:
        client = Client(answers_pings=answers_pings)
        loop = asyncio.get_running_loop()
        began = loop.time()
        while loop.time() - began < falls_silent_at and client.close_code is None:
            await asyncio.sleep(min(says_every or HOUR, falls_silent_at))
            if says_every is not None and loop.time() - began < falls_silent_at:
                client.say(b'{"type":"ping"}')
        client.answers_pings = client.answers_pings and falls_silent_at == HOUR
        await asyncio.sleep(HOUR - falls_silent_at)
        return client

    with a_jumping_loop() as loop:
        return loop.run_until_complete(talk())


def test_a_client_that_answers_pings_and_says_nothing_is_kept_for_an_hour() -> None:
    client = after_an_hour(answers_pings=True)
    assert client.close_code is None
    assert client.pings >= HOUR / LIMITS.heartbeat_seconds - 1
    assert client.texts == []


@pytest.mark.parametrize("answers_pings", [True, False])
@pytest.mark.parametrize("seconds", [1.0, 25.0, 45.0, 59.0])
def test_a_client_that_sends_pings_of_json_is_kept_for_an_hour_whatever_its_library_answers(
    seconds: float, answers_pings: bool
) -> None:
    client = after_an_hour(answers_pings=answers_pings, says_every=seconds)
    assert client.close_code is None
    assert len(client.texts) >= HOUR / seconds - 2


def test_a_client_that_never_says_anything_is_dropped_within_a_minute() -> None:
    client = after_an_hour(answers_pings=False)
    assert client.close_code == CloseCode.KEEP_ALIVE
    assert client.closed_at <= 60


@pytest.mark.parametrize("answers_pings", [True, False])
def test_a_client_that_falls_silent_is_dropped_within_a_minute_or_little_more(answers_pings: bool) -> None:
    client = after_an_hour(answers_pings=answers_pings, says_every=20.0, falls_silent_at=1000.0)
    assert client.close_code == CloseCode.KEEP_ALIVE
    assert 1000 < client.closed_at <= 1060 + LIMITS.heartbeat_timeout
