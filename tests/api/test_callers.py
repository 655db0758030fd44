"""Every route with every kind of caller, against the table in `callers.txt`."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from gamenight.auth.tokens import TOKEN_SCOPES, Scope, allows
from tests.support.clients import Host, a_guest, a_token
from tests.support.server import Served

TABLE = Path(__file__).with_name("callers.txt")
CALLERS = ["nobody", "read", "vote", "guest", "host", "admin"]
TOGETHER = {"everybody": CALLERS, "anybody-with-a-token": CALLERS[1:]}
PLACEHOLDER = re.compile(r"\{(\w+):(\w+)\}")


def table() -> dict[str, list[str]]:
    """Who may call each route."""
    rows = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        method, path, *named = line.split()
        callers = [caller for name in named for caller in TOGETHER.get(name, [name])]
        assert not set(callers) - set(CALLERS), line
        rows[f"{method} {path}"] = callers
    return rows


def routes(app: Litestar) -> Iterator[tuple[str, str]]:
    """Each method and path of the app, but for the OPTIONS that the framework adds, and the WebSocket."""
    for route in app.routes:
        for method in sorted(getattr(route, "methods", ())):
            if method != "OPTIONS":
                yield str(method), PLACEHOLDER.sub(r"{\1}", route.path)


def call(client: httpx.Client, route: str, token: str | None) -> httpx.Response:
    method, path = route.split()
    # A number that no row has, for ids; where names stand it is a name that no pack has.
    path = re.sub(r"\{\w+\}", "4242", path)
    client.cookies.clear()
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return client.request(method, path, headers=headers)


def test_the_table_has_every_route_and_no_other(server: Served) -> None:
    there = {f"{method} {path}" for method, path in routes(server.app.litestar)}
    written = set(table())
    assert there == written, f"tests/api/callers.txt lacks {there - written} and has {written - there} too many"


def test_every_route_lets_in_whom_the_table_names_and_nobody_else(server: Served, hana: Host) -> None:
    tokens = {"nobody": None} | {caller: a_token(hana, caller) for caller in CALLERS[1:]}
    with a_guest(server.url) as client:
        for route, allowed in table().items():
            for caller, token in tokens.items():
                response = call(client, route, token)
                context = f"{route} as {caller}: {response.status_code} {response.text[:200]}"
                assert response.status_code < 500, context
                if caller in allowed:
                    assert response.status_code not in (401, 403), context
                else:
                    assert response.status_code == (401 if token is None else 403), context
                    assert response.json()["code"] == ("token_missing" if token is None else "scope_missing"), context
            if "nobody" not in allowed:
                response = call(client, route, "garbage")
                assert (response.status_code, response.json()["code"]) == (403, "token_invalid"), route


def test_who_may_do_less_may_never_do_what_the_host_may_not(server: Served) -> None:
    rows = table()
    assert {caller for callers in rows.values() for caller in callers} == set(CALLERS)
    for route, callers in rows.items():
        if "/guests/me" in route:
            assert callers == ["guest"]
            continue
        assert "admin" in callers, route
        if set(callers) & {"read", "vote", "guest"}:
            assert "host" in callers, route


@pytest.mark.parametrize("required", Scope)
def test_every_scope_that_a_route_can_ask_for_is_satisfied_by_some_token(required: Scope) -> None:
    assert [held for held in TOKEN_SCOPES if allows(held, required)]


def test_no_token_has_a_scope_that_only_routes_ask_for() -> None:
    assert set(Scope) - TOKEN_SCOPES == {Scope.PUBLIC, Scope.ANY, Scope.LISTEN}
    assert not [
        required for required in (Scope.PUBLIC, Scope.ANY, Scope.LISTEN) for to in TOKEN_SCOPES if allows(required, to)
    ]
