"""Browsers: the login of the console, the guest's device, and pages of others that try to use them."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import httpx
import jwt
import pytest
from sqlalchemy import text

from gamenight.auth.throttle import FAILURES_A_MINUTE, NEW_DEVICES_A_MINUTE
from gamenight.core.database import Transaction
from gamenight.core.errors import StartError
from gamenight.http.address import Address, HostInvalid, UnknownHost
from gamenight.live.close_codes import CloseCode
from gamenight.settings import load
from tests.support.clients import Host, Listener, a_guest, a_token
from tests.support.server import ADMIN_KEY, Served, served

Look = Callable[..., list[dict[str, Any]]]
LOGIN, GUEST, HOST_DEVICE = "gamenight_session", "gamenight_guest", "gamenight_host_device"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One kind of database is enough here: who may ask is known before it is asked."""
    return sqlite_database_url


@pytest.fixture
def console(server: Served) -> Iterator[httpx.Client]:
    """A page of the server in a browser that is logged in."""
    with a_guest(server.url) as browser:
        browser.headers["Origin"] = server.url
        browser.post("/api/auth/session", json={"key": ADMIN_KEY}).raise_for_status()
        yield browser


def code(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def attributes(response: httpx.Response, name: str) -> set[str]:
    (cookie,) = (each for each in response.headers.get_list("set-cookie") if each.startswith(f"{name}="))
    return {part.strip().lower() for part in cookie.split(";")[1:]}


def test_the_admin_key_logs_a_browser_in_whose_cookie_takes_the_place_of_a_token(server: Served) -> None:
    with a_guest(server.url) as browser:
        browser.headers["Origin"] = server.url
        assert browser.get("/api/auth/session").json() == {"user": None}
        opened = browser.post("/api/auth/session", json={"key": ADMIN_KEY})
        assert opened.status_code == 200
        assert "token" not in opened.json()
        assert attributes(opened, LOGIN) == {"httponly", "max-age=43200", "path=/", "samesite=strict"}
        user = browser.get("/api/auth/session").json()["user"]
        assert (user["role"], user["name"]) == ("admin", "Console")
        assert browser.post("/api/sessions", json={}).status_code == 201
        closed = browser.delete("/api/auth/session")
        assert (closed.status_code, closed.json()) == (200, {"user": None})
        assert browser.get("/api/auth/session").json() == {"user": None}
        assert code(browser.post("/api/sessions", json={})) == (401, "token_missing")


def test_who_logs_out_leaves_no_cookie_behind_that_a_copy_could_use(server: Served, hana: Host) -> None:
    with a_guest(server.url) as browser, a_guest(server.url) as thief:
        browser.headers["Origin"] = thief.headers["Origin"] = server.url
        browser.post("/api/auth/session", json={"key": ADMIN_KEY}).raise_for_status()
        thief.cookies.set(LOGIN, browser.cookies[LOGIN])
        assert thief.post("/api/sessions", json={}).status_code == 201
        headers = {"Cookie": f"{LOGIN}={browser.cookies[LOGIN]}"}
        with Listener(server.live_url, origin=server.url, additional_headers=headers) as page:
            page.say(type="auth")
            page.receive_until("hello")
            browser.delete("/api/auth/session").raise_for_status()
            assert page.close_code() == CloseCode.TOKEN_REVOKED
        assert code(thief.post("/api/sessions/1/close", json={})) == (403, "token_revoked")
        assert [each["revoked_at"] is None for each in hana.get("/api/tokens").json()] == [False]


def test_a_login_that_was_forgotten_elsewhere_is_ended_by_the_list(server: Served, hana: Host) -> None:
    with a_guest(server.url) as browser:
        browser.headers["Origin"] = server.url
        browser.post("/api/auth/session", json={"key": ADMIN_KEY}).raise_for_status()
        (login,) = hana.get("/api/tokens").json()
        assert (login["name"], login["scope"], login["is_login"]) == ("Console", "admin", 1)
        hana.ok(hana.delete(f"/api/tokens/{login['id']}"))
        assert browser.get("/api/auth/session").json() == {"user": None}


def test_logging_out_leaves_the_token_alone_that_logged_in(server: Served, hana: Host) -> None:
    token = hana.ok(hana.post("/api/tokens", json={"name": "Harry", "scope": "host"}))["token"]
    with a_guest(server.url) as harry:
        harry.headers["Origin"] = server.url
        for _ in range(2):
            harry.post("/api/auth/session", json={"token": token}).raise_for_status()
            harry.delete("/api/auth/session").raise_for_status()
        assert harry.post("/api/auth/verify", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_a_host_logs_in_with_a_token_and_is_logged_out_with_the_token(server: Served, hana: Host) -> None:
    token = hana.ok(hana.post("/api/tokens", json={"name": "Harry", "scope": "host", "days": 1}))
    with a_guest(server.url) as harry:
        harry.headers["Origin"] = server.url
        harry.post("/api/auth/session", json={"token": token["token"]}).raise_for_status()
        assert harry.get("/api/auth/session").json()["user"]["name"] == "Harry"
        session = hana.ok(harry.post("/api/sessions", json={}))
        assert code(harry.delete(f"/api/sessions/{session['id']}")) == (403, "scope_missing")
        cookie = f"{LOGIN}={harry.cookies[LOGIN]}"
        headers = {"Cookie": cookie}
        with Listener(server.live_url, origin=server.url, additional_headers=headers) as page:
            page.say(type="auth")
            page.receive_until("hello")
            hana.ok(hana.delete(f"/api/tokens/{token['id']}"))
            assert page.close_code() == CloseCode.TOKEN_REVOKED
        assert harry.get("/api/auth/session").json() == {"user": None}
        assert code(harry.post("/api/sessions", json={})) == (403, "token_revoked")


def test_a_login_ends_no_later_than_the_token_that_it_was_made_with(server: Served, hana: Host) -> None:
    with a_guest(server.url) as browser:
        browser.post("/api/auth/session", json={"token": hana.token}).raise_for_status()
        said = jwt.decode(browser.cookies[LOGIN], options={"verify_signature": False})
        assert said["exp"] - said["iat"] == 12 * 60 * 60
        assert said["jti"] == jwt.decode(hana.token, options={"verify_signature": False})["jti"]


def test_only_a_key_or_a_host_logs_a_browser_in_and_guessing_is_slowed_down(server: Served, hana: Host) -> None:
    read = a_token(hana, "read")
    with a_guest(server.url) as omar:
        assert code(omar.post("/api/auth/session", json={})) == (400, "key_or_token")
        assert code(omar.post("/api/auth/session", json={"key": "x", "token": "y"})) == (400, "key_or_token")
        assert code(omar.post("/api/auth/session", json={"token": read})) == (403, "scope_missing")
        assert code(omar.post("/api/auth/session", json={"token": "garbage"})) == (403, "token_invalid")
        for _try in range(FAILURES_A_MINUTE - 2):
            assert code(omar.post("/api/auth/session", json={"key": "wrong"})) == (401, "wrong_key")
        assert code(omar.post("/api/auth/session", json={"key": ADMIN_KEY})) == (429, "too_many_failures")
        assert not omar.cookies


def guess_until_refused(server: Served) -> None:
    with a_guest(server.url) as omar:
        while omar.post("/api/auth/session", json={"key": "wrong"}).status_code != 429:
            pass


def test_a_host_logs_in_again_behind_the_address_of_who_guesses(server: Served, console: httpx.Client) -> None:
    console.delete("/api/auth/session").raise_for_status()
    guess_until_refused(server)
    again = console.post("/api/auth/session", json={"key": ADMIN_KEY})
    assert again.status_code == 200
    assert attributes(again, HOST_DEVICE) == {"httponly", "max-age=31536000", "path=/", "samesite=strict"}
    assert console.post("/api/auth/login", json={"key": ADMIN_KEY}).status_code == 200
    console.cookies.delete(HOST_DEVICE)
    assert code(console.post("/api/auth/session", json={"key": ADMIN_KEY})) == (429, "too_many_failures")


def test_a_valid_token_logs_in_while_others_guess(server: Served, hana: Host) -> None:
    token = a_token(hana, "host")
    guess_until_refused(server)
    with a_guest(server.url) as harry:
        assert harry.post("/api/auth/session", json={"token": token}).status_code == 200
        assert code(harry.post("/api/auth/session", json={"token": "garbage"})) == (403, "token_invalid")


def test_that_a_device_was_a_hosts_gives_no_right_and_five_guesses(server: Served, console: httpx.Client) -> None:
    with a_guest(server.url) as thief:
        thief.headers["Origin"] = server.url
        thief.cookies.set(HOST_DEVICE, console.cookies[HOST_DEVICE])
        assert code(thief.post("/api/sessions", json={})) == (401, "token_missing")
        assert thief.get("/api/auth/session").json() == {"user": None}
        answers = [thief.post("/api/auth/session", json={"key": "wrong"}).status_code for _try in range(6)]
        assert answers == [401] * FAILURES_A_MINUTE + [429]


def test_nobody_makes_up_a_device_of_a_host(server: Served, console: httpx.Client) -> None:
    name, _dot, signature = console.cookies[HOST_DEVICE].partition(".")
    guess_until_refused(server)
    for made_up in (name, f"{name}.", f"x{name}.{signature}", f"{name}.{signature[:-1]}", ".", '""', "é.é"):
        with a_guest(server.url) as omar:
            headers = {b"Cookie": f"{HOST_DEVICE}={made_up}".encode()}
            answer = omar.post("/api/auth/session", json={"key": "wrong"}, headers=headers)
            assert code(answer) == (429, "too_many_failures"), made_up


def test_all_devices_of_one_token_guess_as_one(server: Served, hana: Host) -> None:
    token = a_token(hana, "host")
    named = set()
    for _login in range(2):
        with a_guest(server.url) as harry:
            harry.post("/api/auth/session", json={"token": token}).raise_for_status()
            named.add(harry.cookies[HOST_DEVICE])
    assert len(named) == 1


SAID_BY_OTHERS: list[dict[str, str]] = [
    {},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "{own}0"},
    {"Origin": "{own}.evil.example"},
]


def test_only_a_page_of_this_server_may_write_with_the_cookie(
    server: Served, console: httpx.Client, hana: Host
) -> None:
    del console.headers["Origin"]

    def started(client: httpx.Client, said: dict[str, str]) -> httpx.Response:
        headers = {name: value.format(own=server.url) for name, value in said.items()}
        return client.post("/api/sessions", json={}, headers=headers)

    for said in SAID_BY_OTHERS:
        assert code(started(console, said)) == (403, "csrf_refused"), said
    assert hana.get("/api/sessions").json() == []
    for said in SAID_BY_OTHERS:
        night = hana.ok(started(hana, said))
        hana.ok(hana.post(f"/api/sessions/{night['id']}/close"))  # a token is not affected
    for said in ({"Origin": "{own}"}, {"Sec-Fetch-Site": "same-origin"}):
        night = hana.ok(started(console, said))
        hana.ok(hana.post(f"/api/sessions/{night['id']}/close"))


def test_a_page_of_others_can_neither_log_a_browser_in_nor_out_nor_make_it_a_guest(
    server: Served, console: httpx.Client
) -> None:
    evil = {"Origin": "https://evil.example"}
    for method, path, body in (
        ("POST", "/api/auth/session", {"key": ADMIN_KEY}),
        ("DELETE", "/api/auth/session", None),
        ("POST", "/api/guests", {}),
    ):
        response = console.request(method, path, json=body, headers=evil)
        assert code(response) == (403, "csrf_refused")
        assert "set-cookie" not in response.headers
    assert console.get("/api/auth/session").json()["user"]["role"] == "admin"


def test_reads_by_cookie_need_no_origin(console: httpx.Client, hana: Host) -> None:
    session = hana.a_session()
    del console.headers["Origin"]
    assert console.get(f"/api/sessions/{session['id']}/export").status_code == 200


def test_a_guest_is_known_again_by_his_cookie_under_each_nickname(server: Served) -> None:
    with a_guest(server.url) as pia:
        pia.headers["Origin"] = server.url
        assert code(pia.get("/api/guests/me")) == (401, "token_missing")
        became = pia.post("/api/guests", json={"nickname": "  Pia\u202e\u200b\n<b> "})
        assert became.status_code == 201
        assert became.json() == {"nickname": "Pia<b>"}
        assert attributes(became, GUEST) == {"httponly", "max-age=31536000", "path=/", "samesite=strict"}
        first = subject(pia)
        assert first.startswith("device:")
        assert pia.get("/api/guests/me").json() == {"nickname": "Pia<b>"}
        assert pia.patch("/api/guests/me", json={"nickname": "x" * 40}).json() == {"nickname": "x" * 32}
        assert pia.post("/api/guests", json={}).json() == {"nickname": "x" * 32}, "what is left out stays"
        assert pia.post("/api/guests", json={"nickname": None}).json() == {"nickname": None}
        assert subject(pia) == first
    with a_guest(server.url) as omar:
        omar.post("/api/guests").raise_for_status()
        assert subject(omar) != first


def subject(browser: httpx.Client) -> str:
    said: str = jwt.decode(browser.cookies[GUEST], options={"verify_signature": False})["sub"]
    return said


def test_a_program_without_cookies_gets_the_token_itself(server: Served) -> None:
    with a_guest(server.url) as app:
        became = app.post("/api/guests", json={"nickname": "Pia", "cookie": False})
        assert "set-cookie" not in became.headers
        headers = {"Authorization": f"Bearer {became.json()['token']}"}
        renamed = app.patch("/api/guests/me", json={"nickname": "Pi"}, headers=headers)
        assert "set-cookie" not in renamed.headers
        headers = {"Authorization": f"Bearer {renamed.json()['token']}"}
        assert app.get("/api/guests/me", headers=headers).json() == {"nickname": "Pi"}


def test_the_thirty_first_new_device_in_a_minute_has_to_wait(server: Served) -> None:
    with a_guest(server.url) as pia, a_guest(server.url) as crowd:
        pia.post("/api/guests").raise_for_status()
        for _device in range(NEW_DEVICES_A_MINUTE - 1):
            crowd.cookies.clear()
            crowd.post("/api/guests").raise_for_status()
        crowd.cookies.clear()
        refused = crowd.post("/api/guests")
        assert code(refused) == (429, "too_many_devices")
        assert int(refused.headers["Retry-After"]) >= 1
        assert pia.post("/api/guests", json={"nickname": "Pia"}).status_code == 201, "who is known is not counted"


def test_with_both_cookies_the_one_counts_that_may_do_it(server: Served, console: httpx.Client) -> None:
    console.post("/api/guests", json={"nickname": "Hana"}).raise_for_status()
    assert console.get("/api/guests/me").json() == {"nickname": "Hana"}
    assert console.post("/api/sessions", json={}).status_code == 201
    assert console.post("/api/auth/verify").json()["user"]["role"] == "admin"
    console.cookies.set(LOGIN, "garbage")
    assert console.post("/api/auth/verify").json()["user"]["role"] == "guest"
    assert code(console.post("/api/sessions", json={})) == (403, "token_invalid")


def test_a_page_listens_by_its_cookie_only_if_it_is_ours(server: Served, hana: Host) -> None:
    with a_guest(server.url) as pia:
        pia.post("/api/guests", json={"nickname": "Pia"}).raise_for_status()
        headers = {"Cookie": f"other=1; {GUEST}={pia.cookies[GUEST]}"}
    session = hana.a_session()
    with Listener(server.live_url, origin=server.url, additional_headers=headers) as page:
        page.say(type="auth")
        page.receive_until("hello")
        page.subscribe(session["id"])
    with Listener(server.live_url, additional_headers=headers) as program:
        program.say(type="auth")
        assert program.receive_until("error")["code"] == "token_missing"
    with Listener(server.live_url, origin=server.url) as stranger:
        stranger.say(type="auth")
        assert stranger.receive_until("error")["code"] == "token_missing"


OTHER_ORIGINS = [
    "null",
    "file://",
    "http://absolute",
    "https://tv.example",
    "http://localhost:1",
    "{own}0",
    "{own}.evil.example",
]


def test_a_page_of_another_origin_never_listens_by_a_cookie_that_its_browser_sends(
    server: Served, console: httpx.Client, hana: Host
) -> None:
    session = hana.a_session()
    console.post("/api/guests", json={"nickname": "Pia"}).raise_for_status()
    headers = {"Cookie": "; ".join(f"{name}={console.cookies[name]}" for name in (LOGIN, GUEST))}
    with Listener(server.live_url, origin=server.url, additional_headers=headers) as own:
        own.say(type="auth")
        own.receive_until("hello")
        own.subscribe(session["id"])
    token = a_token(hana, "read")
    for origin in OTHER_ORIGINS:
        with Listener(server.live_url, origin=origin.format(own=server.url), additional_headers=headers) as page:
            page.say(type="auth")
            assert page.receive_until("error")["code"] == "token_missing", origin
            page.say(type="subscribe", sessionId=session["id"])
            assert page.receive_until("error")["code"] == "token_missing", origin
            page.authenticate(token)
            page.subscribe(session["id"])


def test_a_cookie_counts_for_nothing_where_a_page_of_another_origin_sends_it(
    server: Served, console: httpx.Client, hana: Host
) -> None:
    night = f"/api/sessions/{hana.a_session()['id']}"
    console.post("/api/guests", json={"nickname": "Pia"}).raise_for_status()
    for origin in OTHER_ORIGINS:
        elsewhere = {"Origin": origin.format(own=server.url)}
        for path in (f"{night}/export", f"{night}/changes", "/api/tokens", "/api/guests/me"):
            assert console.get(path).status_code == 200, path
            assert code(console.get(path, headers=elsewhere)) == (401, "token_missing"), (path, origin)
        assert console.get("/api/auth/session", headers=elsewhere).json() == {"user": None}
        assert code(console.post("/api/votes/live", json={"vote": "up"}, headers=elsewhere)) == (403, "csrf_refused")
        assert code(console.delete("/api/auth/session", headers=elsewhere)) == (403, "csrf_refused")
        assert console.get("/api/auth/session").json()["user"]["role"] == "admin"


def test_nicknames_that_only_hosts_see_are_not_shown_to_a_page_of_another_origin(
    server: Served, console: httpx.Client, hana: Host
) -> None:
    hana.a_game(hana.a_session()["id"], 1)
    token = a_token(hana, "guest", "Pia")
    with a_guest(server.url) as pia:
        hana.ok(pia.post("/api/votes/live", json={"vote": "up"}, headers={"Authorization": f"Bearer {token}"}))
    assert console.get("/api/votes").json()["votes"][0]["username"] == "Pia"
    shown = console.get("/api/votes", headers={"Origin": "http://absolute"})
    assert shown.json()["votes"][0]["username"] is None


PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


ADDRESSES = ["/api/votes/live", "/api/sessions", "/api/games/1", "/api/no-such-thing", "/", "/health"]


def test_a_browser_that_asks_first_is_told_that_a_page_of_any_origin_may_send_a_token(server: Served) -> None:
    with a_guest(server.url) as page:
        for path, origin in product(ADDRESSES, OTHER_ORIGINS):
            asked = page.options(path, headers=PREFLIGHT | {"Origin": origin.format(own=server.url)})
            assert asked.status_code == 204, (path, origin)
            assert asked.headers["access-control-allow-origin"] == "*"
            methods = set(asked.headers["access-control-allow-methods"].split(", "))
            assert methods >= {"GET", "POST", "PUT", "PATCH", "DELETE"}
            assert asked.headers["access-control-allow-headers"] == "authorization, content-type, idempotency-key"
            assert "access-control-allow-credentials" not in asked.headers


def answers_of_all_kinds(server: Served, hana: Host) -> Iterator[tuple[int, httpx.Response]]:
    """What a page of another origin may get, each with the status that it should have."""
    session_id = hana.a_session()["id"]
    hana.a_game(session_id, 1)
    bearer = {"Authorization": f"Bearer {hana.token}"}
    with a_guest(server.url) as page:
        page.headers["Origin"] = "null"
        known = page.get("/api/games").headers["etag"]
        yield 200, page.get(f"/api/sessions/{session_id}/games")  # by the fast path, and from what it stored
        yield 200, page.get(f"/api/sessions/{session_id}/games")
        yield 304, page.get("/api/games", headers={"If-None-Match": known})
        yield 200, page.get("/tv")
        yield 200, page.head("/health")
        yield 404, page.get("/api/no-such-thing")
        yield 405, page.delete("/api/pick")
        yield 401, page.post("/api/sessions", json={})
        yield 403, page.post("/api/sessions", json={}, headers={"Authorization": "Bearer nonsense"})
        yield 401, page.post("/api/auth/login", json={"key": "wrong"})
        yield 200, page.post("/api/votes/live", json={"username": "Pia", "vote": "up"}, headers=bearer)
        yield 409, page.post("/api/votes/live", json={"username": "Pia", "vote": "up"}, headers=bearer)
        yield 400, page.post("/api/votes/live", json={"vote": "up"}, headers=bearer)
        yield 403, page.post("/api/votes/live", json={"vote": "up"}, headers={"Authorization": "Bearer nonsense"})
        yield 401, page.post("/api/votes/live", json={"vote": "up"})
        yield 413, page.post("/api/pick", content=b" " * 70_000)
        yield 415, page.post("/api/pick", content=b"x", headers={"Content-Type": "text/plain"})
        yield 414, page.get(f"/api/games?x={'x' * 5000}")
        yield 421, page.get("/health", headers={"Host": "evil.example"})
        yield 426, page.get("/api/sessions/live")
        yield 431, page.get("/health", headers={"X-Large": "x" * 20_000})
        yield 431, page.get("/health", headers={"X-Large": "x" * 60_000})
        yield 201, page.post(f"/api/sessions/{session_id}/games", json={"game_id": 2}, headers=bearer)
        yield 200, page.patch(f"/api/sessions/{session_id}", json={"notes": "x"}, headers=bearer)
        yield 200, page.delete(f"/api/sessions/{session_id}/games/2", headers=bearer)
        yield 200, page.post("/api/pick", json={})
        for _try in range(FAILURES_A_MINUTE):
            page.post("/api/auth/login", json={"key": "wrong"})
        yield 429, page.post("/api/auth/login", json={"key": "wrong"})


def test_a_page_of_any_origin_reads_each_answer_and_each_refusal(server: Served, hana: Host) -> None:
    for status, answer in answers_of_all_kinds(server, hana):
        shown = f"{answer.request.method} {answer.request.url}"
        assert answer.status_code == status, shown
        assert answer.headers.get_list("access-control-allow-origin") == ["*"], shown
        assert "access-control-allow-credentials" not in answer.headers, shown


def test_a_page_of_any_origin_reads_that_it_asks_too_often(database_url: str) -> None:
    with served(database_url, reads_burst=1, reads_per_second=0.001) as server, a_guest(server.url) as page:
        page.headers["Origin"] = "https://tv.example"
        answers = [page.get("/api/games") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert {answer.headers["access-control-allow-origin"] for answer in answers} == {"*"}


def test_behind_https_cookies_are_bound_to_the_host_and_sent_by_tls_alone(database_url: str) -> None:
    with (
        served(database_url, public_url="https://games.example.org") as server,
        a_guest(server.url) as browser,
    ):
        headers = {"Host": "games.example.org", "Origin": "https://games.example.org"}
        opened = browser.post("/api/auth/session", json={"key": ADMIN_KEY}, headers=headers)
        assert opened.headers["set-cookie"].startswith("__Host-gamenight_session=")
        assert attributes(opened, f"__Host-{LOGIN}") == {
            "httponly",
            "max-age=43200",
            "path=/",
            "samesite=strict",
            "secure",
        }
        assert opened.headers["strict-transport-security"] == "max-age=31536000"
        cookie = {"Cookie": opened.headers["set-cookie"].split(";")[0]}
        assert browser.post("/api/sessions", json={}, headers=headers | cookie).status_code == 201
        rewritten = cookie | {"Origin": "https://games.example.org"}
        assert browser.patch("/api/sessions/1", json={"notes": "x"}, headers=rewritten).status_code == 200


LOCAL_NAMES = [
    "127.0.0.1",
    "[::1]:5000",
    "192.168.1.20:5000",
    "localhost",
    "nas:5000",
    "nas.local",
    "NAS.lan.",
    "games.example.org",
    "games.example.org:8443",
]


def test_the_server_answers_to_names_of_the_local_network_and_to_its_own(database_url: str) -> None:
    with served(database_url, public_url="https://games.example.org") as server, a_guest(server.url) as client:
        for said in LOCAL_NAMES:
            assert client.get("/health", headers={"Host": said}).status_code == 200, said


HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
}


def test_a_name_of_the_internet_that_was_pointed_here_is_refused(server: Served) -> None:
    with a_guest(server.url) as client:
        for said in ("evil.example", "127.0.0.1.evil.example:5000", "evil.local.example", "localhost.evil.example"):
            for path, headers in (("/health", {}), ("/api/sessions/live", HANDSHAKE)):
                refused = client.get(path, headers={"Host": said, **headers})
                assert code(refused) == (421, "unknown_host")
                assert "GAMENIGHT_PUBLIC_URL" in refused.json()["error"]


NAMES_OF_ROUTERS_AND_VPNS = ["games.fritz.box", "games.home", "nas.tail1234.ts.net", "games.example.org"]


def test_names_of_routers_and_vpns_are_allowed_by_one_setting_which_the_refusal_names(database_url: str) -> None:
    with served(database_url) as server, a_guest(server.url) as client:
        for name in NAMES_OF_ROUTERS_AND_VPNS:
            refused = client.get("/health", headers={"Host": f"{name}:5000"})
            assert code(refused) == (421, "unknown_host")
            assert f"add {name} to GAMENIGHT_ALLOWED_HOSTS" in refused.json()["error"]
    allowed = ", ".join([*NAMES_OF_ROUTERS_AND_VPNS[:-1], "Games.Example.ORG."])
    with served(database_url, allowed_hosts=allowed) as server, a_guest(server.url) as client:
        for name in NAMES_OF_ROUTERS_AND_VPNS:
            for host in (name, f"{name.upper()}:5000", f"{name}."):
                assert client.get("/health", headers={"Host": host}).status_code == 200, host
            page = {"Host": f"{name}:5000", "Origin": f"http://{name}:5000"}
            opened = client.post("/api/auth/session", json={"key": ADMIN_KEY}, headers=page)
            cookie = {"Cookie": opened.headers["set-cookie"].split(";")[0]}
            assert client.post("/api/auth/verify", headers=page | cookie).status_code == 200
            evil = page | cookie | {"Origin": "http://evil.example"}
            assert code(client.post("/api/auth/verify", headers=evil)) == (403, "csrf_refused")


@pytest.mark.parametrize(
    "said",
    [
        "evil.example",
        "fritz.box",
        "other.fritz.box",
        "a.games.fritz.box",
        "games.fritz.box.evil.example",
        "evilgames.fritz.box",
        "games.fritz.box@evil.example",
        "evil.example#games.fritz.box",
        "games.fritz.box,evil.example",
        "ts.net",
        "evil.tail1234.ts.net",
        "nas.tail1234.ts.net.evil.example:5000",
        "x" * 300 + ".example",
    ],
)
def test_a_name_beside_the_allowed_ones_that_was_pointed_here_is_refused(said: str) -> None:
    address = Address("https://games.example.org", ["games.fritz.box", "nas.tail1234.ts.net"])
    for known in ("games.fritz.box", "nas.tail1234.ts.net:443", "games.example.org"):
        address.check_host(known)
    for _again in range(2):
        with pytest.raises((HostInvalid, UnknownHost)) as refused:
            address.check_host(said)
        assert len(refused.value.sentence) < 600


@pytest.mark.parametrize("host", ["<script>alert(1)</script>.example", "a b.example", 'evil.example"}'])
def test_what_is_no_name_is_not_repeated(host: str) -> None:
    with pytest.raises(HostInvalid) as refused:
        Address(None).check_host(host)
    assert host not in refused.value.sentence


@pytest.mark.parametrize(
    "wrong", ["*", "*.ts.net", ".fritz.box", "http://games.home", "games.home:5000", "a..b", "x" * 64, "[::1]", "a/b"]
)
def test_only_whole_names_can_be_allowed(wrong: str) -> None:
    with pytest.raises(StartError, match="GAMENIGHT_ALLOWED_HOSTS"):
        load({"GAMENIGHT_ALLOWED_HOSTS": f"games.home,{wrong}"})


def test_a_name_that_is_not_ascii_is_allowed_as_browsers_send_it() -> None:
    assert load({"GAMENIGHT_ALLOWED_HOSTS": "spiele.müller.example"}).http.host_names == {
        "spiele.xn--mller-kva.example"
    }


def test_by_plain_http_a_server_of_https_says_so_in_place_of_a_cookie_that_is_lost(database_url: str) -> None:
    with served(database_url, public_url="https://games.example.org") as server, a_guest(server.url) as browser:
        lan = {"Host": "192.168.1.20:5000", "Origin": "http://192.168.1.20:5000"}
        token = browser.post("/api/auth/login", json={"key": ADMIN_KEY}).json()["token"]
        for path, body in (
            ("/api/auth/session", {"key": ADMIN_KEY}),
            ("/api/auth/session", {"key": "wrong"}),
            ("/api/auth/session", {"token": token}),
            ("/api/guests", {"nickname": "Pia"}),
        ):
            refused = browser.post(path, json=body, headers=lan)
            assert code(refused) == (403, "https_needed")
            assert refused.json()["publicUrl"] == "https://games.example.org"
            assert "Open https://games.example.org" in refused.json()["error"]
            assert "set-cookie" not in refused.headers
        assert browser.get("/api/auth/session", headers={"Host": lan["Host"]}).json() == {"user": None}
        for kept in (
            {"Host": "games.example.org", "Origin": "https://games.example.org"},
            {"Host": "127.0.0.1:5000", "Origin": "https://games.example.org"},
            {"Host": "localhost:5000", "Origin": "http://localhost:5000"},
            {},
        ):
            assert browser.post("/api/auth/session", json={"key": ADMIN_KEY}, headers=kept).status_code == 200, kept
        program = browser.post("/api/guests", json={"cookie": False}, headers=lan)
        assert program.json()["token"]


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        ("https://games.example.org/", "https://games.example.org"),
        ("https://Games.example.org:443", "https://games.example.org"),
        ("http://games.example.org:8080", "http://games.example.org:8080"),
        ("http://[fd00::1]:80", "http://[fd00::1]"),
    ],
)
def test_the_origin_of_the_public_address_is_as_browsers_write_it(public_url: str, origin: str) -> None:
    address = Address(public_url)
    assert address.is_own_origin(origin, "127.0.0.1:5000")
    assert not address.is_own_origin(f"{origin}1", "127.0.0.1:5000")
    assert not Address(None).is_own_origin(origin, "127.0.0.1:5000")
    assert not Address(None).is_own_origin("http://", "")


def test_callers_do_not_share_idempotency_keys(server: Served, hana: Host) -> None:
    key = {"Idempotency-Key": "same"}
    subjects = set()
    for name in ("Harry", "Hugo"):
        token = a_token(hana, "host", name)
        with a_guest(server.url) as host:
            answer = host.post("/api/sessions", json={}, headers=key | {"Authorization": f"Bearer {token}"})
            subjects.add(answer.status_code)
    assert subjects == {201, 400}, "the second host started nothing, and did not get the first one's answer"


def test_no_secret_is_in_the_log_or_in_what_is_stored(
    server: Served, hana: Host, look: Look, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    secrets = {ADMIN_KEY, hana.token.split(".")[2]}
    bot = a_token(hana, "host")
    with a_guest(server.url) as browser:
        browser.headers["Origin"] = server.url
        browser.post("/api/auth/session", json={"token": bot}).raise_for_status()
        browser.post("/api/guests", json={"nickname": "Pia"}).raise_for_status()
        secrets |= {bot.split(".")[2], *(value.split(".")[-1] for value in browser.cookies.values())}
        answers = [
            browser.get(path).text
            for path in ("/api/auth/session", "/api/guests/me", "/api/tokens", "/health", "/api/sessions")
        ]
        answers += [browser.post("/api/auth/session", json={"key": "wrong"}).text, browser.post("/api/sessions").text]
    assert len(secrets) == 6
    stored = [str(row) for table in ("events", "tokens", "idempotency_keys") for row in look(f"SELECT * FROM {table}")]
    ours = [
        record.getMessage()
        for record in caplog.records
        if not record.name.startswith(("httpcore", "httpx", "websockets"))
    ]
    for told in (*answers, *stored, *ours):
        assert not [secret for secret in secrets if secret in told], told


def test_on_a_full_disk_a_host_gets_in_to_look_and_out_again(server: Served, hana: Host) -> None:
    with a_guest(server.url) as early, a_guest(server.url) as thief, a_guest(server.url) as late:
        for browser in (early, thief, late):
            browser.headers["Origin"] = server.url
        early.post("/api/auth/session", json={"key": ADMIN_KEY}).raise_for_status()
        thief.cookies.set(LOGIN, early.cookies[LOGIN])
        fill_the_disk(server, hana)
        late.post("/api/auth/session", json={"key": ADMIN_KEY}).raise_for_status()
        assert late.get("/api/auth/session").json()["user"]["role"] == "admin"
        assert late.get("/api/tokens").status_code == 200
        assert early.delete("/api/auth/session").status_code == 200
        assert early.get("/api/auth/session").json() == {"user": None}
        assert code(thief.get("/api/tokens")) == (403, "token_revoked")


def fill_the_disk(server: Served, hana: Host) -> None:
    """Let the database grow no more, and write until it is full."""

    def limit(transaction: Transaction) -> None:
        transaction.connection.execute(text("PRAGMA max_page_count = 1"))  # SQLite takes the present size as the least

    night = hana.a_session()["id"]
    asyncio.run_coroutine_threadsafe(server.service.database.write(limit), server.loop).result(10)
    for number in range(500):
        answer = hana.patch(f"/api/sessions/{night}", json={"notes": str(number).ljust(2000, "x")})
        if answer.status_code == 503:
            assert answer.json()["code"] == "storage_full"
            return
    raise AssertionError("the disk was never full")
