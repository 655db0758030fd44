"""What the host says to everybody: the game that comes next, and that the stream must not show the room code."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Watch
from tests.browser.console import a_host, card, way
from tests.support.browser import PHONE
from tests.support.scenes import Scenes


def test_the_next_game_is_on_all_pages_until_it_is_played(night: Scenes, watch: Watch) -> None:
    night.begin()
    _, hana = a_host(night, watch)
    _, omar = a_host(night, watch, size=PHONE, locale="es-ES")
    phone = watch(night.server.url, size=PHONE).open("/play")
    tv = watch(night.server.url).open("/tv")
    expect(phone.get_by_role("heading", level=1)).to_have_text("What comes next?")
    way(hana, "Search")
    hana.get_by_label("Search by title, pack or chat code").fill("quiplash 3")
    hana.get_by_role("button", name="Next up: Quiplash 3 ·").first.click()
    for page in (phone, tv):
        expect(page.get_by_text("Next up", exact=True)).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_text("Quiplash 3")
    card(omar, "A continuación").get_by_role("button", name="Cancelar").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("What comes next?")
    expect(card(hana, "Next up")).to_have_count(0)

    hana.get_by_role("button", name="Pick three games").click()
    first = hana.get_by_role("button", name=re.compile("Next up: (?!Fibbage 4)")).first  # that one is played next
    title = (first.get_attribute("aria-label") or "").removeprefix("Next up: ")
    first.click()
    expect(card(hana, "Next up").get_by_text(title, exact=True)).to_be_visible()
    night.lobby()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Fibbage 4")
    expect(phone.get_by_text(title, exact=True)).to_be_visible()
    expect(tv.get_by_text(f"Next up: {title}")).to_be_visible()
    hana.keyboard.press("n")
    for page in (phone, tv):
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        expect(page.get_by_text("Next up")).to_have_count(0)
    *_, drawn = night.hana.games_of(night.session["id"])
    why = night.hana.get(f"/api/sessions/{night.session['id']}/games/{drawn['id']}/why")
    assert why.is_success, "the night can still say why it was drawn"


def test_the_console_hides_the_code_on_the_overlay(night: Scenes, watch: Watch) -> None:
    night.begin()
    night.lobby()
    _, hana = a_host(night, watch, size=PHONE)
    viewer = watch(night.server.url)
    # Late by a minute, as a stream would be: hiding is not.
    late = viewer.context.new_page()
    late.clock.install()
    late.goto(f"{night.server.url}/overlay?delay=60&code=always#t={night.hana.token}")
    now = viewer.open(f"/overlay?code=always#t={night.hana.token}")
    switch = hana.get_by_role("switch", name="Hide the room code on the overlay")
    code = now.get_by_role("img", name="Room code: Q P L V")
    expect(code).to_be_visible()
    late.clock.fast_forward(61_000)
    expect(late.get_by_role("img", name="Room code: Q P L V")).to_be_visible()
    switch.click()
    expect(switch).to_be_checked()
    for page in (now, late):
        expect(page.get_by_role("button", name="Show the room code")).to_be_visible()
        assert "QPLV" not in page.content()
    now.keyboard.press("h")
    expect(code).to_be_visible()
    switch.click()
    expect(late.get_by_role("img", name="Room code: Q P L V")).to_be_visible()
    expect(code).to_be_visible()


def test_with_a_hidden_code_each_night_begins_hidden(night: Scenes, watch: Watch) -> None:
    page = watch(night.server.url).open(f"/overlay?code=hidden#t={night.hana.token}")
    show = page.get_by_role("button", name="Show the room code")
    for _ in range(2):
        night.begin()
        night.lobby(code=None)
        expect(show).to_be_visible()
        night.hide_overlay_code(True)
        night.hide_overlay_code(False)
        expect(page.get_by_role("img", name="Room code")).to_be_visible()
        night.finish()
        night.close()
