"""What is true of every page before there is a night. Each page's own tests look at it in each scene."""

import pytest

from tests.browser.conftest import Watch
from tests.support.browser import everybody_can_use
from tests.support.server import Served


@pytest.mark.parametrize("path", ["/", "/play", "/tv"])
def test_everybody_can_use_a_page_in_each_size_and_appearance(path: str, server: Served, watch: Watch) -> None:
    page = watch(server.url).open(path)
    page.get_by_role("heading", level=1).wait_for()
    everybody_can_use(page)


def test_the_api_reference_shows_each_address_with_nothing_but_what_this_server_sends(
    server: Served, watch: Watch
) -> None:
    page = watch(server.url).open("/api/docs")
    page.get_by_text("/api/sessions/{session_id}/close").first.wait_for()
    assert page.get_by_text("Failed to load").count() == 0
