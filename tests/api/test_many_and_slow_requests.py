"""What a stranger may do with connections: requests that never end or are none, and more than are allowed at once."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPResponse
from typing import Any

import pytest

from gamenight.settings import load
from tests.support.answers import refused
from tests.support.clients import Host, a_guest
from tests.support.server import Served, served

LIMITS = load({}).limits


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One kind of database is enough here: what is sent away is so before it gets to one."""
    return sqlite_database_url


@contextmanager
def a_connection(server: Served) -> Iterator[socket.socket]:
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=5)) as connection:
        yield connection


def all_that_comes(connection: socket.socket) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Status, headers and JSON of the answer; returns once the server has closed."""
    received = b""
    while part := connection.recv(65536):
        received += part
    head, body = received.split(b"\r\n\r\n", 1)
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(first.split(" ")[1]), headers, json.loads(body)


def test_a_head_that_does_not_come_is_cut(database_url: str) -> None:
    with served(database_url, header_seconds=0.3) as server:
        for sent in (b"", b"GET /health HT", b"GET /health HTTP/1.1\r\nHost: localhost\r\n"):
            with a_connection(server) as connection:
                connection.sendall(sent)
                status, headers, answer = all_that_comes(connection)
            assert (status, answer["code"]) == (408, "request_timeout")
            assert headers["content-type"] == "application/json"
            assert answer["error"]
        with a_connection(server) as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert all_that_comes(connection)[0] == 200


def test_a_head_that_trickles_is_cut_on_a_kept_connection_too(database_url: str) -> None:
    with served(database_url, header_seconds=0.3) as server, a_connection(server) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with closing(HTTPResponse(connection)) as first:  # head and body may come apart
            first.begin()
            assert (first.status, bool(first.read())) == (200, True)
        connection.sendall(b"G")
        status, _headers, answer = all_that_comes(connection)
    assert (status, answer["code"]) == (408, "request_timeout")


def test_a_body_that_does_not_come_is_cut(database_url: str) -> None:
    head = b"POST /api/pick HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n"
    with served(database_url, body_seconds=0.3) as server:
        for sent in (b"", b"{"):
            with a_connection(server) as connection:
                connection.sendall(head + sent)
                status, headers, answer = all_that_comes(connection)
            assert (status, answer["code"]) == (408, "request_timeout")
            assert headers["content-type"] == "application/json"
            assert headers["x-content-type-options"] == "nosniff"
        with a_connection(server) as connection:
            connection.sendall(head.replace(b"Host", b"Connection: close\r\nHost") + b"{}")
            assert all_that_comes(connection)[0] == 200


def test_an_endless_head_is_cut(server: Served) -> None:
    with a_connection(server) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nX-Padding: " + b"x" * (LIMITS.header_bytes + LIMITS.url_bytes))
        status, headers, answer = all_that_comes(connection)
    assert (status, answer["code"]) == (431, "header_too_large")
    assert headers["content-type"] == "application/json"


HALF_SENT = b"POST /api/pick HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n"


@contextmanager
def half_sent(server: Served, head: bytes = HALF_SENT, *, of: str = "127.0.0.1") -> Iterator[socket.socket]:
    """A connection on which the server waits for a body."""
    with a_connection(server) as connection:
        connection.sendall(head + f"X-Forwarded-For: {of}\r\n\r\n".encode())
        assert b"100 Continue" in connection.recv(4096)
        yield connection


def test_more_requests_than_allowed_at_once_are_sent_away_and_hosts_last(database_url: str) -> None:
    with (
        served(database_url, requests=1) as server,
        Host(server.url) as hana,
        a_guest(server.url) as omar,
    ):
        path = f"/api/sessions/{hana.a_session()['id']}/chat-import"
        streamed = (
            HALF_SENT.replace(b"/api/pick", path.encode())
            + f"Authorization: {hana.headers['Authorization']}\r\n".encode()
        )
        with half_sent(server, streamed) as first:
            response = omar.get("/api/sessions")
            refused(response, 503, "unavailable")
            assert int(response.headers["Retry-After"]) >= 1
            assert hana.get("/api/sessions").status_code == 200
            with half_sent(server, streamed) as second:
                refused(hana.get("/api/sessions"), 503, "unavailable")
                second.sendall(b"??")
                assert b"HTTP/1.1 4" in second.recv(65536)
            first.sendall(b"??")
            assert b"HTTP/1.1 4" in first.recv(65536)
        assert omar.get("/api/sessions").status_code == 200


def test_bodies_that_one_stranger_never_finishes_hold_up_nobody_else(database_url: str) -> None:
    with (
        served(database_url, requests=1, bodies_of_address=2, trusted_proxies="127.0.0.1") as server,
        a_guest(server.url) as omar,
        half_sent(server, of="192.0.2.1"),
        half_sent(server, of="192.0.2.1") as second,
    ):
        response = omar.post("/api/pick", headers={"X-Forwarded-For": "192.0.2.1"})
        refused(response, 429, "too_many_requests")
        assert int(response.headers["Retry-After"]) >= 1
        assert omar.post("/api/pick", headers={"X-Forwarded-For": "192.0.2.2"}).status_code == 200
        assert omar.get("/api/sessions", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 200
        second.sendall(b"{}")
        assert b"HTTP/1.1 200" in second.recv(65536)
        assert omar.post("/api/pick", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 200


def test_bodies_that_many_strangers_never_finish_do_not_hold_up_a_host(database_url: str) -> None:
    with (
        served(database_url, bodies=2, trusted_proxies="127.0.0.1") as server,
        a_guest(server.url) as omar,
        Host(server.url) as hana,
        half_sent(server, of="192.0.2.1"),
        half_sent(server, of="192.0.2.2"),
    ):
        refused(omar.post("/api/pick"), 503, "unavailable")
        assert hana.post("/api/sessions").status_code == 201
        assert omar.get("/api/sessions").status_code == 200


def test_a_file_of_a_stranger_is_refused_before_it_is_read(server: Served) -> None:
    head = HALF_SENT.replace(b"/api/pick", b"/api/games/import/csv").replace(b": 2", b": 5000000")
    with a_connection(server) as connection:
        connection.sendall(head + b"\r\n")
        answer = connection.recv(65536)
        while not answer.endswith(b"}") and (part := connection.recv(65536)):
            answer += part
    assert answer.startswith(b"HTTP/1.1 401")
    assert b"token_missing" in answer


def test_reads_beyond_the_burst_have_to_wait(database_url: str) -> None:
    with served(database_url, reads_per_second=0.01, reads_burst=4) as server, a_guest(server.url) as omar:
        for path in ("/api/sessions", "/api/games", "/health"):
            assert omar.get(path).status_code == 200
        assert omar.post("/api/pick").status_code == 200
        for response in (omar.get("/api/sessions"), omar.post("/api/pick"), omar.get("/no/such/page")):
            refused(response, 429, "too_many_requests")
            assert 1 <= int(response.headers["Retry-After"]) <= 100
        with Host(server.url) as hana:
            assert hana.post("/api/sessions").status_code == 201, "writes are not counted as reads"


def test_a_read_of_what_is_not_there_counts_once(database_url: str) -> None:
    with served(database_url, reads_per_second=0.01, reads_burst=3) as server, a_guest(server.url) as omar:
        for path in ("/api/sessions/99", "/api/sessions/99/games", "/api/sessions/99"):
            refused(omar.get(path), 404, "session_not_found")
        refused(omar.get("/api/sessions/99"), 429, "too_many_requests")


def test_behind_a_trusted_proxy_reads_are_counted_for_each_client(database_url: str) -> None:
    options: dict[str, Any] = {"reads_per_second": 0.01, "reads_burst": 1, "trusted_proxies": "127.0.0.0/8"}
    with served(database_url, **options) as server, a_guest(server.url) as proxy:

        def read(client: str) -> int:
            return proxy.get("/api/sessions", headers={"X-Forwarded-For": client}).status_code

        assert [read("192.0.2.1"), read("192.0.2.1"), read("192.0.2.2")] == [200, 429, 200]
        assert [read("2001:db8::1"), read("2001:db8::2"), read("2001:db8:0:1::1")] == [200, 429, 200]


def test_what_is_no_http_is_refused_as_json(server: Served) -> None:
    with a_connection(server) as connection:
        connection.sendall(b"this is no http\r\n\r\n")
        status, headers, body = all_that_comes(connection)
    assert status == 400
    assert headers["content-type"] == "application/json"
    assert body["code"] == "bad_request"
