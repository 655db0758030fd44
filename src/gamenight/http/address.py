"""The names by which this server may be called, and which pages are its own."""

import re
import socket
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from gamenight.core.errors import BadRequest, GamenightError

PRIVATE_DOMAINS = ("localhost", "local", "lan", "internal", "home.arpa")
"""Nobody can register a name that ends so: a page of the internet can't point one at this server (DNS rebinding)."""


_HOST = re.compile(r"(?:[\w.~-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{0,5}))?", re.ASCII)


class HostInvalid(BadRequest):
    code = "host_invalid"


class UnknownHost(GamenightError):
    status = 421
    code = "unknown_host"


class Address:
    """`public_url` is where browsers reach the server, if that isn't one of the names of the local network."""

    def __init__(self, public_url: str | None) -> None:
        parts = urlsplit(public_url or "")
        self.is_https = parts.scheme == "https"
        self._origin = _origin_of(parts) if public_url else None
        # Its full name would have to be asked of DNS, which may take its time.
        self._hosts = {socket.gethostname().lower(), parts.hostname}
        self._last_known = ""

    def check_host(self, host: str) -> None:
        """Raises HostInvalid for a Host header that is none, UnknownHost for one that names a server of the internet
        which isn't this one."""
        if not host or host == self._last_known:  # nearly all clients of a server call it by one name
            return
        if not _is_host(host):
            raise HostInvalid("The Host header can't be read. Send the name, and the port if there is one.")
        if not self._is_ours(_name_of(host)):
            raise UnknownHost(
                "This server isn't known by that name. If it should be, set GAMENIGHT_PUBLIC_URL to its address."
            )
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
