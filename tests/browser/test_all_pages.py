"""One host acts, and all pages show it. How fast they do is measured by `python -m benchmarks.pages`."""

from playwright.sync_api import expect

from tests.browser.conftest import Watch
from tests.browser.console import a_host, a_room, card, play_by_search
from tests.browser.phone import shows, shows_votes, up
from tests.support.browser import PHONE
from tests.support.scenes import Scenes


def test_what_the_host_does_is_on_the_phone_the_tv_and_the_overlay(night: Scenes, watch: Watch) -> None:
    _, console = a_host(night, watch)
    phone = watch(night.server.url, size=PHONE).open("/play")
    tv = watch(night.server.url).open("/tv")
    overlay = watch(night.server.url).open(f"/overlay#t={night.hana.token}")
    shows(phone, "No game night yet")
    console.get_by_role("button", name="Start the night").click()
    expect(tv.get_by_role("heading", level=1)).to_have_text("Picking the first game")

    play_by_search(console, "Fibbage 4")
    shows(phone, "Fibbage 4")
    expect(tv.get_by_role("heading", level=1)).to_have_text("Fibbage 4")
    expect(overlay.get_by_text("Fibbage 4", exact=True)).to_be_visible()

    room = a_room(night, "QPLV", app_tag="fourbage")
    playing = card(console, "Now playing")
    playing.get_by_role("textbox", name="Room code").fill("QPLV")
    playing.get_by_role("button", name="Save").click()
    night.rooms.do(room.join, "ADA")
    for page in (phone, tv, overlay):
        expect(page.get_by_role("img", name="Room code: Q P L V")).to_be_visible()
        expect(page.get_by_text("1 of 8 joined")).to_be_visible()

    night.rooms.do(room.start)
    up(phone).click()
    shows_votes(phone, 1, 0)
    for page in (tv, overlay):
        expect(page.get_by_role("img", name="1 vote up, 0 votes down")).to_be_visible()
    expect(playing.get_by_role("img", name="1 vote up, 0 votes down")).to_be_visible()

    playing.get_by_role("button", name="Played").click()
    shows(phone, "What comes next?")
    expect(tv.get_by_role("heading", level=1)).to_have_text("What shall we play next?")
    expect(overlay.get_by_text("Next game soon")).to_be_visible()
