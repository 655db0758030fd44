"""Responses to public reads, stored encoded until something changes.

The process clears the cache at each commit before it answers the writer, so a stored response is the one that would be
computed, and a writer that got its answer never reads an older state. That holds where this process alone writes; with
PostgreSQL nothing is stored.
"""

from collections import OrderedDict
from typing import Any

from litestar.types import ASGIApp, Message, Receive, Scope, Send

MAX_RESPONSES = 512
MAX_BODY_BYTES = 256 * 1024
CACHEABLE = "cacheable"
"""The option of a route whose response depends on the database alone. The scope guard notes it for public routes."""

StoredResponse = tuple[Message, Message]


class ResponseCache:
    """An ASGI application around another one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._responses: OrderedDict[tuple[str, bytes], StoredResponse] = OrderedDict()
        self._changes = 0

    def clear(self) -> None:
        """Forget all responses. One that is being computed now may be older than the change, and will not be stored."""
        self._changes += 1
        self._responses.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind: str = scope["type"]
        request: Any = scope
        if kind != "http" or request["method"] != "GET":
            await self._app(scope, receive, send)
            return
        key = (request["path"], request["query_string"])
        stored = self._responses.get(key)
        if stored is None:
            await self._app(scope, receive, self._storing(key, request, send))
            return
        start, body = stored
        await send(start)
        await send(body)

    def _storing(self, key: tuple[str, bytes], scope: Any, send: Send) -> Send:
        changes = self._changes
        start: Any = None

        async def sending(message: Message) -> None:
            nonlocal start
            part: Any = message
            if part["type"] == "http.response.start":
                start = part
            elif (
                start["status"] == 200
                and scope["state"].get(CACHEABLE)
                and changes == self._changes
                and not part.get("more_body")
                and len(part["body"]) <= MAX_BODY_BYTES
            ):
                self._responses[key] = (start, message)
                if len(self._responses) > MAX_RESPONSES:
                    self._responses.popitem(last=False)
            await send(message)

        return sending
