"""What is answered as soon as it is parsed is answered to the byte as the application answers it."""

import json
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.clients import Host, a_token
from tests.support.server import Served, served, sqlite_url


class Side(NamedTuple):
    """One of two servers in the same state, and the tokens that it gave."""

    server: Served
    hana: Host
    tokens: dict[str, str]


class Request(NamedTuple):
    """A request, sent so that the fast path may answer it, or so that it can't."""

    method: str
    path: str
    body: bytes = b""
    token: str | None = "vote"
    headers: str = ""


@pytest.fixture
def sides(sqlite_template: Path, tmp_path: Path) -> Iterator[list[Side]]:
    with ExitStack() as closing:
        both = []
        for name in ("fast", "long"):
            folder = tmp_path / name
            folder.mkdir()
            shutil.copy(sqlite_template, folder / "gamenight.db")
            server = closing.enter_context(served(sqlite_url(folder)))
            hana = closing.enter_context(Host(server.url))
            tokens = {scope: a_token(hana, scope) for scope in ("admin", "host", "read", "vote", "guest")}
            both.append(Side(server, hana, tokens))
        yield both


def vote(username: str | None = "pia", direction: str = "up", *, seconds: float = 0, **fields: Any) -> bytes:
    """A vote that is cast just now, or so many seconds later."""
    timestamp = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
    given = {"vote": direction, "timestamp": timestamp, **fields}
    return json.dumps(given if username is None else {"username": username, **given}).encode()


READS = [
    *(
        Request("GET", "/api/sessions/1", token=token)
        for token in ("vote", "host", None, "read", "guest", "admin", "x")
    ),
    Request("GET", "/api/sessions/1/games"),
    Request("GET", "/api/sessions/1/games?x=1"),
    Request("GET", "/api/sessions/99/games"),
    Request("GET", "/api/games"),
    Request("GET", "/api/sessions/1", headers="Host: games.example.org\r\n"),
]


def voting() -> list[Request]:
    votes = [
        vote(),
        vote(),
        vote("omar", "down"),
        vote("omar", "unvote", seconds=2),
        vote("bix", "sideways"),
        vote("bix", symbol="NOPE"),
        vote("bix", ticker="NOPE"),
        vote("eva", ticker="fxl"),
        vote("eva", "unvote", ticker="FXL", seconds=2),
        vote("bix", ticker="FXL", sessionGameId=1),
        vote("bix", ticker="DRAW", symbol="NOPE"),
        vote("bix", tick="NOPE"),
        vote("bix", timestamp=600),
        vote("bix", timestamp="yesterday"),
        vote("ann", timestamp=int(datetime.now(UTC).timestamp() * 1000) + 2000, sessionGameId="1.0", symbol=None),
        vote("bix", sessionGameId=2**31),
        vote("bix", sessionGameId="9999999999"),
        vote("bix", sessionGameId=1),
        vote("bix", sessionGameId=77, seconds=2),
        vote("bix", seconds=60),
        vote("bix", seconds=-90_000),
        vote(None),
        vote("\u200b"),
        vote("bix", platform="phone"),
        vote("x" * 65),
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 40 + b"]" * 40,
        b" " * 70_000,
    ]
    return [
        *(Request("POST", "/api/votes/live", body) for body in votes),
        *(Request("POST", "/api/votes/live", vote(f"a{scope}"), scope) for scope in ("host", "read", "admin", "guest")),
        Request("POST", "/api/votes/live", vote(), None),
        Request("POST", "/api/votes/live", vote(), "nonsense"),
        Request("POST", "/api/votes/live", vote("one"), headers="Idempotency-Key: one\r\n"),
        Request("POST", "/api/votes/live", vote("two"), headers="Content-Type: text/plain\r\n"),
        Request("POST", "/api/votes/live?x=1", vote("three")),
    ]


def test_reads_and_votes_are_answered_to_the_byte_as_the_application_answers_them(sides: list[Side]) -> None:
    fast, long = sides
    for side in sides:
        session_id = side.hana.a_session("Friday")["id"]
        side.hana.a_game(session_id, 1)
    for request in [*voting(), *READS, *READS]:
        answers = [ask(fast, request, in_parts=False), ask(long, request, in_parts=True)]
        assert answers[0] == answers[1], request


def test_without_a_session_a_vote_is_refused_alike_on_both_ways(sides: list[Side]) -> None:
    fast, long = sides
    request = Request("POST", "/api/votes/live", vote())
    answer = ask(fast, request, in_parts=False)
    assert b"nothing_to_vote_on" in answer
    assert answer == ask(long, request, in_parts=True)


def test_requests_that_come_at_once_on_one_connection_are_answered_in_their_order(sides: list[Side]) -> None:
    side = sides[0]
    side.hana.a_game(side.hana.a_session()["id"], 1)
    requests = [
        Request("POST", "/api/votes/live", vote("pia")),
        Request("GET", "/api/sessions/1/games"),
        Request("POST", "/api/votes/live", vote("omar")),
        Request("GET", "/api/sessions/active"),
        Request("GET", "/api/sessions/1"),
    ]
    with connected(side) as connection:
        connection.sendall(b"".join(head(side, request) + request.body for request in requests))
        answers = [read_answer(connection) for _asked in requests]
    assert [answer.split(b" ")[1] for answer in answers] == [b"200"] * 5
    assert [b'"username":"pia"' in answers[0], b'"username":"omar"' in answers[2]] == [True, True]
    assert [answers[1].count(b'"game_id":1'), b'"is_active":1' in answers[4]] == [1, True]


def ask(side: Side, request: Request, *, in_parts: bool) -> bytes:
    """The answer, without its date. In parts, or under a name that has to be decoded, the fast path lets it be."""
    path = request.path.replace("/api/", "/%61pi/") if in_parts and request.method == "GET" else request.path
    with connected(side) as connection:
        connection.sendall(head(side, request._replace(path=path)))
        if in_parts:
            side.hana.get("/health")  # by then the head has been parsed
        connection.sendall(request.body)
        answer = re.sub(rb"date: [^\r]+\r\n", b"", read_answer(connection))
        # The two nights began one after the other, and so differ in their times and etags.
        return re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z|(?<=etag: )[^\r]+", b"", answer)


def head(side: Side, request: Request) -> bytes:
    lines = [f"{request.method} {request.path} HTTP/1.1"]
    if "Host:" not in request.headers:
        lines.append("Host: localhost")
    if request.method == "POST":
        lines.append(f"Content-Length: {len(request.body)}")
        if request.token is not None:
            lines.append(f"Authorization: Bearer {side.tokens.get(request.token, request.token)}")
    return ("\r\n".join(lines) + "\r\n" + request.headers + "\r\n").encode()


def connected(side: Side) -> socket.socket:
    return socket.create_connection(("127.0.0.1", side.server.port), timeout=60)


def read_answer(connection: socket.socket) -> bytes:
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(1)
    length = int(found[1]) if (found := re.search(rb"content-length: (\d+)", answer)) else 0
    while length:
        part = connection.recv(length)
        answer += part
        length -= len(part)
    return answer
