"""The plain case of a few routes, answered as soon as it is parsed: no task, no ASGI scope, no framework.

Whatever is not plain is left to the application, which gives the same answer to the byte; a table of tests asks both.
Limits, headers, permissions, rules and actions are the same objects on both ways.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from litestar.types import HTTPScope
from msgspec import Struct
from sqlalchemy import Connection

from gamenight.core.database import Database
from gamenight.core.errors import GamenightError
from gamenight.http.errors import body_of, body_of_bug, headers_of
from gamenight.http.request_limits import RequestLimits
from gamenight.http.response_cache import Headers, ResponseCache

encode = msgspec.json.encode

Read = Callable[[Connection, int, bool], object]
"""A short query whose result is shown, given the id in the path and whether the caller may see what is not public;
raises a GamenightError where there is nothing."""
Write = Callable[[Headers, bytes, str], "asyncio.Future[Any] | None"]
"""Takes a request's headers, body and client; None for a request that is not plain. Raises a GamenightError."""


class Answer(Struct, frozen=True):
    """`head` are the headers, each with the end of its line."""

    status: int
    head: bytes
    body: bytes


class FastPath:
    """`reads` are queries by the pattern of their path, whose group is an id; their responses are those of a session.
    `writes` are by their path."""

    def __init__(
        self,
        limits: RequestLimits,
        cache: ResponseCache,
        database: Database,
        *,
        reads: Mapping[str, Read],
        writes: Mapping[bytes, Write],
    ) -> None:
        self._limits = limits
        self._cache = cache
        self._database = database
        self._reads = [(re.compile(pattern.encode()), query) for pattern, query in reads.items()]
        self._writes = writes

    def read(self, url: bytes, headers: Headers, client: tuple[str, int] | None) -> Answer | None:
        """The answer to a GET; None where the application has to give it."""
        raw_path, _mark, query = url.partition(b"?")
        if b"%" in raw_path:
            return None
        path = raw_path.decode("ascii")
        key = self._cache.key(path, query, headers)
        stored = self._cache.find(key)
        run = None if stored is not None else self._query_for(raw_path, sees_all=key[2])
        if stored is None and run is None:
            return None
        scope = _scope("GET", raw_path, query, headers, client)
        try:
            self._limits.admit(scope)
        except GamenightError:
            return None
        if run is not None:
            reading = self._cache.begin(path)
            try:
                body = encode(run())
            except GamenightError as error:
                # It has been counted, and would be counted again.
                return self._refusal(error)
            head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            stored = self._cache.store(reading, key, head, body, of_session=True)
        assert stored is not None  # noqa: S101
        if stored.is_known_to(headers):
            return Answer(304, _lines(self._limits.complete(stored.headers_if_known)), b"")
        if stored.head is None:
            stored.head = _lines(self._limits.complete(stored.headers))
        return Answer(200, stored.head, stored.body)

    def takes(self, url: bytes) -> bool:
        """Whether a POST to this address may be answered here once its body is there."""
        return url in self._writes

    def write(
        self, url: bytes, headers: Headers, body: bytes, client: tuple[str, int] | None
    ) -> "asyncio.Future[Answer] | None":
        """The answer to a POST, as soon as it is done; None where the application has to give it."""
        scope = _scope("POST", url, b"", headers, client)
        try:
            self._limits.admit(scope)
            self._limits.check_body(headers, body)
        except GamenightError:
            return None
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        try:
            result = self._writes[url](headers, body, scope["state"]["client"])
        except GamenightError as error:
            answered.set_result(self._refusal(error))
            return answered
        if result is None:
            return None
        self._limits.count(answered)
        result.add_done_callback(lambda done: self._settle(url, answered, done))
        return answered

    def _settle(self, url: bytes, answered: "asyncio.Future[Answer]", done: "asyncio.Future[Any]") -> None:
        error = done.exception()
        if answered.done():
            return
        if error is None:
            answered.set_result(self._answer(200, [], encode(done.result())))
        elif isinstance(error, GamenightError):
            answered.set_result(self._refusal(error))
        else:
            answered.set_result(self._answer(500, [], body_of_bug("POST", url.decode("ascii"), error)))

    def _refusal(self, error: GamenightError) -> Answer:
        extra = [(name.lower().encode(), value.encode()) for name, value in headers_of(error).items()]
        return self._answer(error.status, extra, body_of(error))

    def _answer(self, status: int, extra: Sequence[tuple[bytes, bytes]], body: bytes) -> Answer:
        headers = [
            *extra,
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        return Answer(status, _lines(self._limits.complete(headers)), body)

    def _query_for(self, path: bytes, *, sees_all: bool) -> Callable[[], object] | None:
        if not self._database.reads_now:
            return None
        for pattern, query in self._reads:
            found = pattern.fullmatch(path)
            if found is not None:
                return lambda: self._database.read_now(query, int(found[1]), sees_all)
        return None


def _lines(headers: Headers) -> bytes:
    return b"".join(b"%s: %s\r\n" % header for header in headers)


def _scope(method: str, raw_path: bytes, query: bytes, headers: Headers, client: tuple[str, int] | None) -> HTTPScope:
    """As much of an ASGI scope as the limits look at."""
    scope: Any = {
        "type": "http",
        "method": method,
        "path": raw_path.decode("ascii"),
        "raw_path": raw_path,
        "query_string": query,
        "headers": headers,
        "client": client,
        "state": {},
    }
    return scope  # type: ignore[no-any-return]
