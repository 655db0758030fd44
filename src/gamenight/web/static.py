"""Sends the pages to browsers, and lets all else through."""

from collections.abc import Mapping
from typing import Any, cast

from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from gamenight.http.headers import headers_named
from gamenight.web.files import File


class Pages:
    """An ASGI application around another one: the files in front of it, by their addresses.

    Whoever asks for `/` without wanting a page gets the other application's answer.
    """

    def __init__(self, app: ASGIApp, files: Mapping[str, File]) -> None:
        self._app = app
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind: str = scope["type"]
        file = self._file_for(cast("HTTPScope", scope)) if kind == "http" else None
        if file is None:
            await self._app(scope, receive, send)
        else:
            await _send(file, cast("HTTPScope", scope), send)

    def _file_for(self, scope: HTTPScope) -> File | None:
        if scope["method"] != "GET":
            return None
        path = scope["path"].rstrip("/") or "/"
        if path == "/" and "text/html" not in _values(scope, b"accept"):
            return None
        return self._files.get(path)


async def _send(file: File, scope: HTTPScope, send: Send) -> None:
    status, body, headers = file.status, file.body, [*file.headers, (b"etag", file.etag)]
    if file.etag.decode() in _values(scope, b"if-none-match"):
        status, body = 304, b""
    elif file.compressed is not None and "gzip" in _values(scope, b"accept-encoding"):
        body = file.compressed
        headers.append((b"content-encoding", b"gzip"))
    if status != 304:
        headers.append((b"content-length", str(len(body)).encode()))
    start: Any = {"type": "http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _values(scope: HTTPScope, name: bytes) -> str:
    return ",".join(headers_named(scope["headers"], name))
