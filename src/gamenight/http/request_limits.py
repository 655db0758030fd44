"""What a request passes before the framework: limits, the client's address, and the headers of every response."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, cast

from litestar import Litestar
from litestar.enums import HttpMethod
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from gamenight.core.batch_worker import ASKED_BY
from gamenight.core.errors import (
    BadRequest,
    GamenightError,
    TooLarge,
    TooManyRequests,
    Unavailable,
    UnsupportedMediaType,
)
from gamenight.core.rates import Buckets
from gamenight.http.address import Address, HostInvalid, UnknownHost, is_loopback
from gamenight.http.arriving import ArrivingBodies
from gamenight.http.clients import Network, client_address, network_of
from gamenight.http.errors import HeaderTooLarge, RequestTimeout, UrlTooLong, refuse_handshake, send_error
from gamenight.http.headers import ANY_ORIGIN, Headers, header
from gamenight.http.limits import Limits, is_deeper_than
from gamenight.http.route_options import methods_of, paths_with

READS = {"GET", "HEAD"}
TELL_METHODS = {204, 405}
"""The statuses of answers that say which methods a path takes."""
HOSTS = "hosts"
"""Who asks, where it is not an address."""

LARGE_BODY = "large_body"
"""The option of a route that may be sent as much as an import."""
STREAMED_BODY = "streamed_body"
"""The option of a route that gets its body as it comes."""
COUNTS_AS_READ = "counts_as_read"
"""The option of a route that counts as a read of its address though it is not a GET."""

OPENER_POLICY = (b"cross-origin-opener-policy", b"same-origin")
ALWAYS_SENT = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    OPENER_POLICY,
    (b"cross-origin-resource-policy", b"same-origin"),
    ANY_ORIGIN,
    # Without credentials a browser shows a page all headers.
    (b"access-control-expose-headers", b"*"),
]
PREFLIGHT_ANSWER = [
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
    (b"access-control-allow-headers", b"authorization, content-type, idempotency-key"),
    (b"access-control-max-age", b"7200"),
]
"""What a browser has to know before it sends another origin's request; never that cookies may go with it."""
STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")


class RequestLimits:
    """An ASGI application around another one.

    A body is read whole before the framework sees the request, within its limits of size and time. An empty one counts
    as `{}`. Of `routes` some declare other limits: LARGE_BODY, STREAMED_BODY, COUNTS_AS_READ. `is_host` tells by the
    headers whether a host sends a request.
    """

    def __init__(
        self,
        app: ASGIApp,
        limits: Limits,
        *,
        address: Address,
        trusted_proxies: Sequence[Network],
        routes: Litestar,
        is_host: Callable[[Headers], bool],
    ) -> None:
        self._app = app
        self._limits = limits
        self._address = address
        self._always_sent = [*ALWAYS_SENT, STRICT_TRANSPORT] if address.is_https else ALWAYS_SENT
        self._trusted_proxies = trusted_proxies
        self._routes = routes
        self._large = paths_with(routes, LARGE_BODY)
        self._streamed = paths_with(routes, STREAMED_BODY)
        self._counted = paths_with(routes, COUNTS_AS_READ)
        self._is_host = is_host
        self._running = 0
        self._arriving = ArrivingBodies(limits.bodies, limits.bodies_of_address)
        self._reads = Buckets(limits.reads_per_second, limits.reads_burst)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind: str = scope["type"]
        if kind in ("http", "websocket"):
            state: Any = scope.setdefault("state", {})
            state["client"] = network_of(client_address(scope, self._trusted_proxies))
        if kind == "http":
            await self._http(cast("HTTPScope", scope), receive, send)
        else:
            if kind == "websocket":
                try:
                    self._address.check_host(header(scope["headers"], b"host"))
                except (HostInvalid, UnknownHost) as error:
                    await receive()
                    await refuse_handshake(receive, send, error)
                    return
            await self._app(scope, receive, send)

    async def _http(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        send = self._with_headers(send, scope)
        try:
            self._check(scope)
            if _is_preflight(scope):
                await _allow_any_origin(send)
                return
            receive = await self._with_body(scope, receive)
            self._running += 1
            try:
                await self._answer(scope, receive, send)
            finally:
                self._running -= 1
        except GamenightError as error:
            await send_error(send, error)

    def count(self, answer: "asyncio.Future[Any]") -> None:
        """Count a request among those that are being answered, until its answer is there."""
        self._running += 1
        answer.add_done_callback(self._uncount)

    def _uncount(self, _answer: "asyncio.Future[Any]") -> None:
        self._running -= 1

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        self._check_place(scope["headers"])
        # Hosts do not wait behind strangers who come by the same address, as all do behind a proxy that isn't trusted.
        ASKED_BY.set(HOSTS if self._is_host(scope["headers"]) else scope["state"]["client"])
        if scope["method"] == "HEAD":
            # The server leaves the body out, since it knows the request as it came.
            scope = {**scope, "method": HttpMethod.GET}
        await self._app(scope, receive, send)

    async def _with_body(self, scope: HTTPScope, receive: Receive) -> Receive:
        """What gives the body to the application: whole where it is not one that is streamed."""
        if scope["method"] in READS:
            return receive
        if self._streamed.fullmatch(scope["path"]):
            return self._bounded(receive)
        body = await self._body(scope, receive)
        scope["state"]["body"] = body
        return _replay(body, receive)

    def admit(self, scope: HTTPScope) -> None:
        """Check all of a request but its body, and count it; raises what it is refused with. Notes the client."""
        scope["state"]["client"] = network_of(client_address(scope, self._trusted_proxies))
        self._running += 1
        try:
            self._check(scope)
            self._check_place(scope["headers"])
        finally:
            self._running -= 1

    def check_body(self, headers: Headers, body: bytes | bytearray) -> None:
        """Raises what a whole body of JSON is refused with, its size apart."""
        _check_type(header(headers, b"content-type"))
        _check_encoding(body)
        if is_deeper_than(body, self._limits.json_depth):
            raise BadRequest(f"The JSON nests deeper than {self._limits.json_depth} levels.")

    def complete(self, headers: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """The headers of a response with those that each response has."""
        complete = [*headers, *self._always_sent]
        if not any(name == b"cache-control" for name, _value in headers):
            complete.append((b"cache-control", b"no-store"))
        return complete

    def _check(self, scope: HTTPScope) -> None:
        limits = self._limits
        self._address.check_host(header(scope["headers"], b"host"))
        if sum(len(name) + len(value) + 4 for name, value in scope["headers"]) > limits.header_bytes:
            raise HeaderTooLarge(f"The request's head is larger than {limits.header_bytes} bytes.")
        query = scope["query_string"]
        if len(scope["raw_path"]) + len(query) > limits.url_bytes:
            raise UrlTooLong(f"The address is longer than {limits.url_bytes} bytes. Shorten it.")
        if "\0" in scope["path"] or b"%00" in query:
            raise BadRequest("There is a NUL character in the address. Leave it out.")
        if query.count(b"&") >= limits.query_parameters:
            raise BadRequest(f"More than {limits.query_parameters} query parameters. Send fewer.")
        if scope["method"] in READS or self._counted.fullmatch(scope["path"]):
            bucket = self._reads.of(scope["state"]["client"])
            if not bucket.take():
                raise TooManyRequests("Too many requests from this address. Slow down.", retry_after=bucket.wait())

    def _check_place(self, headers: Headers) -> None:
        """Raises Unavailable where too many requests are being answered already; hosts have as many places again."""
        limit = self._limits.requests
        if self._running > limit and (self._running > 2 * limit or not self._is_host(headers)):
            raise Unavailable("Too many requests at once. Try again in a moment.")

    def _with_headers(self, send: Send, scope: HTTPScope) -> Send:
        # A browser ignores a page's opener policy over plain http, and complains of it in its console.
        is_trusted = self._address.is_https or is_loopback(header(scope["headers"], b"host"))

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message["headers"]]
                if message["status"] in TELL_METHODS:
                    headers = self._with_all_methods(headers, scope["path"])
                headers = self.complete(headers)
                if not is_trusted:
                    headers.remove(OPENER_POLICY)
                # A copy: the message may be stored and sent again.
                message = {**message, "headers": headers}
            await send(message)

        return sending

    def _with_all_methods(self, headers: list[tuple[bytes, bytes]], path: str) -> list[tuple[bytes, bytes]]:
        """The framework knows neither HEAD nor, for OPTIONS, the methods that other handlers of the path take."""
        methods = methods_of(self._routes, path)
        if not methods or not header(headers, b"allow"):
            return headers
        allow = (b"allow", ", ".join(sorted(methods)).encode())
        return [*(each for each in headers if each[0] != b"allow"), allow]

    def _bounded(self, receive: Receive) -> Receive:
        """A body of any type, part by part; each part has to come in the time that a whole body has elsewhere."""
        limits = self._limits
        taken = 0

        async def receiving() -> Any:
            nonlocal taken
            message: Any
            try:
                async with asyncio.timeout(limits.body_seconds):
                    message = await receive()
            except TimeoutError:
                raise _too_late(limits) from None
            taken += len(message.get("body", b""))
            if taken > limits.stream_bytes:
                raise _too_large(limits.stream_bytes)
            return message

        return receiving

    async def _body(self, scope: HTTPScope, receive: Receive) -> bytes:
        limits = self._limits
        headers = scope["headers"]
        is_large = self._large.fullmatch(scope["path"]) is not None
        if is_large and not self._is_host(headers):
            return b"{}"  # who may not import is refused before their file is read
        max_bytes = limits.import_bytes if is_large else limits.body_bytes
        declared = header(headers, b"content-length")
        if declared.isdecimal() and int(declared) > max_bytes:
            raise _too_large(max_bytes)
        with self._arriving.place(scope["state"]["client"], lambda: self._is_host(headers)):
            body = await self._arrived(receive, max_bytes)
        if not body:
            return b"{}"
        self.check_body(headers, body)
        return bytes(body)

    async def _arrived(self, receive: Receive, max_bytes: int) -> bytearray:
        """A body once all of it is there."""
        body = bytearray()
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] != "http.request":
                        raise BadRequest("The connection closed before the body was complete.")
                    body += message["body"]
                    if len(body) > max_bytes:
                        raise _too_large(max_bytes)
                    if not message["more_body"]:
                        return body
        except TimeoutError:
            raise _too_late(self._limits) from None


def _is_preflight(scope: HTTPScope) -> bool:
    return scope["method"] == "OPTIONS" and bool(header(scope["headers"], b"access-control-request-method"))


async def _allow_any_origin(send: Send) -> None:
    start: Any = {"type": "http.response.start", "status": 204, "headers": PREFLIGHT_ANSWER}
    await send(start)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _too_large(max_bytes: int) -> TooLarge:
    return TooLarge(f"The body is larger than {max_bytes} bytes. Send less.", details={"mostBytes": max_bytes})


def _too_late(limits: Limits) -> RequestTimeout:
    return RequestTimeout(f"The body did not arrive within {limits.body_seconds:g} s.")


def _check_type(content_type: str) -> None:
    media_type = (content_type or "application/json").split(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise UnsupportedMediaType("Send JSON, with the header Content-Type: application/json.")


def _check_encoding(body: bytes | bytearray) -> None:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(f"Byte {error.start} of the body is not UTF-8. Send JSON as UTF-8.") from None


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replayed() -> Any:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
