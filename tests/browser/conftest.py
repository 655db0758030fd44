from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.phone import Phone
from tests.support.browser import PATIENCE_MS, PHONE, Situation, Viewer, running_browser
from tests.support.scenes import Scenes, scenes
from tests.support.server import Served
from web import build_pages

Watch = Callable[..., Viewer]

expect.set_options(timeout=PATIENCE_MS)

FIRST_TIME_SECONDS = 240
"""A browser has to be fetched and unpacked where there is none."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # In a row, so that one browser is enough; the order among them, and among the others, stays random.
    items.sort(key=is_in_browser, reverse=True)
    for item in filter(is_in_browser, items):
        item.add_marker(pytest.mark.timeout(FIRST_TIME_SECONDS))


def is_in_browser(item: pytest.Item) -> bool:
    return item.path.is_relative_to(Path(__file__).parent)


@pytest.fixture(scope="session", autouse=True)
def _pages_are_fresh() -> None:
    assert not build_pages.is_stale(), "The built pages are not those of web/. Build them: python3 run.py install"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One kind of database is enough here: pages see only the API, which is tested on both."""
    return sqlite_database_url


@pytest.fixture
def night(database_url: str, tmp_path: Path) -> Iterator[Scenes]:
    """A night that has not begun, with a room service of its own."""
    with scenes(tmp_path) as opened:
        yield opened


class OneBrowser:
    """A browser for all tests in a row that need one.

    It has to end before other tests: while it lives there is an event loop in this thread, and tests that start one
    can't run.
    """

    def __init__(self) -> None:
        self._closing = ExitStack()
        self._running: Browser | None = None

    def get(self) -> Browser:
        if self._running is None:
            self._running = self._closing.enter_context(running_browser())
        return self._running

    def close(self) -> None:
        self._running = None
        self._closing.close()


ONE_BROWSER = OneBrowser()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Iterator[None]:
    try:
        return (yield)
    finally:
        if nextitem is None or not is_in_browser(nextitem):
            ONE_BROWSER.close()


@pytest.fixture
def browser() -> Browser:
    return ONE_BROWSER.get()


@pytest.fixture
def watch(browser: Browser) -> Iterator[Watch]:
    """A browser window for somebody at this address: `watch(server.url, locale="de-AT")`."""
    viewers: list[Viewer] = []

    def opened(url: str, **situation: Any) -> Viewer:
        viewer = Viewer(browser, url, Situation(**situation))
        viewers.append(viewer)
        return viewer

    yield opened
    for viewer in viewers:
        viewer.close()


@pytest.fixture
def phone(watch: Watch, server: Served) -> Phone:
    """A guest's phone with the page open: `phone(locale="de-AT")`."""

    def opened(**situation: Any) -> Page:
        return watch(server.url, size=PHONE, **situation).open("/play")

    return opened
