"""Clients that don't read, don't answer or say nothing are really freed, and harm nobody."""

import asyncio
import json
import socket
from typing import Any

import psutil
import pytest
from sqlalchemy import func, select

from gamenight.core import log
from gamenight.core.database import Transaction
from gamenight.live import protocol
from gamenight.live.close_codes import CloseCode
from tests.support.clients import Host, Listener
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import Served, served


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One kind of database is enough here: sockets know of none."""
    return sqlite_database_url


def sockets_of(server: Served) -> int:
    """The connections that the kernel has open at the server's port, on the server's side."""
    connections = psutil.Process().net_connections("tcp")
    return sum(
        each.status == psutil.CONN_ESTABLISHED and each.laddr.port == server.port for each in connections if each.raddr
    )


class Deaf:
    """A raw client that upgrades, subscribes, and then reads nothing any more."""

    def __init__(self, server: Served, token: str, session_id: int | None, buffer: int = 4096) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self._socket.settimeout(PATIENCE)
        self._socket.connect(("127.0.0.1", server.port))
        self._socket.sendall(
            b"GET /api/sessions/live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        self.read_until(b"\r\n\r\n")
        self._say({"type": "auth", "token": token})
        self.read_until(b"hello")
        if session_id is not None:
            self._say({"type": "subscribe", "sessionId": session_id})
            self.read_until(b"subscribed")

    def close(self) -> None:
        self._socket.close()

    def _say(self, message: dict[str, Any]) -> None:
        text = json.dumps(message).encode()
        length = bytes([0x80 | len(text)]) if len(text) < 126 else bytes([0x80 | 126]) + len(text).to_bytes(2)
        self._socket.sendall(b"\x81" + length + b"\0\0\0\0" + text)

    def read_until(self, word: bytes) -> None:
        received = b""
        while word not in received:
            more = self._socket.recv(65536)
            assert more, f"the server closed before {word!r}"
            received = received[-len(word) :] + more


def flood(server: Served, session_id: int, megabytes: float) -> None:
    """Events of 10 KiB each, committed one after another."""

    def tell(transaction: Transaction) -> None:
        transaction.emit("told", {"text": "x" * 10_000}, topic=session_id, session_id=session_id)

    async def write_all() -> None:
        for _ in range(int(megabytes * 100)):
            await server.service.database.write(tell)

    future = asyncio.run_coroutine_threadsafe(write_all(), server.loop)
    future.result(PATIENCE)


ANSWERS_WITHIN = 5.0
"""A client that is alive answers a ping sooner, on a busy machine, too; each test waits so long for a dead one."""


@pytest.fixture
def quick_closing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "CLOSE_SECONDS", 0.5)


@pytest.mark.usefixtures("quick_closing")
def test_a_client_that_reads_nothing_is_freed_and_the_others_hear_everything(database_url: str) -> None:
    with served(database_url) as server, Host(server.url) as hana:
        session = hana.a_session()
        deaf = Deaf(server, hana.token, session["id"])
        with Listener(server.live_url, max_size=None) as pia:
            pia.authenticate(hana.token)
            pia.subscribe(session["id"])
            wait_until(lambda: server.app.live.clients == 2, "both are connected")
            before = sockets_of(server)
            for _ in range(15):
                flood(server, session["id"], 0.2)
                for _ in range(20):
                    pia.receive_until("told")
            wait_until(lambda: server.app.live.clients == 1, "the deaf client is given up")
            wait_until(lambda: sockets_of(server) == before - 1, "its socket is freed")
            ids = [event["id"] for event in pia.events]
            assert ids == sorted(set(ids))
        deaf.close()


def test_a_client_that_is_too_slow_is_told_so_and_can_resume(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It reads again before the server loses patience, however slow the machine is.
    monkeypatch.setattr(protocol, "CLOSE_SECONDS", PATIENCE)
    with served(database_url) as server, Host(server.url) as hana:
        session = hana.a_session()
        slow = Deaf(server, hana.token, session["id"])
        since = hana.get("/health").json()["logHead"]
        flood(server, session["id"], 3)
        slow.read_until(CloseCode.TOO_SLOW.to_bytes(2) + CloseCode.TOO_SLOW.word.encode())
        slow.close()
        with Listener(server.live_url, max_size=None) as back:
            back.authenticate(hana.token)
            back.subscribe(session["id"], since=since)
            hana.a_game(session["id"])
            back.receive_until("game.added")
        assert [event["type"] for event in back.events].count("told") == 300


@pytest.mark.usefixtures("quick_closing")
def test_a_peer_that_answers_no_ping_is_dropped_and_its_socket_freed(database_url: str) -> None:
    with (
        served(database_url, heartbeat_seconds=0.2, heartbeat_timeout=ANSWERS_WITHIN) as server,
        Host(server.url) as hana,
        Listener(server.live_url) as alive,
    ):
        alive.authenticate(hana.token)
        dead = Deaf(server, hana.token, None)
        wait_until(lambda: server.app.live.clients == 1, "the dead peer is dropped")
        dead.close()
        alive.say(type="ping")
        assert alive.receive() == {"type": "pong"}, "a silent client that answers pings is not dropped"


def all_of(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    received = b""
    while more := connection.recv(4096):
        received += more
    return received


@pytest.mark.usefixtures("quick_closing")
def test_sockets_that_never_authenticate_are_gone_soon(database_url: str) -> None:
    with served(database_url, auth_seconds=0.5) as server:
        strangers = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
        for stranger in strangers:
            stranger.sendall(
                b"GET /api/sessions/live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            )
        for stranger in strangers:
            with stranger:
                stranger.settimeout(PATIENCE)
                assert all_of(stranger).startswith(b"HTTP/1.1 101 "), "it was connected, and then it was gone"
        wait_until(lambda: server.app.live.clients == 0, "they are gone")


@pytest.mark.usefixtures("quick_closing")
def test_a_replay_to_a_client_that_reads_nothing_ends(database_url: str) -> None:
    with served(database_url, drain_seconds=0.3) as server, Host(server.url) as hana:
        session = hana.a_session()
        flood(server, session["id"], 3)
        with server.service.database.snapshot() as connection:
            assert connection.execute(select(func.count()).select_from(log.events)).scalar_one() > 300
        deaf = Deaf(server, hana.token, None)
        deaf._say({"type": "subscribe", "sessionId": session["id"], "since": 0})
        wait_until(lambda: server.app.live.clients == 0, "the deaf client is given up in the middle of its replay")
        deaf.close()
        assert hana.get("/health").json()["liveClients"] == 0
