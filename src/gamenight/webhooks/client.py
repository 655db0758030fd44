"""The outgoing side: one request with all its limits. Nothing is followed elsewhere."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlsplit

from msgspec import Struct

from gamenight import __version__
from gamenight.core.clock import utc_now
from gamenight.webhooks import rules
from gamenight.webhooks.addresses import USUAL_PORTS, Network, Target, is_allowed
from gamenight.webhooks.rules import Failure

ANSWER_SECONDS = 10.0
ANSWER_BYTES = 4096
BODY_SECONDS = 1.0
LOOKUPS = rules.IN_FLIGHT_BESIDES + 20

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]


class AddressRefused(Exception):
    """A name leads to an address that is not allowed."""


class Reply(Struct, frozen=True):
    """What came back; `status` is None where nothing did."""

    at: str
    milliseconds: int
    status: int | None = None
    error: Failure | None = None
    body: bytes = b""
    retry_after: float | None = None


class WebhookClient:
    """`allowed` are networks besides the internet, `own_port` is the server's, `public_url` where it is reached.
    `lookup` finds the addresses of a name."""

    def __init__(
        self,
        allowed: Sequence[Network],
        *,
        own_port: int = 0,
        public_url: str | None = None,
        lookup: Lookup | None = None,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._allowed = allowed
        self._own_port = own_port
        self._own_place = _place_of(public_url)
        # Lookups of its own threads: names that never answer hold up nothing else.
        self._threads = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="webhook-names")
        self._lookup = lookup or self._ask_the_system
        self._seconds = answer_seconds
        self._tls: ssl.SSLContext | None = None
        self._opening = asyncio.Lock()

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def is_own(self, target: Target) -> bool:
        """Whether a URL names this server as browsers reach it."""
        return (target.host, target.port) == self._own_place

    async def addresses_of(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a host. Raises AddressRefused if any is not allowed, OSError where there are none."""
        found = await self._lookup(host, port)
        if not found:
            raise OSError("no address")
        for address in found:
            is_own = port == self._own_port and _is_of_this_machine(address)
            if is_own or not is_allowed(address, self._allowed):
                raise AddressRefused
        return found

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> Reply:
        """Send one request; whatever happens is told in the reply."""
        at, began = utc_now(), time.monotonic()
        try:
            tls = await self._trusted()
            async with asyncio.timeout(self._seconds) as deadline:
                status, retry_after, answer = await self._exchange(url, headers, body, tls, deadline)
        except Exception as error:
            failure = _failure(error)
            if failure is None:
                raise
            return Reply(at=at, milliseconds=_since(began), error=failure)
        return Reply(
            at=at,
            milliseconds=_since(began),
            status=status,
            error=rules.failure_of(status),
            body=answer,
            retry_after=retry_after if status in rules.ASKS_TO_WAIT else None,
        )

    async def _exchange(
        self, url: str, headers: dict[str, str], body: bytes, tls: ssl.SSLContext, deadline: asyncio.Timeout
    ) -> tuple[int, float | None, bytes]:
        from gamenight.webhooks import transport

        sent = {
            "User-Agent": f"gamenight/{__version__}",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
            **headers,
        }
        async with (
            transport.pool(self.addresses_of, tls) as pool,
            pool.stream("POST", url, headers=list(sent.items()), content=body) as response,
        ):
            # It has answered; what is read and closed from now on has a time of its own.
            deadline.reschedule(asyncio.get_running_loop().time() + 2 * BODY_SECONDS)
            told = next((value for name, value in response.headers if name.lower() == b"retry-after"), None)
            retry_after = rules.retry_after_of(None if told is None else told.decode("latin-1"), datetime.now(UTC))
            return response.status, retry_after, await _beginning(response.aiter_stream())

    async def _trusted(self) -> ssl.SSLContext:
        """Whom TLS trusts: the authorities of SSL_CERT_FILE or SSL_CERT_DIR, else those that come with httpx."""
        async with self._opening:
            if self._tls is None:
                self._tls = await asyncio.to_thread(_tls_context)
            return self._tls

    async def _ask_the_system(self, host: str, port: int) -> Sequence[str]:
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return list(dict.fromkeys(str(each[4][0]) for each in found))


async def _beginning(chunks: AsyncIterable[bytes]) -> bytes:
    """The first bytes of an answer, as far as they come soon: whether it is a success, its status says."""
    import httpcore

    answer = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in chunks:
                answer += chunk
                if len(answer) >= ANSWER_BYTES:
                    break
    except (TimeoutError, httpcore.NetworkError, httpcore.ProtocolError):
        pass
    return answer[:ANSWER_BYTES]


def _failure(error: Exception) -> Failure | None:
    """What went wrong, in a word; None for a bug."""
    import httpcore

    if isinstance(error, httpcore.ConnectError) and _is_of_tls(error):
        return "tls"
    words: list[tuple[Failure, tuple[type[Exception], ...]]] = [
        ("address_refused", (AddressRefused,)),
        ("name_unknown", (socket.gaierror, UnicodeError)),
        ("timeout", (TimeoutError, httpcore.TimeoutException)),
        ("unreachable", (OSError, httpcore.NetworkError)),
        ("answer_invalid", (httpcore.ProtocolError,)),
    ]
    return next((word for word, kinds in words if isinstance(error, kinds)), None)


def _is_of_tls(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _is_of_this_machine(address: str) -> bool:
    """Whether an address is one of this machine's own: only those can be bound."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


def _tls_context() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


def _place_of(url: str | None) -> tuple[str, int] | None:
    if url is None:
        return None
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or USUAL_PORTS[parts.scheme]


def _since(began: float) -> int:
    return rules.milliseconds(time.monotonic() - began)
