"""Browsers: the login of the console, the guest's device, and pages of others that try to use them."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest
from sqlalchemy import text

from gamenight.auth.throttle import FAILURES_A_MINUTE, NEW_DEVICES_A_MINUTE
from gamenight.core.database import Transaction
from gamenight.live.close_codes import CloseCode
from tests.support.answers import GUEST, HOST_DEVICE, LOGIN, code
from tests.support.clients import Host, Listener, a_guest, a_token
from tests.support.server import ADMIN_KEY, Served, served

Look = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One kind of database is enough here: who may ask is known before it is asked."""
    return sqlite_database_url


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
