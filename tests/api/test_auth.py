"""Who may do what."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import httpx
import jwt
import pytest
from litestar import Litestar, get
from litestar.handlers.base import BaseRouteHandler

from gamenight.auth.cookies import Cookies
from gamenight.auth.errors import TokenExpired, TooManyFailures
from gamenight.auth.guards import routes_without_scope
from gamenight.auth.throttle import FAILURES_A_MINUTE, Throttle
from gamenight.auth.tokens import LEEWAY, Scope, Tokens
from gamenight.core.errors import StartError
from gamenight.framework import framework
from gamenight.http.address import Address
from gamenight.http.slices import Routes, Slice
from tests.support.clients import Host, a_guest
from tests.support.error_words import missing_details
from tests.support.server import ADMIN_KEY, Served, served

Look = Callable[..., list[dict[str, Any]]]

# The signature of a token that nobody signed for us.
OTHER_SECRET = bytes(range(32))


@pytest.fixture
def secret(hana: Host, look: Look) -> bytes:
    """What this server signs its tokens with."""
    (row,) = look("SELECT value FROM credentials WHERE name = 'token_secret'")
    found = bytes.fromhex(row["value"])
    assert jwt.decode(hana.token, found, algorithms=["HS256"], audience="gamenight")["scope"] == "admin"
    return found


def claims(**changed: Any) -> dict[str, Any]:
    """What a good token says, but for what is changed; None leaves a claim out."""
    now = int(time.time())
    good: dict[str, Any] = {
        "iss": "gamenight",
        "aud": "gamenight",
        "sub": "admin",
        "scope": "admin",
        "jti": "a" * 32,
        "iat": now,
        "exp": now + 600,
    }
    return {name: value for name, value in (good | changed).items() if value is not None}


def verify(server: Served, token: str) -> httpx.Response:
    with a_guest(server.url) as omar:
        return omar.post("/api/auth/verify", headers={"Authorization": f"Bearer {token}"})


def refused(response: httpx.Response, status: int, code: str) -> None:
    assert response.status_code == status, response.text
    assert response.json()["code"] == code
    assert response.json()["error"]
    assert not missing_details(code, response.json())


def test_the_admin_key_gives_a_token_for_a_day(server: Served) -> None:
    with a_guest(server.url) as hana:
        response = hana.post("/api/auth/login", json={"key": ADMIN_KEY})
        assert response.status_code == 200
        answer = response.json()
        assert set(answer) == {"token", "message", "expiresIn"}
        assert answer["expiresIn"] == "24h"
        payload = jwt.decode(answer["token"], options={"verify_signature": False})
        assert payload["exp"] - payload["iat"] == 24 * 60 * 60
    verified = verify(server, answer["token"])
    assert verified.status_code == 200
    assert verified.json()["valid"] is True
    assert verified.json()["user"]["role"] == "admin"


def test_each_login_gives_another_token(server: Served) -> None:
    with a_guest(server.url) as hana:
        tokens = {hana.post("/api/auth/login", json={"key": ADMIN_KEY}).json()["token"] for _each in range(3)}
    assert len(tokens) == 3


def test_a_wrong_key_gives_none(server: Served) -> None:
    with a_guest(server.url) as omar:
        for key in ("", "wrong", ADMIN_KEY + " ", ADMIN_KEY.upper()):
            refused(omar.post("/api/auth/login", json={"key": key}), 401, "wrong_key")


def test_a_login_without_a_key_is_a_bad_request(server: Served) -> None:
    wrong: list[object] = [{}, {"key": None}, {"key": [ADMIN_KEY]}, {"key": "x" * 257}, []]
    with a_guest(server.url) as omar:
        for body in wrong:
            refused(omar.post("/api/auth/login", json=body), 400, "invalid_request")


def test_without_a_token_writes_are_refused_and_nothing_happens(hana: Host, server: Served) -> None:
    with a_guest(server.url) as omar:
        for header in (None, "", "Bearer", "Basic YWRtaW46YWRtaW4=", hana.token):
            headers = {} if header is None else {"Authorization": header}
            refused(omar.post("/api/sessions", json={}, headers=headers), 401, "token_missing")
            refused(omar.post("/api/auth/verify", headers=headers), 401, "token_missing")
        assert omar.get("/api/sessions").json() == []
        spelled_otherwise = {"Authorization": f"bearer {hana.token}"}
        assert omar.post("/api/sessions", json={}, headers=spelled_otherwise).status_code == 201


def test_tokens_that_this_server_did_not_make_are_refused(server: Served, secret: bytes) -> None:
    assert verify(server, jwt.encode(claims(), secret, "HS256")).status_code == 200, "the crafting is sound"
    header, body, signature = jwt.encode(claims(), secret, "HS256").split(".")
    unsigned, _body, _signature = jwt.encode(claims(), "", "none").split(".")
    crafted = {
        "garbage": "garbage",
        "two dots": "a.b.c",
        "long": "x" * 5000,
        "alg none": jwt.encode(claims(), "", "none"),
        "alg none with our signature": f"{unsigned}.{body}.{signature}",
        "no signature": f"{header}.{body}.",
        "HS512": jwt.encode(claims(), secret + secret, "HS512"),
        "HS512 with our secret": _sign(claims(), secret, "HS512"),
        "another secret": jwt.encode(claims(), OTHER_SECRET, "HS256"),
        "another body": f"{header}.{jwt.encode(claims(sub='me'), secret, 'HS256').split('.')[1]}.{signature}",
        "another issuer": jwt.encode(claims(iss="somebody"), secret, "HS256"),
        "another audience": jwt.encode(claims(aud="somebody"), secret, "HS256"),
        "an unknown scope": jwt.encode(claims(scope="root"), secret, "HS256"),
        "a scope that only routes ask for": jwt.encode(claims(scope="any"), secret, "HS256"),
        "a number for a name": jwt.encode(claims(name=1), secret, "HS256"),
        "two scopes": jwt.encode(claims(scope=["admin"]), secret, "HS256"),
        "a word for expiry": jwt.encode(claims() | {"exp": "never"}, secret, "HS256"),
        "an endless expiry": jwt.encode(claims() | {"exp": float("inf")}, secret, "HS256"),
        "a number for subject": jwt.encode(claims() | {"sub": 1}, secret, "HS256"),
        **{
            f"without {name}": jwt.encode(claims(**{name: None}), secret, "HS256")
            for name in ("iss", "aud", "sub", "scope", "jti", "iat", "exp")
        },
    }
    for name, token in crafted.items():
        response = verify(server, token)
        assert (response.status_code, response.json().get("code")) == (403, "token_invalid"), name


def _sign(payload: dict[str, Any], secret: bytes, algorithm: str) -> str:
    """PyJWT warns of a secret that is short for the algorithm. Zeros at its end are no change for HMAC."""
    return jwt.encode(payload, secret + b"\0" * 32, algorithm)


def test_an_expired_token_is_refused(server: Served, secret: bytes) -> None:
    now = int(time.time())
    assert verify(server, jwt.encode(claims(exp=now + 60), secret, "HS256")).status_code == 200
    refused(verify(server, jwt.encode(claims(exp=now - LEEWAY - 1), secret, "HS256")), 403, "token_expired")


def test_a_token_that_was_verified_before_expires_all_the_same() -> None:
    now = [1000.0]
    tokens = Tokens(OTHER_SECRET, now=lambda: now[0])
    token = tokens.issue("admin", Scope.ADMIN, 60)
    assert tokens.verify(token).subject == "admin"
    now[0] += 60 + LEEWAY - 0.5
    assert tokens.verify(token).subject == "admin"
    now[0] += 0.5
    for _again in range(2):
        with pytest.raises(TokenExpired):
            tokens.verify(token)


def test_the_sixth_wrong_key_in_a_minute_has_to_wait(server: Served) -> None:
    with a_guest(server.url) as omar:
        for _try in range(FAILURES_A_MINUTE):
            refused(omar.post("/api/auth/login", json={"key": "wrong"}), 401, "wrong_key")
        response = omar.post("/api/auth/login", json={"key": "wrong"})
        refused(response, 429, "too_many_failures")
        assert 1 <= int(response.headers["Retry-After"]) <= 60
        assert response.json()["retryAfter"] == int(response.headers["Retry-After"])
        refused(omar.post("/api/auth/login", json={"key": ADMIN_KEY}), 429, "too_many_failures")
        assert omar.get("/api/sessions").status_code == 200, "all else goes on"


def test_right_keys_are_not_counted(server: Served) -> None:
    with a_guest(server.url) as hana:
        for _login in range(FAILURES_A_MINUTE + 3):
            assert hana.post("/api/auth/login", json={"key": ADMIN_KEY}).status_code == 200


def test_wrong_keys_tried_at_once_are_counted_too(server: Served) -> None:
    def attempt(_number: int) -> int:
        with a_guest(server.url) as omar:
            return omar.post("/api/auth/login", json={"key": "wrong"}).status_code

    with ThreadPoolExecutor(12) as threads:
        statuses = list(threads.map(attempt, range(12)))
    assert statuses.count(401) == FAILURES_A_MINUTE
    assert statuses.count(429) == 12 - FAILURES_A_MINUTE


def fail(throttle: Throttle, address: str, device: str | None = None) -> bool:
    """Guess wrong, if the throttle lets one."""
    try:
        throttle.check(address, device)
    except TooManyFailures:
        return False
    throttle.failed(address, device)
    return True


def test_another_client_does_not_wait_for_the_one_who_guesses() -> None:
    throttle = Throttle()
    assert all(fail(throttle, "192.0.2.1") for _try in range(FAILURES_A_MINUTE))
    with pytest.raises(TooManyFailures) as waits:
        throttle.check("192.0.2.1", None)
    assert waits.value.retry_after is not None
    assert 0 < waits.value.retry_after <= 60
    throttle.check("192.0.2.2", None)


def test_all_addresses_together_have_sixty_guesses_a_minute() -> None:
    throttle = Throttle()
    assert sum(fail(throttle, f"192.0.2.{number}") for number in range(250) for _try in range(4)) == 60
    with pytest.raises(TooManyFailures):
        throttle.check("198.51.100.1", None)
    throttle.check("192.0.2.1", "a device of a host")


def test_the_processes_of_a_service_share_the_sixty_guesses() -> None:
    throttle = Throttle(processes=4)
    assert sum(fail(throttle, f"192.0.2.{number}") for number in range(250)) == 15


def test_a_device_of_a_host_has_guesses_of_its_own_and_no_more() -> None:
    throttle = Throttle()
    assert sum(fail(throttle, f"192.0.2.{number}", "pad") for number in range(20)) == FAILURES_A_MINUTE
    throttle.check("192.0.2.1", None)


def test_behind_a_trusted_proxy_each_client_is_counted_by_itself(database_url: str) -> None:
    with served(database_url, trusted_proxies="127.0.0.1/32") as server, a_guest(server.url) as proxy:

        def login(client: str, key: str) -> int:
            headers = {"X-Forwarded-For": f"203.0.113.77, {client}"}
            return proxy.post("/api/auth/login", json={"key": key}, headers=headers).status_code

        assert [login("192.0.2.1", "wrong") for _try in range(6)] == [401] * 5 + [429]
        assert login("192.0.2.2", ADMIN_KEY) == 200


def test_nobody_gets_another_address_by_saying_so(server: Served) -> None:
    with a_guest(server.url) as omar:
        statuses = [
            omar.post(
                "/api/auth/login", json={"key": "wrong"}, headers={"X-Forwarded-For": f"192.0.2.{number}"}
            ).status_code
            for number in range(6)
        ]
    assert statuses == [401] * 5 + [429]


@get("/declared", scope=Scope.PUBLIC, sync_to_thread=False)
def declared() -> None:
    return None


@get("/forgotten", sync_to_thread=False)
def forgotten() -> None:
    return None


@get("/misspelt", scope="admin", sync_to_thread=False)
def misspelt() -> None:
    return None


def test_a_route_that_declares_no_scope_is_found() -> None:
    app = Litestar([declared, forgotten, misspelt], openapi_config=None)
    assert routes_without_scope(app) == ["/forgotten", "/misspelt"]
    assert routes_without_scope(Litestar([declared], openapi_config=None)) == []


def test_a_route_that_declares_no_scope_stops_the_start() -> None:
    def built_with(handler: BaseRouteHandler) -> Litestar:
        added = Slice(routes=[Routes("/", "Tests", [handler])])
        return framework([added], Cookies(Address(None)), lambda _app: nullcontext())

    assert built_with(declared).routes
    with pytest.raises(StartError, match="/forgotten"):
        built_with(forgotten)
