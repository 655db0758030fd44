"""The names by which this server may be called, and which pages are its own."""

import re
import socket
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from gamenight.core.errors import BadRequest, GamenightError

PRIVATE_DOMAINS = ("localhost", "local", "lan", "internal", "home.arpa")
"""Nobody can register a name that ends so: a page of the internet can't point one at this server (DNS rebinding)."""
HOST_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
MAX_HOST_NAME_LENGTH = 253


_HOST = re.compile(r"(?:[\w.~-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{0,5}))?", re.ASCII)


class HostInvalid(BadRequest):
    code = "host_invalid"


class UnknownHost(GamenightError):
    status = 421
    code = "unknown_host"


class Address:
    """`public_url` is where browsers reach the server, if that isn't one of the names of the local network;
    `allowed_hosts` are whole names that it is called by besides."""

    def __init__(self, public_url: str | None, allowed_hosts: Iterable[str] = ()) -> None:
        parts = urlsplit(public_url or "")
        self.public_url = public_url
        self.is_https = parts.scheme == "https"
        self._origin = _origin_of(parts) if public_url else None
        # Its full name would have to be asked of DNS, which may take its time.
        self._hosts = {socket.gethostname().lower(), parts.hostname, *allowed_hosts}
        self._last_known = ""

    def check_host(self, host: str) -> None:
        """Raises HostInvalid for a Host header that is none, UnknownHost for one that names a server of the internet
        which isn't this one."""
        if not host or host == self._last_known:  # nearly all clients of a server call it by one name
            return
        if not _is_host(host):
            raise HostInvalid("The Host header can't be read. Send the name, and the port if there is one.")
        name = _name_of(host)
        if not self._is_ours(name):
            raise _unknown(name)
        self._last_known = host

    def is_own_origin(self, origin: str, host: str) -> bool:
        """Whether a page of this origin was served here, judged by the Host header of the request that it sends."""
        origin = origin.lower()
        if origin == self._origin:
            return True
        # By http or https: behind a proxy this server doesn't know which of them the page came by.
        return bool(host) and origin in (f"http://{host.lower()}", f"https://{host.lower()}")

    def _is_ours(self, name: str) -> bool:
        if name in self._hosts or "." not in name or name.endswith(tuple(f".{each}" for each in PRIVATE_DOMAINS)):
            return True
        return is_ip_address(name)


def _is_host(host: str) -> bool:
    """Whether a Host header is one (RFC 9110, 7.2): a name or an address, and perhaps a port."""
    found = _HOST.fullmatch(host)
    return found is not None and int(found["port"] or 0) < 65536


def host_name(text: str) -> str:
    """A name as a Host header has it, in lower case and ASCII. Raises ValueError for what is no whole name."""
    try:
        name = text.encode("idna").decode().lower().removesuffix(".")
    except UnicodeError:
        name = ""
    if not _is_host_name(name):
        raise ValueError(f'"{text}" is no name')
    return name


def _is_host_name(name: str) -> bool:
    return len(name) <= MAX_HOST_NAME_LENGTH and HOST_NAME.fullmatch(name) is not None


def _unknown(name: str) -> UnknownHost:
    # What is no name is not repeated: a stranger may have written it.
    shown, added = (f'the name "{name}"', name) if _is_host_name(name) else ("that name", "it")
    return UnknownHost(
        f"This server isn't known by {shown}. If it should be, add {added} to GAMENIGHT_ALLOWED_HOSTS, or set "
        "GAMENIGHT_PUBLIC_URL to its address."
    )


def _name_of(host: str) -> str:
    """The name in a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower().removesuffix(".")


def _origin_of(parts: SplitResult) -> str:
    """An address as browsers write it in Origin: without the port that goes without saying."""
    usual = {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if parts.port in (None, usual) else f":{parts.port}")


@lru_cache(4096)
def is_ip_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether a host, with or without a port, is this machine to itself: nobody else reaches it by that name."""
    name = _name_of(host)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return is_ip_address(name) and ip_address(name).is_loopback
