"""What strangers send leaves no trace in the log, however wrong it is."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.support.server import Process

LIVE = (
    b"GET /api/sessions/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
HEADERS = ("Authorization", "Cookie", "If-None-Match", "Origin", "Content-Type", "Idempotency-Key", "X-Forwarded-For")
NOISE = [
    b"no http at all\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
    b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /%ff%fe?%ff=%ed%a0%80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /api/votes?username=%ff%ed%a0%80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    *(
        b"GET %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (path, host)
        for path in (b"/api/nothing", b"/api/games")
        for host in (b"localhost:abc", b"localhost:-1", b"localhost:99999", b"[::1", b"local host", b"\xff")
    ),
    *(b"PUT /api/games HTTP/1.1\r\nHost: localhost\r\n%s: \xff\xfe\r\n\r\n" % name.encode() for name in HEADERS),
    *(
        b"POST /api/votes/live HTTP/1.1\r\nHost: localhost\r\n%s: \xff\xfe\r\nContent-Length: 2\r\n\r\n{}"
        % name.encode()
        for name in HEADERS
    ),
    b"POST /api/pick HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n{",
    b'POST /api/pick HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n"\xff\xfe"',
    b"POST /api/pick HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    LIVE + b"\r\n",
    LIVE + b"Sec-WebSocket-Protocol: \xff\r\n\r\n",
    LIVE.replace(b"13", b"8") + b"\r\n",
    LIVE.replace(b"live", b"%ff") + b"\r\n",
    LIVE + b"\r\n\x81\xff",
    LIVE + b"\r\n\xc1\xff\xff",
    LIVE + b"\r\n\x81\x82aaaa\x9e\x9f",
    LIVE + b"\r\n\x82\x81aaaaa",
]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Process]:
    process = Process("--data-dir", str(tmp_path))
    try:
        yield process
    finally:
        process.terminate()


def send(server: Process, data: bytes, *, read: bool) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=0.2) as connection:
        connection.sendall(data)
        if read:
            with suppress(OSError):
                connection.recv(65536)


def test_noise_is_answered_and_not_logged(server: Process) -> None:
    for data in NOISE:
        send(server, data, read=True)
        send(server, data, read=False)
    assert httpx.get(f"{server.url}/health", trust_env=False).json()["status"] == "ok"
    before = server.output
    server.terminate()
    logged = server.output.removeprefix(before)
    assert "Traceback" not in logged
    assert len(logged.splitlines()) < 5, logged
