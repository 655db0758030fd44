"""Under which address a browser on this machine reaches the server."""

import socket
from ipaddress import ip_address

from msgspec import Struct

from gamenight.web.address import EVERY_INTERFACE

LOCALHOST = ("::1", "127.0.0.1")
"""What browsers take `localhost` for, in their order."""
ANSWER_SECONDS = 0.5


class LocalAddress(Struct, frozen=True):
    """`url` reaches the server; `stranger` is the address of another program that `localhost` may lead to."""

    url: str
    stranger: str | None


def local_address(listens_on: str, port: int) -> LocalAddress:
    """The address to show for a server that listens on an IP address; with another program on its port, not
    `localhost`."""
    ours = [each for each in LOCALHOST if _covers(listens_on, each)]
    if not ours:
        return LocalAddress(_url(listens_on, port), None)
    strangers = [each for each in LOCALHOST if each not in ours and _answers(each, port)]
    if not strangers:
        return LocalAddress(f"http://localhost:{port}", None)
    return LocalAddress(_url(ours[0], port), f"{_shown(strangers[0])}:{port}")


def _covers(listens_on: str, address: str) -> bool:
    """Whether what is sent to an address gets to a socket that listens on another one. `::` takes IPv4 as well."""
    if listens_on not in EVERY_INTERFACE:
        return listens_on == address
    return ip_address(listens_on).version >= ip_address(address).version


def _answers(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), ANSWER_SECONDS).close()
    except OSError:
        return False
    return True


def _url(address: str, port: int) -> str:
    return f"http://{_shown(address)}:{port}"


def _shown(address: str) -> str:
    return f"[{address}]" if ":" in address else address
