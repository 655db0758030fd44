import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from gamenight.fake_rooms.threaded import ThreadedFakeRooms, running
from tests.support.clients import NO_AUTHORITIES

ECAST = Subprotocol("ecast-v0")


class Visitor:
    """Someone at the end of a WebSocket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self._sent = 0

    def receive(self) -> dict[str, Any]:
        """The next message."""
        message: dict[str, Any] = json.loads(self.socket.recv(timeout=10))
        return message

    def receive_until(self, opcode: str) -> dict[str, Any]:
        """The next message of this opcode; those before it are passed over."""
        while True:
            message = self.receive()
            if message["opcode"] == opcode:
                return message

    def ask(self, opcode: str, **params: Any) -> dict[str, Any]:
        """The reply to a message."""
        self._sent += 1
        self.socket.send(json.dumps({"seq": self._sent, "opcode": opcode, "params": params}))
        while True:
            message = self.receive()
            if message.get("re") == self._sent:
                return message

    def rest(self) -> list[dict[str, Any]]:
        """All messages until the socket is closed."""
        return [json.loads(frame) for frame in self.socket]


class Service:
    """The fake room service, as clients reach it."""

    def __init__(self, rooms: ThreadedFakeRooms) -> None:
        self.rooms = rooms
        self.url = rooms.url
        self.port = rooms.fake.port

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, timeout=10, verify=NO_AUTHORITIES)

    @contextmanager
    def visit(
        self,
        code: str,
        role: str,
        *,
        path: str = "rooms",
        timeout: float = 10,
        query: Mapping[str, str] | None = None,
        **named: str,
    ) -> Iterator[Visitor]:
        parameters = urlencode({"role": role, "name": "VIS", "format": "json", **named, **(query or {})})
        address = f"{self.url.replace('http', 'ws', 1)}/api/v2/{path}/{code}/play?{parameters}"
        with connect(address, subprotocols=[ECAST], open_timeout=timeout, close_timeout=1, proxy=None) as socket:
            yield Visitor(socket)


@pytest.fixture
def rooms() -> Iterator[ThreadedFakeRooms]:
    with running(seed=1) as threaded:
        yield threaded


@pytest.fixture
def service(rooms: ThreadedFakeRooms) -> Service:
    return Service(rooms)
