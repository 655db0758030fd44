"""Responses to public reads, stored encoded until what they show changes.

A response about one session is forgotten when that session or the catalogue changes, any other at each change. For
those who may see what is not public it is stored apart. This process's own commits clear the cache before the writer
is answered: who was told of a change never reads what was before. What other processes commit is known from the log,
some milliseconds later; a response is stored only if nothing was heard of while it was computed, so that it never
outlives the change that it lacks.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Final

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from msgspec import Struct

from gamenight.core.database import Commit
from gamenight.core.log import Event

MAX_RESPONSES = 512
MAX_BODY_BYTES = 256 * 1024
MAX_SESSIONS = 1024
CACHEABLE: Final = "cacheable"
"""The option of a route whose response depends on the database alone. The scope guard notes it for public routes."""
OF_SESSION: Final = "session"
"""Its value where the response depends on the session in the path, and on the catalogue, alone; elsewhere it is True.
"""

_SESSION_PATH = re.compile(r"/api/sessions/(\d{1,10})(?:/|$)")

Headers = list[tuple[bytes, bytes]]
Key = tuple[str, bytes, bool]
"""Path, query string, and whether the caller may see what is not public."""


class StoredResponse(Struct):
    """A response with status 200. `head` is kept for the fast path: all headers as bytes, once it has needed them."""

    headers: Headers
    body: bytes
    etag: bytes
    session_id: int | None
    head: bytes | None = None

    def is_known_to(self, headers: Headers) -> bool:
        """Whether a request says that it has this very response already (RFC 9110, 13.1.2)."""
        return any(name == b"if-none-match" and self.etag in value for name, value in headers)

    @property
    def headers_if_known(self) -> Headers:
        """The headers of the 304 in its place."""
        return [(name, value) for name, value in self.headers if name not in (b"content-length", b"content-type")]


class Reading(Struct, frozen=True):
    """How much had changed when a response began to be computed."""

    session_id: int | None
    changes: tuple[int, int, int]


class ResponseCache:
    """An ASGI application around another one. `sees_all` tells by a request's headers whether its caller may see what
    is not public: such a caller's response may be another one."""

    def __init__(self, app: ASGIApp, sees_all: Callable[[Headers], bool]) -> None:
        self._app = app
        self._sees_all = sees_all
        self._responses: OrderedDict[Key, StoredResponse] = OrderedDict()
        self._changes = 0
        self._changes_of_all = 0
        self._changes_of_session: dict[int, int] = {}
        self._newest_committed = 0

    def on_commit(self, commit: Commit) -> None:
        """Forget what a commit of this process has changed."""
        if commit.events:
            self._newest_committed = commit.events[-1].id
        if commit.sessions is None:
            self.clear()
        elif commit.sessions:
            self._forget(commit.sessions)

    def on_publish(self, events: Sequence[Event]) -> None:
        """Forget what events tell of that no commit of this process has brought."""
        if events[-1].id <= self._newest_committed:
            return
        if any(event.session_id is None for event in events):
            self.clear()
        else:
            self._forget({event.session_id for event in events if event.session_id is not None})

    def clear(self) -> None:
        """Forget all responses. One that is being computed may be older than the change, and will not be stored."""
        self._changes += 1
        self._changes_of_all += 1
        self._changes_of_session.clear()
        self._responses.clear()

    def key(self, path: str, query: bytes, headers: Headers) -> Key:
        """What the response to a request is stored under."""
        return path, query, self._sees_all(headers)

    def find(self, key: Key) -> StoredResponse | None:
        return self._responses.get(key)

    def begin(self, path: str) -> Reading:
        """Note how things stand, before a response is computed."""
        found = _SESSION_PATH.match(path)
        session_id = None if found is None else int(found[1])
        return Reading(session_id, self._standing(session_id))

    def store(self, reading: Reading, key: Key, headers: Headers, body: bytes, *, of_session: bool) -> StoredResponse:
        """The response as it is to be sent, which is stored unless something has changed since its reading began."""
        etag = b'"%s"' % hashlib.blake2b(body, digest_size=12).hexdigest().encode()
        complete = [*headers, (b"etag", etag), (b"cache-control", b"no-cache"), (b"vary", b"authorization, cookie")]
        session_id = reading.session_id if of_session else None
        stored = StoredResponse(complete, body, etag, session_id)
        changes, of_all, of_this = self._standing(reading.session_id)
        is_fresh = (of_all, of_this) == reading.changes[1:] if of_session else changes == reading.changes[0]
        if is_fresh and len(body) <= MAX_BODY_BYTES:
            self._responses[key] = stored
            if len(self._responses) > MAX_RESPONSES:
                self._responses.popitem(last=False)
        return stored

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind: str = scope["type"]
        request: Any = scope
        if kind != "http" or request["method"] != "GET":
            await self._app(scope, receive, send)
            return
        key = self.key(request["path"], request["query_string"], request["headers"])
        stored = self.find(key)
        if stored is None:
            await self._app(scope, receive, self._storing(key, request, send))
        else:
            await _send(stored, request["headers"], send)

    def _standing(self, session_id: int | None) -> tuple[int, int, int]:
        of_session = 0 if session_id is None else self._changes_of_session.get(session_id, 0)
        return self._changes, self._changes_of_all, of_session

    def _forget(self, session_ids: set[int] | frozenset[int]) -> None:
        """Forget the responses about these sessions, and all that are about more than one session."""
        self._changes += 1
        if len(self._changes_of_session) > MAX_SESSIONS:
            self.clear()
            return
        for session_id in session_ids:
            self._changes_of_session[session_id] = self._changes
        stale = [
            key
            for key, stored in self._responses.items()
            if stored.session_id is None or stored.session_id in session_ids
        ]
        for key in stale:
            del self._responses[key]

    def _storing(self, key: Key, scope: Any, send: Send) -> Send:
        reading = self.begin(key[0])
        start: Any = None

        async def sending(message: Message) -> None:
            nonlocal start
            part: Any = message
            if part["type"] == "http.response.start":
                start = part  # held back until it is known whether the body comes whole
                return
            held, start = start, None
            mark = scope["state"].get(CACHEABLE)
            if held is not None and mark and held["status"] == 200 and not part.get("more_body"):
                stored = self.store(reading, key, held["headers"], part["body"], of_session=mark == OF_SESSION)
                await _send(stored, scope["headers"], send)
                return
            if held is not None:
                await send(held)
            await send(message)

        return sending


async def _send(stored: StoredResponse, request_headers: Headers, send: Send) -> None:
    known = stored.is_known_to(request_headers)
    start: Any = {
        "type": "http.response.start",
        "status": 304 if known else 200,
        "headers": stored.headers_if_known if known else stored.headers,
    }
    await send(start)
    await send({"type": "http.response.body", "body": b"" if known else stored.body, "more_body": False})
