"""`python -m tests.browser.screenshots [folder]`: every page in each scene of a night, desk and phone, light and dark.

With `--docs` it makes the images of the documentation instead, which are committed.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, Page

from tests.support.browser import DESK, PHONE, Situation, Viewer, looks, running_browser
from tests.support.scenes import Scenes, scenes
from web import build_pages

ROOT = build_pages.WEB.parent
IMAGES = ROOT / "docs" / "images"
VIEWS = {
    "history": "history",
    "night": "history/1",
    "catalogue": "catalogue",
    "stats": "stats",
    "settings": "settings",
}
OPENED = {
    "voters": ("history/1", "Who voted?"),
    "why": ("history/1", "Why this game?"),
    "chat-import": ("history/1", "Import a chat log"),
    "choosing": ("history", "Choose several"),
    "deleting": ("history/1", "Delete this night"),
    "pack": ("catalogue", "The Jackbox Party Pack 3"),
    "filters": ("catalogue", "Filters"),
    "new-game": ("catalogue", "Add a game"),
    "catalogue-import": ("catalogue", "Import a file"),
    "keyboard": ("night", "Keyboard"),
}
"""What a button of a view opens."""
OVERLAY_SIZE = (1280, 720)


def main(arguments: list[str]) -> None:
    if arguments == ["--docs"]:
        _documentation()
    else:
        _everything(Path(arguments[0]) if arguments else ROOT / "screenshots")


def _everything(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as data, scenes(Path(data)) as night, running_browser() as browser:
        shots = Shots(browser, night, folder)
        shots.take("1-before")
        night.begin()
        shots.take("2-begun")
        night.lobby()
        shots.take("3-lobby")
        night.play()
        night.set_next_game("Quiplash 3")
        night.vote("up", "up", "up", "down", "up")
        shots.take("4-playing")
        night.finish()
        shots.take("5-between")
        shots.take_ways()
        night.lobby("Quiplash 3", "ABCD")
        night.play()
        night.vote("up", "up", "down")
        night.finish()
        night.close()
        shots.take("6-over")
        shots.take_views()


class Shots:
    """Looks at all pages as they are now, and goes on looking: a page stays open from scene to scene."""

    def __init__(self, browser: Browser, night: Scenes, folder: Path) -> None:
        self._folder = folder
        self._windows: list[tuple[str, dict[str, Page]]] = []
        self._strangers: list[tuple[str, Page]] = []
        for look in looks():
            viewer = Viewer(browser, night.server.url, look)
            paths = {"phone": "/play", "tv": "/tv", "overlay": f"/overlay#t={night.hana.token}"}
            opened = {name: viewer.open(path) for name, path in paths.items()}
            host = Viewer(browser, night.server.url, look)
            host.log_in()
            opened["console"] = host.open("/")
            name = f"{'phone' if look.size == PHONE else 'desk'}-{look.appearance}"
            self._windows.append((name, opened))
            self._strangers.append((name, viewer.open("/")))

    def take(self, scene: str) -> None:
        self._windows[0][1]["tv"].wait_for_timeout(1500)
        for look, opened in self._windows:
            for name, page in opened.items():
                file = self._folder / f"{name}-{scene}-{look}.png"
                file.parent.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=file, full_page=True, omit_background=name == "overlay")

    def take_ways(self) -> None:
        """The ways to the next game, and what the console asks and shows besides."""
        for look, opened in self._windows:
            page = opened["console"]
            page.get_by_role("button", name="Pick three games").click()
            page.get_by_text("Why this one?").first.click()
            self._save(page, "console-drawn", look)
            for way in ("Search", "Room code"):
                page.get_by_role("radio", name=way).check()
                page.wait_for_load_state("networkidle")
                self._save(page, f"console-way-{way.split()[-1].lower()}", look)
            page.get_by_role("radio", name="Draw").check()
            page.get_by_role("button", name="End the night").click()
            self._save(page, "console-closing", look)
            page.keyboard.press("Escape")

    def take_views(self) -> None:
        """What of the console outlives the night."""
        for look, opened in self._windows:
            page = opened["console"]
            for name, path in VIEWS.items():
                self._visit(page, path)
                self._save(page, f"console-{name}", look)
            for name, (path, button) in OPENED.items():
                self._visit(page, path)
                opener = page.get_by_role("button", name=button).first
                if opener.is_visible():
                    opener.click()
                    page.wait_for_timeout(300)
                    self._save(page, f"console-{name}", look)
            self._visit(page, "settings")
            page.get_by_role("button", name="Make a token").click()
            page.get_by_label("Name", exact=True).fill("Stream")
            self._save(page, "console-new-token", look)
            page.get_by_role("button", name="Make it").click()
            page.get_by_role("button", name="Copy").first.wait_for()
            self._save(page, "console-token", look)
        for look, page in self._strangers:
            self._save(page, "console-login", look)

    def _visit(self, page: Page, path: str) -> None:
        page.goto("about:blank")  # or what was opened before stays open
        page.goto(f"/#/{path}")
        page.wait_for_timeout(300)
        page.locator("main .loading").first.wait_for(state="detached")
        page.wait_for_load_state("networkidle")

    def _save(self, page: Page, name: str, look: str) -> None:
        page.screenshot(path=self._folder / f"{name}-{look}.png", full_page=True)


def _documentation() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, scenes(Path(data)) as night, running_browser() as browser:
        night.begin()
        night.lobby()
        viewer = Viewer(browser, night.server.url, Situation(size=OVERLAY_SIZE))
        page = viewer.open(f"/overlay#t={night.hana.token}")
        page.get_by_text("5 of 8").wait_for()
        panel = page.locator("section").bounding_box()
        assert panel is not None
        clip = FloatRect(x=0, y=panel["y"] - 24, width=panel["width"] + 48, height=panel["height"] + 48)
        # On a plain picture, as a stream would be behind it.
        page.evaluate("document.documentElement.style.background = 'linear-gradient(120deg, #2b5876, #4e4376)'")
        page.screenshot(path=IMAGES / "overlay.png", clip=clip)
        night.play()
        night.vote("up", "up", "down", "up", "up", "up")
        host = Viewer(browser, night.server.url, Situation(size=DESK))
        host.log_in()
        _picture(host.open("/"), "console")
        _picture(Viewer(browser, night.server.url, Situation(size=PHONE)).open("/play"), "phone")


def _picture(page: Page, name: str) -> None:
    """The page as it is with all votes on it."""
    page.get_by_text("5 of 8").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main(sys.argv[1:])
