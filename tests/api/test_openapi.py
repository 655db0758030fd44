"""The API's description of itself: there, complete, and true."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from litestar import Litestar
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gamenight.auth.cookies import Cookies
from gamenight.fake_rooms.threaded import running as running_rooms
from gamenight.http.address import Address
from gamenight.openapi import openapi_config
from tests.support.clients import Host, a_guest
from tests.support.server import Served, served, sqlite_url

DOCS = "/api/docs"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    """On SQLite alone: what is described and what is answered doesn't depend on the database, and the other tests of
    the API run on both. A night of random requests takes its time."""
    with running_rooms() as rooms, served(sqlite_url(tmp_path), rooms_url=rooms.url) as running:
        yield running


def test_the_docs_work_without_the_internet(server: Served) -> None:
    with a_guest(server.url) as omar:
        page = omar.get(DOCS)
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        own = {urlsplit(server.url).netloc, ""}
        named = re.findall(r"""(?:src|href)=["']([^"']+)["']""", page.text)
        assert len(named) >= 3
        assert {urlsplit(each).netloc for each in named} <= own
        assert {urlsplit(each).netloc for each in re.findall(r"https?://[^\s\"'<>)]+", page.text)} <= own
        for each in named:
            assert omar.get(each).status_code == 200, each


@pytest.mark.anyio
async def test_a_server_without_the_files_of_its_reference_says_so(tmp_path: Path) -> None:
    cookies = Cookies(Address(None))
    for folder, page in ((tmp_path, "swagger-ui.css"), (tmp_path / "not-built", "GAMENIGHT_SKIP_PAGES")):
        app: Any = Litestar([], openapi_config=openapi_config(cookies, folder))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gamenight") as omar:
            answer = await omar.get(DOCS)
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/html")
            assert page in answer.text
            assert (await omar.get(f"{DOCS}/openapi.json")).status_code == 200


def described(server: Served) -> dict[str, Any]:
    with a_guest(server.url) as omar:
        answer: dict[str, Any] = omar.get(f"{DOCS}/openapi.json").raise_for_status().json()
        return answer


def test_the_description_lists_exactly_the_routes_of_the_app(server: Served) -> None:
    description = described(server)
    assert description["openapi"].startswith("3.1")
    listed = {
        (path, method.upper())
        for path, operations in description["paths"].items()
        for method in operations
        if method != "parameters"
    }
    routes = {
        (re.sub(r"\{(\w+):\w+\}", r"{\1}", route.path), method)
        for route in server.app.litestar.routes
        for method in getattr(route, "methods", ())
        if method != "OPTIONS" and not route.path.startswith(DOCS)
    }
    assert listed == routes, "but for the docs themselves and the WebSocket, which OpenAPI can't tell of"
    assert len(listed) > 25


def references_of(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "$ref")
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from references_of(part)


def test_whatever_the_description_refers_to_is_in_it_also_how_errors_look(server: Served) -> None:
    description = described(server)
    named = {f"#/components/schemas/{name}" for name in description["components"]["schemas"]}
    referred = set(references_of(description))
    assert referred <= named
    assert "#/components/schemas/Error" in referred
    assert {"error", "code"} <= set(description["components"]["schemas"]["Error"]["required"])


def test_a_pick_for_a_count_that_nobody_knows_is_answered_as_described(server: Served) -> None:
    with a_guest(server.url) as omar:
        answer = omar.post("/api/pick", json={"playerCount": "live"})
        assert (answer.status_code, answer.json()["code"]) == (409, "no_live_count")
    paths = described(server)["paths"]
    assert {"/api/pick", "/api/pick/lineup"} <= set(paths)
    for path in ("/api/pick", "/api/pick/lineup"):
        assert "409" in paths[path]["post"]["responses"], path


def test_an_answer_about_methods_lists_exactly_those_that_the_path_takes(server: Served) -> None:
    taken: dict[str, set[str]] = {}
    for route in server.app.litestar.routes:
        path = re.sub(r"\{\w+:int\}", "1", re.sub(r"\{\w+:path\}", "a/b.js", route.path))
        taken.setdefault(re.sub(r"\{\w+:str\}", "x", path), set()).update(getattr(route, "methods", ()))
    with a_guest(server.url) as omar:
        for path, methods in taken.items():
            every = sorted(methods | {"HEAD"} if "GET" in methods else methods)
            if not every:
                continue  # the WebSocket
            refused = omar.request("PROPFIND", path)
            assert (refused.status_code, refused.headers["allow"].split(", ")) == (405, every), path
            assert refused.json()["code"] == "method_not_allowed"
            told = omar.options(f"{path}/")
            assert told.headers["allow"].split(", ") == every, path
    assert len(taken) > 40


def test_every_operation_has_a_name_of_its_own(server: Served) -> None:
    names = [
        operation["operationId"]
        for operations in described(server)["paths"].values()
        for operation in operations.values()
    ]
    assert len(names) == len(set(names))


# Files: what is in them is not described.
DOWNLOADS = {"GET /api/sessions/{session_id}/export", "GET /api/stats/export.zip"}
TRUE = [response_schema_conformance, content_type_conformance, status_code_conformance]


def examples_of(operation: Any, mode: GenerationMode, session: requests.Session, heard: set[int]) -> None:
    """Send what the description allows, or what it forbids; whatever comes, it is no bug and as described."""

    @given(operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=settings().max_examples // 20,  # each is a request
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Any) -> None:
        response = case.call(session=session)
        heard.add(response.status_code)
        case.validate_response(response, checks=[not_a_server_error])
        if response.status_code < 400 and operation.label in DOWNLOADS:
            assert response.headers["content-disposition"][0].startswith("attachment")
        elif response.status_code < 400:
            case.validate_response(response, checks=TRUE)
        else:
            answer = response.json()
            assert answer["error"], answer
            assert answer["code"] != "bug", answer

    send()


@pytest.mark.hypothesis
def test_what_is_described_is_what_is_answered(server: Served) -> None:
    with Host(server.url) as hana, requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {hana.token}"
        night = hana.a_session()
        hana.a_game(night["id"])
        schema = schemathesis.openapi.from_url(f"{server.url}{DOCS}/openapi.json")
        heard: dict[str, set[int]] = {}
        for found in schema.get_all_operations():
            operation: Any = found.ok()  # type: ignore[union-attr]
            statuses = heard.setdefault(operation.label, set())
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                if mode is GenerationMode.NEGATIVE and not (operation.body or operation.path_parameters):
                    continue
                examples_of(operation, mode, session, statuses)
            # Deleted or closed at random: there is a night again for the next one.
            if hana.get("/api/sessions/active").json().get("session", night) is None:
                hana.a_session()
        assert len(heard) > 25
        assert len([label for label, statuses in heard.items() if any(status < 300 for status in statuses)]) > 12
        assert hana.get("/health").status_code == 200


def test_the_description_is_public(server: Served) -> None:
    assert httpx.get(f"{server.url}{DOCS}/openapi.json", trust_env=False).status_code == 200
