"""`python -m benchmarks.pages`: how long it takes from a host's press in the console until the other pages show it.

All pages are windows of one real browser on this machine, so that they share a clock. The server, the browser and four
pages run on it at once: on a phone of its own each page has more.
"""

import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Page

from tests.support.browser import DESK, PHONE, Situation, Viewer, running_browser
from tests.support.scenes import Scenes, scenes

TITLES = ("Fibbage 4", "Drawful 2", "Earwax", "Quixort")
ROUNDS = 5
AIM_MS = 1000

# The moment in which the page first shows the title as what is on.
WATCH = """title => { window.shownAt = new Promise((resolve) => {
  const look = () => document.body.innerText.includes(title) && resolve(Date.now());
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
}); }"""
PRESS = "button => { const now = Date.now(); button.click(); return now; }"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, scenes(Path(folder)) as night, running_browser() as browser:
        night.begin()
        console = _console(Viewer(browser, night.server.url, Situation(size=DESK)))
        pages = {
            "phone": Viewer(browser, night.server.url, Situation(size=PHONE)).open("/play"),
            "tv": Viewer(browser, night.server.url, Situation(size=DESK)).open("/tv"),
            "overlay": Viewer(browser, night.server.url, Situation(size=DESK)).open(f"/overlay#t={night.hana.token}"),
        }
        taken: dict[str, list[int]] = {name: [] for name in pages}
        for title in TITLES * ROUNDS:
            for name, milliseconds in _once(night, console, pages, title).items():
                taken[name].append(milliseconds)
    print(f"From the press to the page, {len(TITLES) * ROUNDS} games, ms (aim: {AIM_MS})")
    for name, each in taken.items():
        print(f"{name:8} median {median(each):5.0f}   longest {max(each):5.0f}")


def _console(host: Viewer) -> Page:
    host.log_in()
    return host.open("/")


def _once(night: Scenes, console: Page, pages: dict[str, Page], title: str) -> dict[str, int]:
    """A game is played by search; the night is empty again afterwards, so that no page has the title still."""
    console.get_by_role("radio", name="Search").check()
    console.get_by_label("Search by title, pack or chat code").fill(title)
    button = console.get_by_role("button", name=f"Play {title} ·").first
    button.wait_for()
    for page in pages.values():
        page.evaluate(WATCH, title)
    pressed = int(button.evaluate(PRESS))
    taken = {name: int(page.evaluate("window.shownAt")) - pressed for name, page in pages.items()}
    (game,) = night.hana.games_of(night.session["id"])
    night.hana.ok(night.hana.delete(f"/api/sessions/{night.session['id']}/games/{game['id']}"))
    for page in pages.values():
        page.wait_for_function("title => !document.body.innerText.includes(title)", arg=title)
    return taken


if __name__ == "__main__":
    main()
