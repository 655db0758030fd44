from collections.abc import Iterator

import pytest

from tests.support.clients import Host
from tests.support.receiver import Receiver, receiving
from tests.support.server import Served, served, sqlite_url
from tests.webhooks.hooks import SETTINGS


@pytest.fixture
def server(database_url: str) -> Iterator[Served]:
    """A server that may send to loopback, and tries again soon."""
    with served(database_url, **SETTINGS) as running:
        yield running


@pytest.fixture
def hana(server: Served) -> Iterator[Host]:
    with Host(server.url) as host:
        yield host


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


@pytest.fixture(scope="module")
def server_without_networks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """The host of a server whose webhooks may reach the internet alone."""
    with served(sqlite_url(tmp_path_factory.mktemp("strict"))) as running, Host(running.url) as host:
        yield host
