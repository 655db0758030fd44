"""What the tests of the console share: a browser that is logged in, and where things are on the page."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from gamenight.fake_rooms.room import Room
from tests.browser.conftest import Watch
from tests.support.browser import Viewer
from tests.support.scenes import Scenes

REFUSED = "Failed to load resource"
"""What the browser says of each request that the server refuses."""


def a_host(night: Scenes, watch: Watch, **situation: Any) -> tuple[Viewer, Page]:
    """A browser that is logged in, and the console in it."""
    viewer = watch(night.server.url, **situation)
    viewer.log_in()
    return viewer, viewer.open("/")


def heading(page: Page, name: str) -> Locator:
    return page.get_by_role("heading", level=1, name=name)


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def a_room(night: Scenes, code: str, **options: Any) -> Room:
    return night.rooms.open(code, max_players=8, **options)


def way(page: Page, name: str) -> None:
    card(page, "The next game").get_by_role("radio", name=name).check()


def play_by_search(page: Page, title: str) -> None:
    way(page, "Search")
    page.get_by_label("Search by title, pack or symbol").fill(title)
    page.get_by_role("button", name=f"Play {title} ·").first.click()
    expect(card(page, "Playing now").get_by_text(title, exact=True)).to_be_visible()
