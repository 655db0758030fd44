"""The outgoing side: the room service's REST and sockets. Everything is bounded, nothing is followed elsewhere."""

import asyncio
import ipaddress
import logging
import secrets
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, urlencode, urlsplit

from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect
from websockets.frames import CTRL_OPCODES, Frame
from websockets.protocol import Event
from websockets.typing import Origin, Subprotocol

from gamenight.core.rates import TokenBucket
from gamenight.rooms import wire

if TYPE_CHECKING:
    import ssl

    import httpx

USER_AGENT = "Mozilla/5.0 (compatible; gamenight)"
SUBPROTOCOL = Subprotocol("ecast-v0")
REST_BYTES = 64 * 1024
FRAME_BYTES = 1024 * 1024
WAITING_FRAMES = 16
SLICE_BYTES = 16 * 1024
PINGS_PER_SECOND = 50
PINGS_AT_ONCE = 500
ANSWER_SECONDS = 5.0
MAX_RETRY_AFTER = 60.0
TOO_MANY_QUESTIONS = {403, 429}
"""The service blocks an address that asks too much: the answer is the edge's 403 as well as the 429 of the standard."""
FOLLOWER_NAME = "gamenight"

Role = Literal["shard", "audience"]


class Gone(Struct, frozen=True):
    """The service knows no such room."""


class Unknown(Struct, frozen=True):
    """The service did not say. `limited`: it wants to be asked less, and not before `retry_after` seconds."""

    reason: str
    limited: bool = False
    retry_after: float = 0


class HostRefused(Exception):
    """The service named a host that is not allowed."""


class Seat(Struct):
    """The credentials that bring a socket back to the same place in the room. They are kept in memory only."""

    user: str
    id: int | None = None
    secret: str | None = None


def a_seat() -> Seat:
    return Seat(str(uuid.UUID(bytes=secrets.token_bytes(16), version=4)))


class _Connection(ClientConnection):
    """A connection that a flood of pings ends.

    Messages wait for their reader, and what is more than a few of them waits at the sender. Pings wait for nobody: each
    is answered as it comes, and the answers wait for a sender who may never read them.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._pings = TokenBucket(PINGS_PER_SECOND, PINGS_AT_ONCE)
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        # In slices: one read of the socket may hold 100,000 pings, which would all be answered first.
        for start in range(0, len(data), SLICE_BYTES):
            if self.transport.is_closing():
                return
            super().data_received(data[start : start + SLICE_BYTES])

    def process_event(self, event: Event) -> None:
        if isinstance(event, Frame) and event.opcode in CTRL_OPCODES and not self._pings.take():
            self.transport.abort()
        super().process_event(event)


class _Connect(connect):
    def process_redirect(self, exc: Exception) -> Exception | str:
        """A redirect may lead anywhere: it counts as a failure."""
        return exc


class RoomsClient:
    """Speaks with one room service. `allowed_hosts` are those that it may name besides its own: `*.domain` or host."""

    def __init__(self, base_url: str, allowed_hosts: Sequence[str], *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._base = base_url.rstrip("/")
        self._own = urlsplit(self._base)
        self._seconds = answer_seconds
        self._allowed = [host.lower() for host in allowed_hosts]
        self._opened: tuple[httpx.AsyncClient, ssl.SSLContext] | None = None
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened[0].aclose()

    async def look(self, code: str) -> wire.Info | Gone | Unknown:
        """The room as REST shows it."""
        answer = await self._get(f"/api/v2/rooms/{quote(code, safe='')}")
        if isinstance(answer, Unknown | Gone):
            return answer
        return wire.read_info(answer) or Unknown("The room service's answer could not be understood.")

    async def connections(self, code: str) -> wire.Connections | None:
        """How many sockets the room ever had, where the service tells."""
        answer = await self._get(f"/api/v2/rooms/{quote(code, safe='')}/connections")
        return wire.read_connections(answer) if isinstance(answer, bytes) else None

    @asynccontextmanager
    async def socket(self, info: wire.Info, code: str, role: Role, seat: Seat) -> AsyncIterator[ClientConnection]:
        """A socket into the room that takes no player's seat.

        Raises HostRefused, and what `websockets` raises when it can't be opened: where the other side closes at once,
        ConnectionClosed, too.
        """
        host = (info.audience_host if role == "audience" else None) or info.host or self._own.netloc
        address = await self.address_of(host)
        query = {"role": role, "name": FOLLOWER_NAME, "format": "json", "user-id": seat.user, "userId": seat.user}
        if seat.id is not None and seat.secret is not None:
            query |= {"id": str(seat.id), "secret": seat.secret}
        place = "audience" if role == "audience" else "rooms"
        scheme = "wss" if self._own.scheme == "https" else "ws"
        _http, tls = await self._open()
        url = f"{scheme}://{host}/api/v2/{place}/{quote(code, safe='')}/play?{urlencode(query)}"
        connection = await _Connect(
            url,
            host=address,
            ssl=tls if scheme == "wss" else None,
            create_connection=_Connection,
            subprotocols=[SUBPROTOCOL],
            origin=Origin("https://jackbox.tv"),
            user_agent_header=USER_AGENT,
            proxy=None,
            compression=None,
            open_timeout=self._seconds,
            close_timeout=1,
            ping_interval=20,
            ping_timeout=15,
            max_size=FRAME_BYTES,
            max_queue=WAITING_FRAMES,
            # It would log the address, in which the seat's secret stands.
            logger=_silent,
        )
        try:
            yield connection
        finally:
            try:
                await connection.close()
            finally:
                # Also where the polite way is cut short: else the socket would stay until the other side gives up.
                connection.transport.abort()

    async def _open(self) -> "tuple[httpx.AsyncClient, ssl.SSLContext]":
        """What asks the service over REST, and whom REST and sockets trust. Raises OSError.

        Opened at the first question, since many servers ask none; in a thread, since it takes its time.
        """
        async with self._opening:
            if self._opened is None:
                self._opened = await asyncio.to_thread(_http_client, self._seconds)
            return self._opened

    async def _get(self, path: str) -> bytes | Gone | Unknown:
        try:
            http, _tls = await self._open()
        except OSError as error:
            return Unknown(
                f"The certificates that SSL_CERT_FILE or SSL_CERT_DIR names can't be read: {error.strerror}."
            )
        import httpx

        try:
            async with asyncio.timeout(self._seconds), http.stream("GET", self._base + path) as response:
                if response.status_code in TOO_MANY_QUESTIONS:
                    return _limited(response)
                if response.headers.get("content-encoding", "identity").lower() != "identity":
                    # A few bytes may stand for gigabytes, and httpx takes them whole.
                    return Unknown("The room service sent a compressed answer, which was not asked for.")
                body = b""
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) > REST_BYTES:
                        return Unknown("The room service sent far too much.")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError):
            return Unknown("The room service can't be reached just now.")
        return _understood(response, body)

    async def address_of(self, host: str) -> str:
        """The address to connect to; raises HostRefused for a host, or an address of it, that is not allowed."""
        try:
            named = urlsplit(f"//{host}")
            name, port = (named.hostname or "").lower(), named.port
        except ValueError:
            raise HostRefused from None
        if named.username is not None or named.path or named.query or named.fragment or not name:
            raise HostRefused
        if name == self._own.hostname and (port or _port(self._own.scheme)) == (
            self._own.port or _port(self._own.scheme)
        ):
            return name
        if host.lower() in self._allowed:
            return name
        if not any(each.startswith("*.") and name.endswith(each[1:]) for each in self._allowed):
            raise HostRefused
        return await _public_address(name, port or _port(self._own.scheme))


# It would note each look at a room, every few seconds.
logging.getLogger("httpx").setLevel(logging.WARNING)

_silent = logging.getLogger(f"{__name__}.socket")
_silent.disabled = True


def _http_client(answer_seconds: float) -> "tuple[httpx.AsyncClient, ssl.SSLContext]":
    import httpx

    # The authorities of SSL_CERT_FILE or SSL_CERT_DIR, else those that come with httpx.
    tls = httpx.create_ssl_context()
    http = httpx.AsyncClient(
        verify=tls,
        follow_redirects=False,
        trust_env=False,
        timeout=answer_seconds,
        headers={"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "identity"},
        limits=httpx.Limits(max_connections=20, max_keepalive_connections=5),
    )
    return http, tls


def _port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


async def _public_address(name: str, port: int) -> str:
    """The first address of a name; raises HostRefused if any of them is not on the public internet."""
    found = await asyncio.get_running_loop().getaddrinfo(name, port)
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not all(map(is_public, addresses)):
        raise HostRefused
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an address is one of the internet's, not of a network inside."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    # What wraps an IPv4 address, or is not for hosts, counts as global in some versions of Python.
    if parsed.version == 6 and (
        parsed.ipv4_mapped or parsed.sixtofour or parsed.teredo or parsed not in _GLOBAL_UNICAST
    ):
        return False
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")


def _understood(response: "httpx.Response", body: bytes) -> bytes | Gone | Unknown:
    is_page = "html" in response.headers.get("content-type", "") or body.lstrip()[:1] == b"<"
    if is_page:
        return Unknown("The room service sent a web page in place of an answer.")
    if response.status_code == 404:
        return Gone()
    if response.is_success:
        return body
    return Unknown(f"The room service answered {response.status_code}.", retry_after=_retry_after(response))


def _limited(response: "httpx.Response") -> Unknown:
    reason = f"The room service was asked too much and lets nobody from here in for a while ({response.status_code})."
    return Unknown(reason, limited=True, retry_after=_retry_after(response))


def _retry_after(response: "httpx.Response") -> float:
    """Seconds; 0 where the service does not say."""
    value = response.headers.get("retry-after", "")
    return min(float(value), MAX_RETRY_AFTER) if value.isdecimal() else 0
