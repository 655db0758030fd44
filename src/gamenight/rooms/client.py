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
from websockets.typing import Origin, Subprotocol

from gamenight.rooms import wire

if TYPE_CHECKING:
    import httpx

USER_AGENT = "Mozilla/5.0 (compatible; gamenight)"
SUBPROTOCOL = Subprotocol("ecast-v0")
REST_BYTES = 64 * 1024
FRAME_BYTES = 1024 * 1024
ANSWER_SECONDS = 5.0
MAX_RETRY_AFTER = 60.0
FOLLOWER_NAME = "gamenight"

Role = Literal["shard", "audience"]


class Gone(Struct, frozen=True):
    """The service knows no such room."""


class Unknown(Struct, frozen=True):
    """The service did not say. `retry_after`, in seconds, is what it asked for."""

    reason: str
    retry_after: float | None = None


class HostRefused(Exception):
    """The service named a host that is not allowed."""


class Seat(Struct):
    """The credentials that bring a socket back to the same place in the room. They are kept in memory only."""

    user: str
    id: int | None = None
    secret: str | None = None


def a_seat() -> Seat:
    return Seat(str(uuid.UUID(bytes=secrets.token_bytes(16), version=4)))


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
        self._opened: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.aclose()

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

        Raises HostRefused, and what `websockets` raises when it can't be opened.
        """
        host = (info.audience_host if role == "audience" else None) or info.host or self._own.netloc
        address = await self.address_of(host)
        query = {"role": role, "name": FOLLOWER_NAME, "format": "json", "user-id": seat.user, "userId": seat.user}
        if seat.id is not None and seat.secret is not None:
            query |= {"id": str(seat.id), "secret": seat.secret}
        place = "audience" if role == "audience" else "rooms"
        scheme = "wss" if self._own.scheme == "https" else "ws"
        url = f"{scheme}://{host}/api/v2/{place}/{quote(code, safe='')}/play?{urlencode(query)}"
        connection = await _Connect(
            url,
            host=address,
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
            max_queue=64,
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

    async def _http(self) -> "httpx.AsyncClient":
        """Opened at the first question, since many servers ask none; in a thread, since it takes its time."""
        async with self._opening:
            if self._opened is None:
                self._opened = await asyncio.to_thread(_http_client, self._seconds)
            return self._opened

    async def _get(self, path: str) -> bytes | Gone | Unknown:
        http = await self._http()
        import httpx

        try:
            async with asyncio.timeout(self._seconds), http.stream("GET", self._base + path) as response:
                body = b""
                async for chunk in response.aiter_bytes(8192):
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


def _http_client(answer_seconds: float) -> "httpx.AsyncClient":
    import httpx

    return httpx.AsyncClient(
        follow_redirects=False,
        trust_env=False,
        timeout=answer_seconds,
        headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
        limits=httpx.Limits(max_connections=20, max_keepalive_connections=5),
    )


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
    return Unknown(
        f"The room service answered {response.status_code}.", _retry_after(response.headers.get("retry-after"))
    )


def _retry_after(value: str | None) -> float | None:
    return min(float(value), MAX_RETRY_AFTER) if value is not None and value.isdecimal() else None
