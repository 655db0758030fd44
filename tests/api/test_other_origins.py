"""Pages of other origins: they speak with a token of theirs, and no cookie counts for them."""

from collections.abc import Iterator
from itertools import product

import httpx
import pytest

from gamenight.auth.throttle import FAILURES_A_MINUTE
from tests.support.answers import GUEST, LOGIN, code
from tests.support.clients import Host, Listener, a_guest, a_token
from tests.support.server import Served, served


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One kind of database is enough here: who may ask is known before it is asked."""
    return sqlite_database_url


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
