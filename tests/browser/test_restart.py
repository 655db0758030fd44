"""A server that is killed and started again, under all pages at once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watch
from tests.browser.console import card
from tests.browser.phone import down, is_pressed, shows, shows_votes, up
from tests.support.browser import DESK, PHONE, must_have_no_axe_violations
from tests.support.clients import Host
from tests.support.server import Process

GONE = "WebSocket connection|ERR_CONNECTION|Failed to load resource"
COMES_BACK_MS = 60_000
"""A page that has come in vain waits longer each time, and the server needs some time to start."""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[int], Process]]:
    """Starts the server at a port, with what the one before it has left."""
    started: list[Process] = []

    def on(port: int) -> Process:
        started.append(Process("--data-dir", str(tmp_path), "--port", str(port)))
        return started[-1]

    yield on
    for each in started:
        each.terminate()


def test_all_pages_wait_for_a_server_that_was_killed_and_the_night_goes_on(
    start: Callable[[int], Process], watch: Watch
) -> None:
    server = start(0)
    with Host(server.url) as hana:
        session = hana.a_session()
        first = hana.a_game(session["id"], 1, room_code="AAAA")
    host, guest, stream, room = (watch(server.url, size=size) for size in (DESK, PHONE, DESK, DESK))
    host.log_in()
    console, phone, tv = host.open("/"), guest.open("/play"), room.open("/tv")
    overlay = stream.open(f"/overlay#t={hana.token}")
    playing = card(console, "Now playing")
    expect(playing.get_by_text(first["title"], exact=True)).to_be_visible()
    for page in (tv, overlay):
        expect(page.get_by_role("img", name="Room code: A A A A")).to_be_visible()
    up(phone).click()
    shows_votes(phone, 1, 0)

    for viewer in (host, guest, stream, room):
        viewer.expects(GONE)
    server.kill()
    for page in (console, phone, tv):
        expect(page.get_by_text("Connection lost")).to_be_visible()
    # What there was stays, and what is asked for is not taken for done.
    expect(overlay.get_by_role("img", name="Room code: A A A A")).to_be_visible()
    expect(tv.get_by_role("img", name="Room code: A A A A")).to_be_visible()
    must_have_no_axe_violations(tv)
    tv.get_by_role("button", name="Try now").click()
    shows(phone, first["title"])
    playing.get_by_role("button", name="Played").click()
    expect(console.get_by_text("be reached. Try again in a moment.").last).to_be_visible()
    expect(playing.get_by_text(first["title"], exact=True)).to_be_visible()

    again = start(server.port)
    for page in (console, phone, tv):
        expect(page.get_by_text("Connection lost")).to_have_count(0, timeout=COMES_BACK_MS)
    is_pressed(up(phone))
    down(phone).click()
    shows_votes(phone, 0, 1)
    with Host(again.url) as hana:
        second = hana.a_game(session["id"], 2, room_code="BBBB")
    shows(phone, second["title"])
    for page in (tv, overlay):
        expect(page.get_by_role("img", name="Room code: B B B B")).to_be_visible(timeout=COMES_BACK_MS)
    expect(card(console, "Games tonight").get_by_role("listitem")).to_have_count(2)
    expect(playing.get_by_text(second["title"], exact=True)).to_be_visible()
    playing.get_by_role("button", name="Played").click()
    expect(playing.get_by_text("Between games.")).to_be_visible()
