from collections.abc import Iterator

import pytest

from tests.support.clients import Host, Listener
from tests.support.server import Served


@pytest.fixture
def bix(server: Served, hana: Host) -> Iterator[Listener]:
    """Bix is a bot, connected and authenticated."""
    with Listener(server.live_url) as listener:
        listener.authenticate(hana.token)
        yield listener
