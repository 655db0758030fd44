"""What the tests of the console share: a browser that is logged in, and where things are on the page."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from gamenight.fake_rooms.room import Room
from tests.browser.conftest import Watch
from tests.support.browser import Viewer
from tests.support.clients import Host
from tests.support.scenes import Scenes
from tests.support.server import ADMIN_KEY

REFUSED = "Failed to load resource"
"""What the browser says of each request that the server refuses."""

MARKUP = "<b>Bold</b> & <img src=x onerror=alert(1)>"


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
    page.get_by_label("Search by title, pack or chat code").fill(title)
    page.get_by_role("button", name=f"Play {title} ·").first.click()
    expect(card(page, "Now playing").get_by_text(title, exact=True)).to_be_visible()


def console(viewer: Viewer, view: str, secret: str = f"key={ADMIN_KEY}") -> Page:
    """The console's view, for somebody who logs in with this."""
    page = viewer.open(f"/#{secret}")
    page.get_by_role("navigation", name="Views").wait_for()
    page.goto(f"/#/{view}")
    page.get_by_role("heading", level=1).wait_for()
    return page


def open_pack(page: Page, name: str) -> Locator:
    shelf = page.get_by_role("region", name=name, exact=True)
    shelf.get_by_role("button", expanded=False).click()
    return shelf


def edit(page: Page, title: str) -> Locator:
    page.get_by_role("button", name=f"Edit {title}", exact=True).click()
    return page.get_by_role("dialog", name="Edit a game")


def games(hana: Host) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = hana.get("/api/games").json()
    return found


def a_past_night(hana: Host, notes: str | None = None, *game_ids: int) -> dict[str, Any]:
    session = hana.a_session(notes)
    for game_id in game_ids:
        hana.a_game(session["id"], game_id)
    return hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
