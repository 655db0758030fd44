"""What a stranger may send, at the limit and just beyond it; and what every answer has."""

import json
from collections.abc import Iterator

import httpx
import pytest
from litestar import Litestar, get
from litestar.testing import TestClient

from gamenight.http.errors import render_bug
from gamenight.settings import load
from tests.support.answers import has_security_headers, refused
from tests.support.clients import Host, a_guest
from tests.support.server import Served, served

LIMITS = load({}).limits


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One kind of database is enough here: what has a limit here is refused before it gets to one."""
    return sqlite_database_url


def padded(size: int) -> bytes:
    """JSON of exactly this many bytes."""
    return b'{"notes":"short"' + b" " * (size - 17) + b"}"


@pytest.mark.parametrize("host", ["192.168.1.20:5000", "gamenight.local"])
def test_by_plain_http_a_page_comes_without_a_policy_that_browsers_would_complain_of(server: Served, host: str) -> None:
    for path in ("/play", "/no-such-page"):
        headers = httpx.get(f"{server.url}{path}", headers={"Host": host}).headers
        assert "cross-origin-opener-policy" not in headers
        assert headers["x-content-type-options"] == "nosniff"


def test_a_body_may_have_64_kib(hana: Host) -> None:
    path = f"/api/sessions/{hana.a_session()['id']}"
    assert len(padded(LIMITS.body_bytes)) == LIMITS.body_bytes == 64 * 1024
    assert hana.patch(path, content=padded(LIMITS.body_bytes)).status_code == 200
    refused(hana.patch(path, content=padded(LIMITS.body_bytes + 1)), 413, "too_large")


def test_a_body_of_unknown_length_may_not_have_more(hana: Host) -> None:
    path = f"/api/sessions/{hana.a_session()['id']}"

    def in_parts(size: int) -> Iterator[bytes]:
        whole = padded(size)
        for start in range(0, size, 8192):
            yield whole[start : start + 8192]

    headers = {"Content-Type": "application/json"}
    assert hana.patch(path, content=in_parts(LIMITS.body_bytes), headers=headers).status_code == 200
    refused(hana.patch(path, content=in_parts(LIMITS.body_bytes + 1), headers=headers), 413, "too_large")


HEADER = "Game Pack,Game Title,Min. Players,Max. Players,Length,Audience,Family Friendly?,Game Type,Secondary Type"


def rows(count: int) -> str:
    return "\n".join([HEADER, *(f"House Games,Game {number},1,9,20,No,Yes,Mime," for number in range(count))])


def test_an_import_may_be_large_and_no_larger(database_url: str) -> None:
    with served(database_url, import_bytes=100_000) as server, Host(server.url) as hana:
        path = "/api/games/import/csv"
        body = json.dumps({"csvData": rows(2)}).encode()
        assert hana.post(path, content=body.ljust(100_000)).status_code == 200
        refused(hana.post(path, content=body.ljust(100_001)), 413, "too_large")
        refused(hana.post("/api/sessions", content=b"{}".ljust(65 * 1024)), 413, "too_large")


def test_an_import_may_have_as_many_rows_and_no_more(database_url: str) -> None:
    with served(database_url, import_rows=30) as server, Host(server.url) as hana:
        before = len(hana.get("/api/games").json())
        refused(hana.post("/api/games/import/csv", json={"csvData": rows(31)}), 413, "csv_too_long")
        assert len(hana.get("/api/games").json()) == before
        assert hana.ok(hana.post("/api/games/import/csv", json={"csvData": rows(30)}))["added"] == 30


def test_an_address_may_have_4096_bytes(server: Served) -> None:
    with a_guest(server.url) as omar:
        path = "/api/games?pack="
        longest = path + "x" * (LIMITS.url_bytes - len(path) + 1)  # the question mark does not count
        assert omar.get(longest).status_code == 200
        refused(omar.get(longest + "x"), 414, "url_too_long")
        refused(omar.get("/api/games/" + "x" * LIMITS.url_bytes), 414, "url_too_long")


def test_an_address_may_have_64_parameters(server: Served) -> None:
    with a_guest(server.url) as omar:
        most = "&".join(f"p{number}=1" for number in range(LIMITS.query_parameters))
        assert omar.get(f"/api/games?{most}").status_code == 200
        refused(omar.get(f"/api/games?{most}&more=1"), 400, "bad_request")


def test_a_head_may_have_16_kib(server: Served) -> None:
    with a_guest(server.url) as omar:
        request = omar.build_request("GET", "/api/sessions", headers={"X-Padding": ""})
        size = sum(len(name) + len(value) + 4 for name, value in request.headers.raw)
        fits = "x" * (LIMITS.header_bytes - size)
        assert omar.get("/api/sessions", headers={"X-Padding": fits}).status_code == 200
        refused(omar.get("/api/sessions", headers={"X-Padding": fits + "x"}), 431, "header_too_large")


@pytest.mark.parametrize("path", ["/api/votes?username=%00", "/api/games?pack=a%00b", "/api/games/%00", "/a%00b"])
def test_a_nul_in_an_address_is_refused(server: Served, path: str) -> None:
    with a_guest(server.url) as omar:
        refused(omar.get(path), 400, "bad_request")


@pytest.mark.parametrize("text", ["\\u0000", "a\\u0000b", "\\\\\\u0000", "\\ud800", "\\udc00", "\\ud83dx"])
def test_a_nul_or_half_a_surrogate_pair_is_refused_wherever_it_stands(hana: Host, text: str) -> None:
    session = hana.a_session()
    for method, path, body in (
        ("PATCH", f"/api/sessions/{session['id']}", '{"notes": "%s"}'),
        ("POST", "/api/votes/live", '{"vote": "up", "username": "%s"}'),
        ("POST", "/api/pick", '{"packs": ["%s"]}'),
    ):
        response = hana.request(method, path, content=body % text, headers={"Content-Type": "application/json"})
        assert response.status_code == 400, (path, response.text)
        assert response.json()["code"] in ("bad_request", "invalid_request")


def test_what_only_looks_like_an_escaped_nul_is_text(hana: Host) -> None:
    session = hana.a_session()
    changed = hana.patch(f"/api/sessions/{session['id']}", json={"notes": "\\u0000 and \U0001f600"})
    assert changed.json()["notes"] == "\\u0000 and \U0001f600"


def test_json_may_nest_32_levels(hana: Host) -> None:
    path = f"/api/sessions/{hana.a_session()['id']}"

    def nested(depth: int) -> bytes:
        """An object with an unknown field, of which nothing is read."""
        return b'{"x":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"

    assert hana.patch(path, content=nested(LIMITS.json_depth)).status_code == 200
    refused(hana.patch(path, content=nested(LIMITS.json_depth + 1)), 400, "bad_request")
    refused(hana.patch(path, content=b"[" * 60_000), 400, "bad_request")
    assert hana.patch(path, json={"notes": "[" * 100 + '"' + "{" * 100}).status_code == 200, "text nests nothing"


def test_texts_have_their_longest(hana: Host) -> None:
    path = f"/api/sessions/{hana.a_session()['id']}"
    assert hana.patch(path, json={"notes": "ü" * 2000}).status_code == 200
    refused(hana.patch(path, json={"notes": "ü" * 2001}), 400, "invalid_request")
    game = {"pack_name": "House Games", "min_players": 1, "max_players": 2}
    assert hana.post("/api/games", json=game | {"title": "x" * 200}).status_code == 201
    refused(hana.post("/api/games", json=game | {"title": "x" * 201}), 400, "invalid_request")


def test_texts_that_a_database_can_not_keep_are_refused(hana: Host) -> None:
    session = hana.a_session("before")
    path = f"/api/sessions/{session['id']}"
    refused_texts = {
        "invalid_request": (b"a\\u0000b", b"\\ud800", b"\\udfff", b"\\ude00\\ud83d"),
        "bad_request": (b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xf0\x9f"),
    }
    for code, texts in refused_texts.items():
        for text in texts:
            refused(hana.patch(path, content=b'{"notes":"%s"}' % text), 400, code)
            title = b'{"pack_name":"House Games","title":"%s","min_players":1,"max_players":2}' % text
            refused(hana.post("/api/games", content=title), 400, code)
    assert hana.get(path).json() == session
    emoji = b'{"notes":"\\ud83d\\ude00"}'
    assert hana.ok(hana.patch(path, content=emoji))["notes"] == "\N{GRINNING FACE}"


def test_addresses_with_odd_bytes_are_no_bug(hana: Host) -> None:
    for name in ("%00", "%ff", "%ed%a0%80", "%F0%9F%98%80", "..%2f..", "%0d%0aX: y", "a%2Fb"):
        for response in (
            hana.patch(f"/api/games/packs/{name}/toggle", json={"enabled": 1}),
            hana.get(f"/api/sessions/{name}"),
            hana.get(f"/api/docs/files/{name}"),
        ):
            assert response.status_code in (400, 404), (name, response.status_code, response.text[:200])
            has_security_headers(response)
        assert hana.get(f"/api/games?pack={name}").status_code in (200, 400)


def test_integers_beyond_what_can_be_kept_are_refused(hana: Host) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"])
    for number in (2**31, 2**53, 2**53 + 1, 2**63, 2**64, 10**30):
        refused(hana.post(f"/api/sessions/{session['id']}/games", json={"game_id": number}), 400, "invalid_request")
        path = f"/api/sessions/{session['id']}/games/{game['id']}/player-count"
        refused(hana.patch(path, json={"player_count": number}), 400, "invalid_request")
        refused(hana.get(f"/api/sessions/{number}"), 400, "invalid_request")
        refused(hana.get(f"/api/games/{number}"), 400, "invalid_request")
        refused(hana.post("/api/pick", json={"sessionId": number}), 400, "invalid_request")
        refused(hana.get(f"/api/games?playerCount={number}"), 400, "invalid_request")
    assert hana.games_of(session["id"]) == [game]
    assert hana.get(f"/api/sessions/{2**31 - 1}").status_code == 404


def test_every_answer_has_the_security_headers(hana: Host, server: Served) -> None:
    session = hana.a_session()
    with a_guest(server.url) as omar:
        for response in (
            omar.get("/"),
            omar.get("/health"),
            omar.get("/api/docs"),
            omar.get("/api/docs/openapi.json"),
            omar.get("/api/docs/files/swagger-ui.css"),
            omar.get("/api/games/export/csv"),
            omar.options("/api/sessions"),
            hana.get(f"/api/sessions/{session['id']}/export"),
            hana.post(f"/api/sessions/{session['id']}/close"),
        ):
            assert response.is_success, (response.request.url, response.status_code)
            has_security_headers(response)


def test_every_error_is_json_with_a_sentence_and_a_code(hana: Host, server: Served) -> None:
    session = hana.a_session()
    hana.a_game(session["id"])
    with a_guest(server.url) as omar:
        refused(omar.get("/no/such/page"), 404, "no_such_address")
        refused(omar.get("/api/sessions/five"), 404, "no_such_address")
        refused(omar.get("/api/docs/files/none.js"), 404, "no_such_address")
        refused(omar.post("/api/sessions"), 401, "token_missing")
        refused(omar.post("/api/sessions", headers={"Authorization": "Bearer x"}), 403, "token_invalid")
        refused(omar.request("PROPFIND", "/api/sessions"), 405, "method_not_allowed")
        refused(hana.put("/api/sessions", json={}), 405, "method_not_allowed")
        refused(hana.post("/api/sessions", content=b"{"), 400, "invalid_request")
        refused(hana.post("/api/sessions"), 400, "active_session_exists")
        refused(hana.get("/api/sessions/77"), 404, "session_not_found")
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        refused(hana.post("/api/sessions", content=b"notes=x", headers=form), 415, "unsupported_media_type")
        refused(
            hana.post("/api/sessions", content=b"<x/>", headers={"Content-Type": "text/xml"}),
            415,
            "unsupported_media_type",
        )
        for json_type in ("application/json", "application/json; charset=utf-8", "application/merge-patch+json"):
            response = hana.patch(
                f"/api/sessions/{session['id']}", content=b'{"notes":"x"}', headers={"Content-Type": json_type}
            )
            assert response.status_code == 200, json_type


@get("/broken", sync_to_thread=False)
def broken() -> None:
    raise RuntimeError("a secret of the server")


def test_a_bug_says_nothing_of_itself_to_the_client_and_all_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    app = Litestar([broken], exception_handlers={Exception: render_bug}, openapi_config=None, logging_config=None)
    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.get("/broken")
    assert response.status_code == 500
    assert response.json()["code"] == "bug"
    assert "secret" not in response.text
    assert "A bug answered GET /broken" in caplog.text
    assert "a secret of the server" in caplog.text


def test_a_refusal_speaks_of_the_wire_and_not_of_python(hana: Host) -> None:
    session = hana.a_session()
    for path, words in (
        ("/api/games?playerCount=many", "playerCount: Expected a whole number or null, got text."),
        (f"/api/sessions/{session['id']}/export?format=pdf", "format: Invalid enum value 'pdf'."),
    ):
        assert hana.get(path).json()["error"] == f"The request does not fit. {words}"
    refusal = hana.post("/api/pick", json={"packs": [1]}).json()["error"]
    assert refusal == "The request does not fit. packs[0]: Expected text, got a whole number."


def test_head_answers_as_get_does_without_the_body(hana: Host) -> None:
    for path, status in (("/health", 200), ("/api/games", 200), ("/api/sessions/999", 404)):
        head, got = hana.head(path), hana.get(path)
        assert head.status_code == got.status_code == status
        assert head.content == b""
        assert head.headers["content-type"] == got.headers["content-type"]
    assert hana.head("/api/pick").status_code == 405
