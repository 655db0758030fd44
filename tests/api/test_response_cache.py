"""Stored responses are the ones that would be computed."""

import asyncio
from typing import Any

from gamenight.core import log
from gamenight.core.database import Commit
from gamenight.http.response_cache import CACHEABLE, OF_SESSION, Headers, ResponseCache
from tests.support.clients import Host, a_guest
from tests.support.server import Served

NO_HEADERS: Headers = []


class Answering:
    """An application that answers with a number that rises, when it is let."""

    def __init__(self, mark: object = True) -> None:
        self.mark = mark
        self.requests = 0
        self.reached = asyncio.Event()
        self.let = asyncio.Event()

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        self.requests += 1
        answer = str(self.requests).encode()
        self.reached.set()
        await self.let.wait()
        scope["state"][CACHEABLE] = self.mark if scope["path"] != "/private" else False
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": answer, "more_body": False})


def cache_of(app: Answering) -> ResponseCache:
    """The cache of a server where whoever sends a header may see all."""
    return ResponseCache(app, bool)


async def ask(response_cache: ResponseCache, path: str = "/public", headers: Headers = NO_HEADERS) -> bytes:
    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    async def receive() -> Any:
        raise AssertionError("nothing is read")

    scope: Any = {"type": "http", "method": "GET", "path": path, "query_string": b"", "state": {}, "headers": headers}
    await response_cache(scope, receive, send)
    body: bytes = messages[1]["body"]
    return body


def test_a_response_is_stored_until_something_changes() -> None:
    async def talk() -> None:
        app = Answering()
        app.let.set()
        response_cache = cache_of(app)
        assert [await ask(response_cache), await ask(response_cache)] == [b"1", b"1"]
        response_cache.clear()
        assert [await ask(response_cache), await ask(response_cache)] == [b"2", b"2"]

    asyncio.run(talk())


def test_a_response_that_was_computed_before_a_change_is_not_stored_after_it() -> None:
    async def talk() -> None:
        app = Answering()
        response_cache = cache_of(app)
        reading = asyncio.create_task(ask(response_cache))
        await app.reached.wait()
        response_cache.clear()
        app.let.set()
        assert await reading == b"1"
        assert await ask(response_cache) == b"2"

    asyncio.run(talk())


def test_a_response_about_one_session_outlives_the_changes_of_others() -> None:
    async def talk() -> None:
        app = Answering(mark=OF_SESSION)
        app.let.set()
        response_cache = cache_of(app)
        five, six = "/api/sessions/5/games", "/api/sessions/6/games"
        assert [await ask(response_cache, five), await ask(response_cache, six)] == [b"1", b"2"]
        response_cache.on_commit(Commit([], frozenset({6})))
        assert [await ask(response_cache, five), await ask(response_cache, six)] == [b"1", b"3"]
        response_cache.on_commit(Commit([], None))
        assert await ask(response_cache, five) == b"4"

    asyncio.run(talk())


def test_a_response_about_more_than_one_session_is_forgotten_at_each_change() -> None:
    async def talk() -> None:
        app = Answering()
        app.let.set()
        response_cache = cache_of(app)
        assert await ask(response_cache, "/api/sessions/5/recap") == b"1"
        response_cache.on_commit(Commit([], frozenset({6})))
        assert await ask(response_cache, "/api/sessions/5/recap") == b"2"

    asyncio.run(talk())


def test_what_another_process_committed_is_not_hidden_by_a_stored_response() -> None:
    async def talk() -> None:
        app = Answering(mark=OF_SESSION)
        response_cache = cache_of(app)
        reading = asyncio.create_task(ask(response_cache, "/api/sessions/5"))
        await app.reached.wait()
        response_cache.on_publish([log.Event(9, 5, 5, "votes.updated", "", "{}")])
        app.let.set()
        assert [await reading, await ask(response_cache, "/api/sessions/5")] == [b"1", b"2"]
        response_cache.on_publish([log.Event(10, 0, None, "catalogue.changed", "", "{}")])
        assert await ask(response_cache, "/api/sessions/5") == b"3"

    asyncio.run(talk())


def test_a_client_that_has_the_response_is_told_so(server: Served, hana: Host) -> None:
    session_id = hana.a_session()["id"]
    path = f"/api/sessions/{session_id}"
    for _stored_or_not in range(2):
        first = hana.get(path)
        again = hana.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    hana.patch(path, json={"notes": "loud"})
    changed = hana.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (changed.status_code, changed.json()["notes"]) == (200, "loud")


def test_a_response_to_those_who_may_see_all_is_not_given_to_others() -> None:
    async def talk() -> None:
        app = Answering()
        app.let.set()
        response_cache = cache_of(app)
        host: Headers = [(b"authorization", b"Bearer host")]
        answers = [await ask(response_cache, headers=headers) for headers in (host, NO_HEADERS, host, NO_HEADERS)]
        assert answers == [b"1", b"2", b"1", b"2"]

    asyncio.run(talk())


def test_what_not_everybody_may_read_is_not_kept() -> None:
    async def talk() -> None:
        app = Answering()
        app.let.set()
        response_cache = cache_of(app)
        assert [await ask(response_cache, "/private"), await ask(response_cache, "/private")] == [b"1", b"2"]

    asyncio.run(talk())


def test_an_export_that_the_host_read_is_not_given_to_a_guest(server: Served, hana: Host) -> None:
    session = hana.a_session()
    path = f"/api/sessions/{session['id']}/export"
    assert hana.get(path).status_code == 200
    with a_guest(server.url) as omar:
        assert omar.get(path).status_code == 401
