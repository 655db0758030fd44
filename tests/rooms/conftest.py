from collections.abc import AsyncIterator, Iterator

import pytest

from gamenight.fake_rooms import FakeRooms
from gamenight.fake_rooms.threaded import ThreadedFakeRooms, running
from tests.support.clients import Host, Listener
from tests.support.following import UVLOOP, Loop
from tests.support.server import Served, served


@pytest.fixture
def anyio_backend() -> Loop:
    """The event loop of the server."""
    return UVLOOP


@pytest.fixture
async def fake() -> AsyncIterator[FakeRooms]:
    """A room service in the test's own event loop."""
    async with FakeRooms() as service:
        yield service


@pytest.fixture
def rooms() -> Iterator[ThreadedFakeRooms]:
    """A room service."""
    with running() as fake:
        yield fake


@pytest.fixture
def server(database_url: str, rooms: ThreadedFakeRooms) -> Iterator[Served]:
    """A server that follows the rooms of that service by itself."""
    with served(database_url, rooms_url=rooms.url, rooms_follow=True, rooms_status_seconds=600) as running_server:
        yield running_server


@pytest.fixture
def listening(server: Served, hana: Host) -> Iterator[Listener]:
    """A live client that follows the night from its start."""
    with Listener(server.live_url) as listener:
        listener.authenticate(hana.token)
        yield listener
