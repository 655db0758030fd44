import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.phone import Phone
from tests.support.browser import PATIENCE_MS, PHONE, Situation, Viewer, running_browser
from tests.support.scenes import Scenes, scenes
from tests.support.server import Served, sqlite_url
from web import build_pages

Watch = Callable[..., Viewer]

expect.set_options(timeout=PATIENCE_MS)

FIRST_TIME_SECONDS = 240
"""A browser has to be fetched and unpacked where there is none."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(FIRST_TIME_SECONDS))


@pytest.fixture(scope="session", autouse=True)
def _pages_are_fresh() -> None:
    assert not build_pages.is_stale(), "The built pages are not those of web/. Build them: python3 run.py install"


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough here: pages see only the API, which is tested on both."""
    shutil.copy(sqlite_template, tmp_path / "gamenight.db")
    return sqlite_url(tmp_path)


@pytest.fixture
def night(database_url: str, tmp_path: Path) -> Iterator[Scenes]:
    """A night that has not begun, with a room service of its own."""
    with scenes(tmp_path) as opened:
        yield opened


# Of a module, not longer: while it lives there is an event loop in this thread, and tests that start one can't run.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as running:
        yield running


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
