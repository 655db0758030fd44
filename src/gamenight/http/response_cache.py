"""Answers to public reads, kept encoded until something changes.

The process hears of each commit before its caller is answered: so an answer that is kept is the answer that would be
given, and who was told of a change never reads what was before. That holds where this process alone writes; with
PostgreSQL nothing is kept.
"""

from collections import OrderedDict
from typing import Any

from litestar.types import ASGIApp, Message, Receive, Scope, Send

MAX_RESPONSES = 512
MAX_BODY_BYTES = 256 * 1024
CACHEABLE = "cacheable"
"""What a route says of itself whose answer depends on the database alone. Its guard notes it if the route is public."""

StoredResponse = tuple[Message, Message]


class ResponseCache:
    """An ASGI application around another one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._responses: OrderedDict[tuple[str, bytes], StoredResponse] = OrderedDict()
        self._changes = 0

    def clear(self) -> None:
        """Something has changed. What is being answered now may be older, and will not be kept."""
        self._changes += 1
        self._responses.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind: str = scope["type"]
        request: Any = scope
        if kind != "http" or request["method"] != "GET":
            await self._app(scope, receive, send)
            return
        key = (request["path"], request["query_string"])
        answer = self._responses.get(key)
        if answer is None:
            await self._app(scope, receive, self._storing(key, request, send))
            return
        start, body = answer
        await send(start)
        await send(body)

    def _storing(self, key: tuple[str, bytes], scope: Any, send: Send) -> Send:
        changes = self._changes
        start: Any = None

        async def sending(message: Message) -> None:
            nonlocal start
            given: Any = message
            if given["type"] == "http.response.start":
                start = given
            elif (
                start["status"] == 200
                and scope["state"].get(CACHEABLE)
                and changes == self._changes
                and not given.get("more_body")
                and len(given["body"]) <= MAX_BODY_BYTES
            ):
                self._responses[key] = (start, message)
                if len(self._responses) > MAX_RESPONSES:
                    self._responses.popitem(last=False)
            await send(message)

        return sending
