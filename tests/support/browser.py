"""A real browser whose pages must not complain: no console error, no breach of the content security policy."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, Literal

from msgspec import Struct
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.support.chromium import find_chromium
from tests.support.locks import install_development_modules
from tests.support.patience import PATIENCE
from tests.support.server import ADMIN_KEY
from web import build_pages

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = PATIENCE * 1000
"""How long a page may take on a machine that has more to do; who looks at a page that is there waits for nothing."""

DESK = (1280, 800)
PHONE = (390, 844)
Appearance = Literal["light", "dark"]
APPEARANCES: tuple[Appearance, ...] = ("light", "dark")
AT_REST = """async () => {
  const ends = (animation) => animation.effect?.getComputedTiming().endTime !== Infinity;
  const ended = Promise.allSettled(document.getAnimations().filter(ends).map((animation) => animation.finished));
  await Promise.race([ended, new Promise((late) => setTimeout(late, 2000))]);
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}"""
BREACHES = """
window.breaches = [];
addEventListener('securitypolicyviolation', (event) => window.breaches.push(
  `${event.effectiveDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


class Situation(Struct, frozen=True):
    """How a page is looked at."""

    size: tuple[int, int] = DESK
    appearance: Appearance = "light"
    locale: str = "en-GB"
    time_zone: str = "Europe/Berlin"
    reduced_motion: bool = False


@contextmanager
def running_browser() -> Iterator[Browser]:
    chromium = find_chromium()
    # Playwright's own Node needs a library that a small Debian lacks.
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = build_pages.command("node")[0]
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.program, args=[*FLAGS, *sandbox], env={**os.environ, **chromium.variables}
        )
        yield browser
        browser.close()


class Viewer:
    """Somebody with a browser of their own: cookies, size and language."""

    def __init__(self, browser: Browser, url: str, situation: Situation) -> None:
        self._url = url
        self._situation = situation
        self._complaints: list[str] = []
        self._expected: list[str] = []
        width, height = situation.size
        self.context: BrowserContext = browser.new_context(
            base_url=url,
            viewport={"width": width, "height": height},
            color_scheme=situation.appearance,
            locale=situation.locale,
            timezone_id=situation.time_zone,
            reduced_motion="reduce" if situation.reduced_motion else "no-preference",
            has_touch=situation.size == PHONE,
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.add_init_script(BREACHES)

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        page.goto(path)
        return page

    def log_in(self) -> None:
        """Become the host, by the console's cookie."""
        headers = {"Origin": self._url}
        answer = self.context.request.post("/api/auth/session", data={"key": ADMIN_KEY}, headers=headers)
        assert answer.ok, answer.text()

    def expects(self, *patterns: str) -> None:
        """What the browser may complain of from now on, such as a server that is gone."""
        self._expected += patterns

    def close(self) -> None:
        """Close the browser's window. Raises AssertionError if a page complained."""
        for page in self.context.pages:
            with suppress(Exception):
                self._complaints += page.evaluate("window.breaches ?? []")
        self.context.close()
        complaints = [each for each in self._complaints if not any(re.search(p, each) for p in self._expected)]
        assert not complaints, f"the browser complains: {complaints}"

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._complaints.append(f"{message.text} ({message.location.get('url')})")


@cache
def _axe() -> str:
    install_development_modules()
    return (build_pages.MODULES / "axe-core" / "axe.min.js").read_text()


def must_have_no_axe_violations(page: Page) -> None:
    """Whether everybody can use the page, as far as a program can tell."""
    page.evaluate(AT_REST)  # colours change softly, and axe measures them
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    problems = [
        f"{each['id']} ({each['help']}): {[node['html'][:200] for node in each['nodes']]} "
        f"{each['nodes'][0].get('failureSummary')}"
        for each in found["violations"]
    ]
    assert not problems, "\n".join(problems)


def must_not_scroll_sideways(page: Page) -> None:
    page.evaluate(AT_REST)
    width, visible = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width <= visible, f"the page is {width} px wide in {visible} px"


def with_text_size(page: Page, percent: int) -> None:
    """As a reader who has set another text size: all sizes are in rem, which follow this one."""
    page.evaluate("percent => { document.documentElement.style.fontSize = `${percent}%`; }", percent)


def show_in(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def everybody_can_use(page: Page) -> None:
    """At the desk and on a phone, in light and dark, and at twice the text size. The page stays as it was."""
    before = page.viewport_size
    assert before is not None
    was_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    for look in looks():
        show_in(page, look.size)
        page.emulate_media(color_scheme=look.appearance, reduced_motion="reduce")
        must_have_no_axe_violations(page)
        must_not_scroll_sideways(page)
        with_text_size(page, 200)
        must_not_scroll_sideways(page)
        with_text_size(page, 100)
    page.set_viewport_size(before)
    page.emulate_media(color_scheme="dark" if was_dark else "light", reduced_motion="no-preference")


def looks() -> list[Situation]:
    """Desk and phone, light and dark."""
    return [Situation(size=size, appearance=appearance) for size in (DESK, PHONE) for appearance in APPEARANCES]
