"""Connects to addresses that were checked, and to no others. Loaded at the first request: it takes its time."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import httpcore

CONNECT_SECONDS = 3.0
MAX_ADDRESSES = 3

# At its lowest level it would note what is sent, with the signature.
logging.getLogger("httpcore").setLevel(logging.WARNING)

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name once, at the last moment, and connects to what was found: another answer of DNS a moment later
    changes nothing. `resolve` raises for a name that has an address which is not allowed."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = (await self._resolve(host, port))[:MAX_ADDRESSES]
        for address in addresses[:-1]:
            try:
                return await self._backend.connect_tcp(address, port, CONNECT_SECONDS / len(addresses), local_address)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._backend.connect_tcp(addresses[-1], port, CONNECT_SECONDS / len(addresses), local_address)

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError("webhooks are not sent to sockets of this machine")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def pool(resolve: Resolve, tls: ssl.SSLContext) -> httpcore.AsyncConnectionPool:
    """For one request: no connection outlives it, no proxy and no cookie is known, nothing is decompressed."""
    return httpcore.AsyncConnectionPool(
        ssl_context=tls, max_connections=1, keepalive_expiry=0, http2=False, network_backend=CheckedBackend(resolve)
    )
