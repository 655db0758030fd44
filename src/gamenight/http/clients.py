"""The address of the client, by which requests are counted."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from litestar.types import Scope

from gamenight.http.address import is_ip_address
from gamenight.http.headers import headers_named

Network = IPv4Network | IPv6Network


def client_address(scope: Scope, trusted_proxies: Sequence[Network]) -> str:
    """The address of the client: the peer's, or behind a trusted proxy the right-most one that isn't a proxy's."""
    client = scope.get("client")
    address = client[0] if client else "unix"
    if not trusted_proxies or not _is_trusted(address, trusted_proxies):
        return address
    forwarded = [
        part.strip() for value in headers_named(scope["headers"], b"x-forwarded-for") for part in value.split(",")
    ]
    for hop in reversed(forwarded):
        if not is_ip_address(hop):
            break
        address = hop
        if not _is_trusted(hop, trusted_proxies):
            break
    return address


@lru_cache(4096)
def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or an IPv6 /64, which one household has to itself."""
    if not is_ip_address(address):
        return address
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(IPv6Network((parsed, 64), strict=False))
    return address


def _is_trusted(address: str, trusted_proxies: Sequence[Network]) -> bool:
    return is_ip_address(address) and any(ip_address(address) in network for network in trusted_proxies)
