"""What a live client may do and for how long, and how it is told when that is over."""

import json
import time

import pytest
from websockets.exceptions import InvalidStatus

from gamenight.auth.keys import prepare
from gamenight.auth.tokens import LEEWAY, Scope, Tokens
from gamenight.live.close_codes import CloseCode
from tests.support.clients import Host, Listener
from tests.support.server import Served, served


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
