"""Under which address phones reach the phone page."""

import re
import socket
from typing import Any

from litestar.types import HTTPScope

from gamenight.http.address import is_loopback
from gamenight.http.headers import header

PLAY = "/play"
EVERY_INTERFACE = {"0.0.0.0", "::"}  # noqa: S104, compared with, not listened on
HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


def play_address(scope: HTTPScope, *, public_url: str | None, listens_on: str) -> str:
    """The address of the phone page: the public one where it is set, else the one by which this request came.

    A request to `localhost` came from this machine: the result then has the machine's address in its network.
    """
    if public_url is not None:
        return public_url.rstrip("/") + PLAY
    host = header(scope["headers"], b"host")
    if not HOST.fullmatch(host):
        host = f"localhost:{_port(scope)}"
    if is_loopback(host) and listens_on in EVERY_INTERFACE:
        lan = lan_address()
        host = host if lan is None else f"{lan}:{_port(scope)}"
    return f"http://{host}{PLAY}"


def lan_address() -> str | None:
    """The address from which this machine reaches others. Connecting a UDP socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address: str = probe.getsockname()[0]
    return None if address.startswith("127.") else address


def _port(scope: HTTPScope) -> Any:
    return (scope.get("server") or (None, 80))[1]
