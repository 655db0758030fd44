"""The server's own listening socket, whose connections the kernel cuts when their peer takes nothing."""

import socket
import sys

import pytest

from gamenight.core.errors import StartError
from gamenight.server import SEND_BUFFER_BYTES, listening_socket


@pytest.mark.skipif(sys.platform != "linux", reason="TCP_USER_TIMEOUT is Linux's")
def test_an_accepted_connection_has_the_limits_of_the_listening_socket() -> None:
    with (
        listening_socket("127.0.0.1", 0, stalled_seconds=5) as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 5000
        # Linux doubles what is asked for, for its own bookkeeping.
        assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 2 * SEND_BUFFER_BYTES


def test_an_address_that_this_machine_does_not_have_is_said() -> None:
    with pytest.raises(StartError, match="can't be used"):
        listening_socket("203.0.113.7", 0, stalled_seconds=5)
