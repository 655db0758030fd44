"""What a live client may do and for how long, and how it is told when that is over."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import text
from websockets.exceptions import InvalidStatus

from gamenight.auth.keys import prepare
from gamenight.auth.tokens import LEEWAY, Scope, Tokens
from gamenight.live.close_codes import CloseCode
from tests.support.clients import Host, Listener
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import Served, served


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One kind of database is enough here: sockets know of none."""
    return sqlite_database_url


def test_no_valid_token_in_time_closes_the_socket(database_url: str) -> None:
    with served(database_url, auth_seconds=0.2) as server, Listener(server.live_url) as client:
        client.say(type="ping")
        assert client.close_code() == CloseCode.AUTH_TIMEOUT


def test_the_third_wrong_token_closes_the_socket(server: Served) -> None:
    with Listener(server.live_url) as client:
        for _ in range(3):
            client.say(type="auth", token="wrong")
        assert client.close_code() == CloseCode.NOT_AUTHENTICATED
    assert [message["type"] for message in client.received] == ["auth_error"] * 3


def test_three_messages_before_auth_close_the_socket(server: Served) -> None:
    with Listener(server.live_url) as client:
        for _ in range(3):
            client.say(type="subscribe", sessionId=1)
        assert client.close_code() == CloseCode.NOT_AUTHENTICATED


def test_the_twentieth_message_that_is_not_understood_closes_the_socket(database_url: str) -> None:
    with served(database_url) as server, Host(server.url) as hana, Listener(server.live_url) as client:
        client.authenticate(hana.token)
        for _ in range(20):
            client.socket.send("?")
        assert client.close_code() == CloseCode.NOT_UNDERSTOOD
    assert [message["type"] for message in client.received].count("error") == 20


@contextmanager
def without_readers(server: Served) -> Iterator[None]:
    """The queue of the server's reads is full, and its readers are held."""
    database = server.service.database
    held = threading.Event()

    def fill() -> None:
        for _ in range(5000):
            reading = asyncio.ensure_future(database.read(lambda _connection: held.wait(PATIENCE)))
            reading.add_done_callback(lambda done: done.cancelled() or done.exception())

    # Once for what the readers take at once, once for the queue behind that.
    for waiting in (4000, 4096):
        server.loop.call_soon_threadsafe(fill)
        wait_until(lambda least=waiting: database.waiting.reads >= least, "the queue to be full")  # type: ignore[misc]
    yield
    held.set()
    wait_until(lambda: database.waiting.reads == 0, "the queue to be empty")


@contextmanager
def without_the_log(server: Served) -> Iterator[None]:
    """The server can't read where its log stands."""
    with server.service.database.transaction() as transaction:
        transaction.connection.execute(text("ALTER TABLE log_state RENAME TO log_state_away"))
    yield
    with server.service.database.transaction() as transaction:
        transaction.connection.execute(text("ALTER TABLE log_state_away RENAME TO log_state"))


@pytest.mark.parametrize(("trouble", "code"), [(without_readers, "busy"), (without_the_log, "bug")])
def test_who_can_not_be_told_where_to_begin_is_sent_off_to_come_back(
    server: Served, hana: Host, trouble: Callable[[Served], AbstractContextManager[None]], code: str
) -> None:
    with Listener(server.live_url) as pia, Listener(server.live_url) as omar:
        omar.authenticate(hana.token)
        session = hana.a_session()  # what was read before a change is not read from memory after it
        with trouble(server):
            pia.say(type="auth", token=hana.token)
            omar.say(type="subscribe", sessionId=session["id"])
            assert {pia.close_code(), omar.close_code()} == {CloseCode.UNAVAILABLE}
        assert [client.received[-1]["code"] for client in (pia, omar)] == [code] * 2
    with Listener(server.live_url) as pia:
        pia.authenticate(hana.token)
        pia.subscribe(session["id"])


def test_a_token_that_expires_ends_the_connection_and_a_new_one_goes_on(server: Served, hana: Host) -> None:
    tokens = Tokens(_secret(server), now=lambda: time.time() - 3600 - LEEWAY)
    token = tokens.issue("admin", Scope.ADMIN, 3601)  # one second is left of it
    with Listener(server.live_url) as client:
        client.authenticate(token)
        assert client.close_code() == CloseCode.TOKEN_EXPIRED
    with Listener(server.live_url) as client:
        client.authenticate(tokens.issue("admin", Scope.ADMIN, 3601))
        client.authenticate(hana.token)
        client.subscribe(hana.a_session()["id"])


def _secret(server: Served) -> bytes:
    with server.service.database.transaction() as transaction:
        credentials, _new_key = prepare(transaction, None)
    return credentials.token_secret


def test_a_binary_message_closes_the_socket(bix: Listener) -> None:
    bix.socket.send(b"\x00")
    assert bix.close_code() == CloseCode.BINARY


def test_a_message_of_16_kib_is_taken_and_one_byte_more_is_not(bix: Listener) -> None:
    ping = json.dumps({"type": "ping", "pad": ""})
    bix.say(type="ping", pad="x" * (16 * 1024 - len(ping)))
    assert bix.receive() == {"type": "pong"}
    bix.say(type="ping", pad="x" * (16 * 1024 - len(ping) + 1))
    assert bix.close_code() == 1009


def test_too_many_messages_close_the_socket(database_url: str) -> None:
    with (
        served(database_url, messages_burst=5, messages_per_minute=1) as server,
        Listener(server.live_url) as client,
    ):
        for _ in range(5):
            client.say(type="ping")
        for _ in range(5):
            assert client.receive() == {"type": "pong"}
        client.say(type="ping")
        assert client.close_code() == CloseCode.TOO_MANY_MESSAGES


def test_a_token_has_so_many_connections_and_no_more(database_url: str) -> None:
    with served(database_url, sockets_per_token=2) as server, Host(server.url) as hana:
        with Listener(server.live_url) as first, Listener(server.live_url) as second:
            first.authenticate(hana.token)
            second.authenticate(hana.token)
            second.authenticate(hana.token)  # the same connection again counts once
            with Listener(server.live_url) as third:
                third.say(type="auth", token=hana.token)
                assert third.close_code() == CloseCode.TOO_MANY_CONNECTIONS
        with Listener(server.live_url) as fourth:
            fourth.authenticate(hana.token)


def test_an_address_has_so_many_connections_and_no_more(database_url: str) -> None:
    with (
        served(database_url, sockets_per_client=2) as server,
        Listener(server.live_url),
        Listener(server.live_url),
        Listener(server.live_url) as third,
    ):
        assert third.close_code() == CloseCode.TOO_MANY_CONNECTIONS


def test_the_server_has_so_many_connections_and_says_when_to_come_again(database_url: str) -> None:
    with (
        served(database_url, sockets=1) as server,
        Listener(server.live_url),
        pytest.raises(InvalidStatus) as refused,
    ):
        Listener(server.live_url)
    assert refused.value.response.status_code == 503
    assert refused.value.response.headers["Retry-After"]


def test_so_many_sessions_are_followed_and_no_more(database_url: str) -> None:
    with served(database_url, subscriptions=2) as server, Host(server.url) as hana:
        sessions = []
        for _ in range(3):
            session = hana.a_session()
            hana.post(f"/api/sessions/{session['id']}/close")
            sessions.append(session["id"])
        with Listener(server.live_url) as client:
            client.authenticate(hana.token)
            client.subscribe(sessions[0])
            client.subscribe(sessions[1])
            client.subscribe(sessions[1])
            client.say(type="subscribe", sessionId=sessions[2])
            assert client.receive()["type"] == "error"
            client.say(type="unsubscribe", sessionId=sessions[0])
            client.subscribe(sessions[2])
