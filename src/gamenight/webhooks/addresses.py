"""Which addresses a webhook may be sent to, and which URLs name one. Pure.

A webhook is an offer to send requests from inside a network (SSRF): only what is on the public internet is allowed, and
what the owner of the server named by its network.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, Literal
from urllib.parse import quote, urlsplit

from msgspec import Struct

Network = IPv4Network | IPv6Network
UrlFault = Literal["not_a_url", "login", "host", "number", "own", "address"]

MAX_URL_LENGTH: Final = 2000
SAFE_IN_PATH: Final = "/%:@!$&'()*+,;=~-._"
USUAL_PORTS: Final = {"http": 80, "https": 443}


def _networks(*texts: str) -> list[Network]:
    return [ip_network(text) for text in texts]


LOOPBACK = _networks("127.0.0.0/8", "::1/128")
# The link of a machine in a cloud leads to its credentials, and so do two addresses beside it.
NEVER = _networks("169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128", "100.100.100.200/32")
NO_HOSTS = _networks("0.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32", "::/128", "ff00::/8")
# Python's is_global says yes to some of these in some versions. Those of IPv6 wrap addresses of IPv4.
NOT_PUBLIC = _networks(
    *("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4"),
    *("2001::/32", "2002::/16", "3fff::/20", "5f00::/16", "64:ff9b::/96", "64:ff9b:1::/48", "fec0::/10", "::/96"),
)
GLOBAL_UNICAST = ip_network("2000::/3")


class Target(Struct, frozen=True):
    """Where a URL leads: its host is a name in ASCII or an address."""

    url: str
    host: str
    port: int


class UrlInvalid(Exception):
    def __init__(self, fault: UrlFault) -> None:
        super().__init__(fault)
        self.fault = fault


def read_networks(texts: Sequence[str]) -> list[Network]:
    """Networks that a setting names. Raises ValueError for what is none, and for one that is never allowed."""
    networks = [ip_network(text) for text in texts]
    for network in networks:
        if _is_within(network, [*NEVER, *NO_HOSTS]):
            raise ValueError(f"{network} is never allowed")
    return networks


def is_allowed(address: str, allowed: Sequence[Network]) -> bool:
    """Whether a webhook may be sent to an address, given the networks that are allowed besides the internet."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        if parsed.scope_id is not None:
            return False
        parsed = parsed.ipv4_mapped or parsed
    if _is_in(parsed, NEVER) or _is_in(parsed, NO_HOSTS):
        return False
    if _is_in(parsed, LOOPBACK):
        # A large network that happens to hold it does not name it.
        return _is_in(parsed, [network for network in allowed if _is_within(network, LOOPBACK)])
    return _is_in(parsed, allowed) or _is_public(parsed)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return False
    return address.is_global and not address.is_reserved and not _is_in(address, NOT_PUBLIC)


def _is_in(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _is_within(network: Network, others: Sequence[Network]) -> bool:
    return any(
        network.subnet_of(other)  # type: ignore[arg-type]
        for other in others
        if network.version == other.version
    )


def read_url(text: str) -> Target:
    """Where a URL leads, in the one way in which it can be read; its fragment is dropped. Raises UrlInvalid."""
    # Parsers drop some of these, and read a backslash each in their own way.
    if len(text) > MAX_URL_LENGTH or not text.isprintable() or any(each in text for each in " \\"):
        raise UrlInvalid("not_a_url")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise UrlInvalid("not_a_url") from None
    if parts.scheme not in USUAL_PORTS or not parts.hostname or port == 0:
        raise UrlInvalid("not_a_url")
    if "@" in parts.netloc:
        raise UrlInvalid("login")
    host = _read_host(parts.hostname, is_bracketed="[" in parts.netloc)
    shown = f"[{host}]" if ":" in host else host
    place = shown if port is None else f"{shown}:{port}"
    path = quote(parts.path, safe=SAFE_IN_PATH) or "/"
    query = "?" + quote(parts.query, safe=SAFE_IN_PATH + "?") if parts.query else ""
    return Target(f"{parts.scheme}://{place}{path}{query}", host, port or USUAL_PORTS[parts.scheme])


def _read_host(host: str, *, is_bracketed: bool) -> str:
    """A host as it is asked of DNS, or an address in its usual form."""
    if is_bracketed:
        try:
            return str(IPv6Address(host.partition("%")[0] if "%" not in host else ""))
        except ValueError:
            raise UrlInvalid("host") from None
    import idna  # its tables are large, and few servers need them

    try:
        name = idna.encode(host, uts46=True).decode().lower().removesuffix(".")
    except idna.IDNAError:
        name = _underscored(host)
    if not name or len(name) > 253:
        raise UrlInvalid("host")
    last = name.rpartition(".")[2]
    if last.isdigit() or last.startswith("0x"):
        # getaddrinfo reads 0x7f.1, 0177.0.0.1, 127.1 and 2130706433 as 127.0.0.1.
        try:
            return str(IPv4Address(name))
        except ValueError:
            raise UrlInvalid("number") from None
    return name


def _underscored(host: str) -> str:
    """Names of a local network may have underscores, which IDNA does not know. Empty for what is no such name."""
    name = host.lower().removesuffix(".")
    is_name = name.isascii() and all(each.isalnum() or each in "-_." for each in name) and ".." not in name
    return name if is_name and not name.startswith(".") else ""
