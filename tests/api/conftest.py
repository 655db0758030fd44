from collections.abc import Iterator

import httpx
import pytest

from tests.support.clients import a_guest
from tests.support.server import ADMIN_KEY, Served


@pytest.fixture
def console(server: Served) -> Iterator[httpx.Client]:
    """A page of the server in a browser that is logged in."""
    with a_guest(server.url) as browser:
        browser.headers["Origin"] = server.url
        browser.post("/api/auth/session", json={"key": ADMIN_KEY}).raise_for_status()
        yield browser
