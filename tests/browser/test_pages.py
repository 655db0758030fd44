"""What is true of every page."""

import pytest

from tests.browser.conftest import Watch
from tests.support.browser import (
    Situation,
    looks,
    must_have_no_axe_violations,
    must_not_scroll_sideways,
    with_text_size,
)
from tests.support.server import Served

PAGES = ["/", "/play", "/tv"]


@pytest.mark.parametrize("situation", looks(), ids=lambda each: f"{each.size[0]}-{each.appearance}")
@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_use_a_page_in_each_size_and_appearance(
    path: str, situation: Situation, server: Served, watch: Watch
) -> None:
    page = watch(server.url, size=situation.size, appearance=situation.appearance).open(path)
    page.get_by_role("heading", level=1).wait_for()
    must_have_no_axe_violations(page)
    must_not_scroll_sideways(page)
    with_text_size(page, 200)
    must_not_scroll_sideways(page)
