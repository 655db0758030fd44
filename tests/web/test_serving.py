import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.types import Receive, Scope, Send

from gamenight.web import files
from gamenight.web.static import Pages
from tests.support.clients import a_guest
from tests.support.server import Served

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' wss:; "
    "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One kind of database is enough here: none has a say in how files are sent."""
    return sqlite_database_url


@pytest.fixture
def omar(server: Served) -> Iterator[httpx.Client]:
    """Omar is an outsider."""
    with a_guest(server.url) as client:
        yield client


def assets_of(page: httpx.Response) -> list[str]:
    found = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
    assert found, "the page loads something"
    return found


@pytest.mark.parametrize("path", ["/", "/play", "/tv", "/overlay", "/play/"])
def test_a_browser_gets_a_page_and_all_that_it_loads(path: str, omar: httpx.Client) -> None:
    page = omar.get(path, headers=HTML)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    for asset in assets_of(page):
        response = omar.get(asset)
        assert response.status_code == 200, asset
        for_ever = response.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert for_ever is asset.startswith("/assets/"), asset


def test_who_does_not_want_a_page_gets_json_as_ever(omar: httpx.Client) -> None:
    for accept in ("*/*", "application/json"):
        response = omar.get("/", headers={"Accept": accept})
        assert response.json()["message"] == "gamenight is running."


def test_the_policy_allows_nothing_but_what_this_server_sends(omar: httpx.Client) -> None:
    for path in ("/", "/play", "/tv", "/overlay"):
        page = omar.get(path, headers=HTML)
        assert "<style" not in page.text
        assert "style=" not in page.text
        assert all(re.search(r'src="/', tag) for tag in re.findall(r"<script[^>]*>", page.text))
        expected = POLICY.replace("ancestors 'none'", "ancestors *") if path == "/overlay" else POLICY
        assert page.headers["content-security-policy"] == expected
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["permissions-policy"].startswith("camera=()")


def test_head_tells_what_get_would(omar: httpx.Client) -> None:
    page = omar.get("/play", headers=HTML)
    head = omar.head("/play", headers=HTML)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-length", "etag", "content-type", "content-encoding"):
        assert head.headers[name] == page.headers[name]


def test_files_are_compressed_for_who_takes_it(omar: httpx.Client) -> None:
    script = next(asset for asset in assets_of(omar.get("/play", headers=HTML)) if asset.endswith(".js"))
    with omar.stream("GET", script, headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["content-encoding"] == "gzip"
        small = b"".join(response.iter_raw())
    plain = omar.get(script, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(small) == plain.content


def test_a_browser_that_has_the_page_is_told_so(omar: httpx.Client) -> None:
    page = omar.get("/tv", headers=HTML)
    again = omar.get("/tv", headers=HTML | {"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = omar.get("/tv", headers=HTML | {"If-None-Match": '"another"'})
    assert other.status_code == 200


def test_what_is_not_there_is_json_even_for_a_browser(omar: httpx.Client) -> None:
    for path in (
        "/api/none",
        "/assets/none.js",
        "/assets/",
        "/built-from",
        "/api-docs/swagger-ui.css",
        "/assets/../built-from",
        "/index.html",
    ):
        response = omar.get(path, headers=HTML)
        assert (response.status_code, response.json()["code"]) == (404, "no_such_address"), path
    assert omar.post("/play").status_code == 404


@pytest.mark.anyio
async def test_a_server_without_its_pages_says_so(tmp_path: Path) -> None:
    async def api(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"the API", "more_body": False})

    app: Any = Pages(api, files.load(tmp_path))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gamenight") as omar:
        home = await omar.get("/", headers=HTML)
        assert home.status_code == 200
        assert "without its pages" in home.text
        assert (await omar.get("/play", headers=HTML)).status_code == 404
        assert (await omar.get("/")).text == "the API"
