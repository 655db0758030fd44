"""uvicorn's HTTP protocol with what it lacks: a bound on how long and how large a request's head may be, and a fast
path for what can be answered as soon as it is parsed.

Without the bound a client that sends a byte now and then holds a connection for ever.
"""

import asyncio
import logging
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from gamenight.core.errors import BadRequest, GamenightError
from gamenight.http.errors import HeaderTooLarge, RequestTimeout, body_of
from gamenight.http.fast_path import Answer, FastPath
from gamenight.http.headers import ANY_ORIGIN
from gamenight.http.limits import Limits

logger = logging.getLogger(__name__)


class _Nobody:
    def set(self) -> None:
        """uvicorn wakes the task that answers when its client has gone; here there is none."""


class PendingAnswer:
    """Stands where uvicorn has its request-response cycle, while an answer of the fast path is on its way."""

    message_event = _Nobody()

    def __init__(self) -> None:
        self.response_complete = False
        self.disconnected = False
        self.keep_alive = True


def guarded_protocol(limits: Limits, fast_path: FastPath | None) -> type[HttpToolsProtocol]:
    """The protocol class for uvicorn's `http` option, with these limits."""

    class GuardedProtocol(HttpToolsProtocol):
        _deadline: asyncio.TimerHandle | None = None
        _head_bytes = 0
        _in_head = True
        _answered = False
        """Whether the request that is being parsed has its answer."""
        _fast_body: bytearray | None = None
        """The body, as far as it is there, of a request that the fast path may take."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._start_head()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_deadline()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self._in_head:
                self._head_bytes += len(data)
            super().data_received(data)
            if self._in_head and self._head_bytes and self._deadline is None:
                self._start_head()
            if self._fast_body is not None and self.parser is not None:
                self._take_the_long_way()  # the body comes in parts
            if self._in_head and self._head_bytes > limits.header_bytes + limits.url_bytes:
                self._refuse(HeaderTooLarge(f"The request's head is larger than {limits.header_bytes} bytes."))

        def on_headers_complete(self) -> None:
            self._in_head = False
            self._stop_deadline()
            self._answered = False
            if fast_path is not None and self._is_plain():
                method = self.parser.get_method()
                if method == b"GET":
                    answer = fast_path.read(self.url, self.headers, self.client)
                    if answer is not None:
                        self._answered = True
                        self._send(answer, b"")
                        return
                elif method == b"POST" and fast_path.takes(self.url):
                    self._fast_body = bytearray()
                    return
            super().on_headers_complete()

        def on_body(self, body: bytes) -> None:
            if self._fast_body is not None:
                self._fast_body += body
                if len(self._fast_body) > limits.body_bytes:
                    self._take_the_long_way()
            elif not self._answered:
                super().on_body(body)

        def on_message_complete(self) -> None:
            if self._answered:
                self.on_response_complete()
            elif self._fast_body is None or not self._answer_fast(bytes(self._fast_body)):
                if self._fast_body is not None:
                    self._take_the_long_way()
                super().on_message_complete()
            # The next request of a kept connection; until its first byte uvicorn's keep-alive timeout rules.
            self._in_head, self._head_bytes = True, 0

        def send_400_response(self, msg: str) -> None:
            """uvicorn's own would be plain text."""
            self._refuse(BadRequest(f"This is no HTTP request that can be read: {msg.removesuffix('.')}."))

        def _is_plain(self) -> bool:
            """Whether nothing about the request or its connection asks for more than an answer."""
            return (
                (self.cycle is None or self.cycle.response_complete)
                and not self.pipeline
                and not self.expect_100_continue
                and self.parser.get_http_version() == "1.1"
                and self.parser.should_keep_alive()
                and not self.parser.should_upgrade()
                and not self.flow.write_paused
                and not self.transport.is_closing()
            )

        def _answer_fast(self, body: bytes) -> bool:
            assert fast_path is not None  # noqa: S101
            answer = fast_path.write(self.url, self.headers, body, self.client)
            if answer is None:
                return False
            self._fast_body = None
            pending: Any = PendingAnswer()
            self.cycle = pending
            answer.add_done_callback(lambda done: self._settle(pending, done))
            return True

        def _settle(self, pending: PendingAnswer, done: "asyncio.Future[Answer]") -> None:
            error = done.exception()
            pending.response_complete = True
            if pending.disconnected or self.transport.is_closing():
                return
            if error is not None:
                logger.error("A bug answered %s", self.url.decode("ascii"), exc_info=error)
                self.transport.close()
                return
            self._send(done.result(), b"" if pending.keep_alive else b"connection: close\r\n")
            if pending.keep_alive:
                self.on_response_complete()
            else:
                self.transport.close()

        def _send(self, answer: Answer, last_header: bytes) -> None:
            default = [b"%s: %s\r\n" % header for header in self.server_state.default_headers]
            self.transport.write(
                b"".join((STATUS_LINE[answer.status], *default, answer.head, last_header, b"\r\n", answer.body))
            )

        def _take_the_long_way(self) -> None:
            body, self._fast_body = self._fast_body, None
            super().on_headers_complete()
            if body:
                super().on_body(bytes(body))

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
            head = b"%s: %s\r\n" % ANY_ORIGIN
            head += b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
            self.transport.write(STATUS_LINE[error.status] + head + body)
            self.transport.close()

    return GuardedProtocol
