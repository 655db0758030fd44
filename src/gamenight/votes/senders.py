"""Who sends a large file: they may go away while it comes in, and while it is worked on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, BinaryIO

from litestar import Request
from litestar.exceptions import InternalServerException

from gamenight.core.errors import BadRequest
from gamenight.http.errors import RequestTimeout


async def receive_file(request: Request[Any, Any, Any], file: BinaryIO) -> None:
    """Write the body of a request into a file. Raises BadRequest where its sender goes away meanwhile."""
    try:
        async for part in request.stream():
            await asyncio.to_thread(file.write, part)
    except InternalServerException:
        raise BadRequest("The connection closed before the body was complete.") from None


class Sender:
    """Who sent a request whose body was read; may be asked from any thread."""

    def __init__(self) -> None:
        self._is_gone = False

    def check(self) -> None:
        """Raises BadRequest where nobody waits for the answer any more."""
        if self._is_gone:
            raise BadRequest("The connection closed before the log was imported. Nothing of it is kept.")

    @asynccontextmanager
    async def watched(self, request: Request[Any, Any, Any]) -> AsyncIterator[None]:
        """Notice meanwhile when they go away."""
        watching = asyncio.create_task(self._watch(request))
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    async def _watch(self, request: Request[Any, Any, Any]) -> None:
        while not self._is_gone:
            # The wait for what comes after a body has a time limit of its own.
            with suppress(RequestTimeout):
                message = await request.receive()
                self._is_gone = message["type"] == "http.disconnect"
