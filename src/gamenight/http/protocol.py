"""uvicorn's HTTP protocol with what it lacks: a bound on how long and how large a request's head may be.

Without it a client that sends a byte now and then holds a connection for ever.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from gamenight.core.errors import BadRequest, GamenightError
from gamenight.http.errors import HeaderTooLarge, RequestTimeout, body_of
from gamenight.http.limits import Limits


def guarded_protocol(limits: Limits) -> type[HttpToolsProtocol]:
    """The protocol class for uvicorn's `http` option, with these limits."""

    class GuardedProtocol(HttpToolsProtocol):
        _deadline: asyncio.TimerHandle | None = None
        _head_bytes = 0
        _in_head = True

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._start_head()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_deadline()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self._in_head:
                if self._deadline is None:
                    self._start_head()
                self._head_bytes += len(data)
            super().data_received(data)
            if self._in_head and self._head_bytes > limits.header_bytes + limits.url_bytes:
                self._refuse(HeaderTooLarge(f"The request's head is larger than {limits.header_bytes} bytes."))

        def on_headers_complete(self) -> None:
            self._in_head = False
            self._stop_deadline()
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            super().on_message_complete()
            # The next request of a kept connection; until its first byte uvicorn's keep-alive timeout rules.
            self._in_head, self._head_bytes = True, 0

        def send_400_response(self, msg: str) -> None:
            """uvicorn's own would be plain text."""
            self._refuse(BadRequest(f"This is no HTTP request that can be read: {msg.removesuffix('.')}."))

        def _start_head(self) -> None:
            self._deadline = self.loop.call_later(
                limits.header_seconds,
                self._refuse,
                RequestTimeout(f"The request's head did not arrive within {limits.header_seconds:g} s."),
            )

        def _stop_deadline(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

        def _refuse(self, error: GamenightError) -> None:
            self._stop_deadline()
            if self.transport.is_closing():
                return
            body = body_of(error)
            head = b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
            self.transport.write(STATUS_LINE[error.status] + head + body)
            self.transport.close()

    return GuardedProtocol
