"""Stored responses are the ones that would be computed."""

import asyncio
from typing import Any

from gamenight.http.response_cache import CACHEABLE, ResponseCache
from tests.support.clients import Host, a_guest
from tests.support.server import Served


class Answering:
    """An application that answers with a number that rises, when it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.reached = asyncio.Event()
        self.let = asyncio.Event()

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        self.asked += 1
        answer = str(self.asked).encode()
        self.reached.set()
        await self.let.wait()
        scope["state"][CACHEABLE] = scope["path"] != "/private"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": answer, "more_body": False})


async def ask(response_cache: ResponseCache, path: str = "/public") -> bytes:
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    async def receive() -> Any:
        raise AssertionError("nothing is read")

    scope: Any = {"type": "http", "method": "GET", "path": path, "query_string": b"", "state": {}}
    await response_cache(scope, receive, send)
    body: bytes = said[1]["body"]
    return body


def test_a_response_is_stored_until_something_changes() -> None:
    async def talk() -> None:
        app = Answering()
        app.let.set()
        response_cache = ResponseCache(app)
        assert [await ask(response_cache), await ask(response_cache)] == [b"1", b"1"]
        response_cache.clear()
        assert [await ask(response_cache), await ask(response_cache)] == [b"2", b"2"]

    asyncio.run(talk())


def test_a_response_that_was_computed_before_a_change_is_not_stored_after_it() -> None:
    async def talk() -> None:
        app = Answering()
        response_cache = ResponseCache(app)
        reading = asyncio.create_task(ask(response_cache))
        await app.reached.wait()
        response_cache.clear()
        app.let.set()
        assert await reading == b"1"
        assert await ask(response_cache) == b"2"

    asyncio.run(talk())


def test_what_not_everybody_may_read_is_not_kept() -> None:
    async def talk() -> None:
        app = Answering()
        app.let.set()
        response_cache = ResponseCache(app)
        assert [await ask(response_cache, "/private"), await ask(response_cache, "/private")] == [b"1", b"2"]

    asyncio.run(talk())


def test_an_export_that_the_host_read_is_not_given_to_a_guest(server: Served, hana: Host) -> None:
    session = hana.a_session()
    path = f"/api/sessions/{session['id']}/export"
    assert hana.get(path).status_code == 200
    with a_guest(server.url) as omar:
        assert omar.get(path).status_code == 401
