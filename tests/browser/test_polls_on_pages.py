"""The room chooses: the host asks, phones tap a card, the TV shows how it stands, and the winner comes next."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Watch
from tests.browser.console import a_host, card
from tests.support.browser import PHONE, everybody_can_use
from tests.support.scenes import Scenes

TITLE = "What\u2019s next? You choose"


def option(page: Page, number: int) -> Locator:
    return page.get_by_role("region", name=TITLE).get_by_role("button").nth(number - 1)


def test_the_room_chooses_on_phones_and_sees_it_on_the_tv(night: Scenes, watch: Watch) -> None:
    night.begin()
    path = f"/api/sessions/{night.session['id']}/voting"
    _, console = a_host(night, watch)
    pia, omar = (watch(night.server.url, size=PHONE).open("/play") for _ in range(2))
    tv = watch(night.server.url).open("/tv")
    expect(tv.get_by_text("Picking the first game")).to_be_visible()
    card(console, "The next game").get_by_role("button", name="Let the room choose").click()
    expect(card(console, "The next game").get_by_role("button", name="End the vote now")).to_be_visible()
    poll = night.hana.get(path).json()["poll"]
    wanted = poll["options"][1]["label"]
    for page in (pia, omar):
        expect(option(page, 2)).to_contain_text(wanted)
        expect(page.get_by_role("timer")).to_contain_text("left")
    option(pia, 2).click()
    option(omar, 1).click()
    expect(option(omar, 1)).to_have_attribute("aria-pressed", "true")
    option(omar, 2).click()
    expect(option(omar, 2)).to_have_attribute("aria-pressed", "true")
    expect(option(omar, 1)).to_have_attribute("aria-pressed", "false")
    for page in (tv, console):
        expect(page.get_by_role("listitem").filter(has_text=wanted).first).to_contain_text("2 votes")
    pia.reload()
    expect(option(pia, 2)).to_have_attribute("aria-pressed", "true")
    card(console, "The next game").get_by_role("button", name="End the vote now").click()
    for page in (pia, omar, tv):
        expect(page.get_by_role("heading", level=1, name=wanted)).to_be_visible()
    console.get_by_role("button", name=f"Play {wanted}").click()
    expect(card(console, "Now playing").get_by_text(wanted, exact=True)).to_be_visible()
    assert night.hana.games_of(night.session["id"])[0]["source"] == "poll"


def test_everybody_can_use_a_poll(night: Scenes, watch: Watch) -> None:
    night.begin()
    night.hana.ok(
        night.hana.post(f"/api/sessions/{night.session['id']}/voting/start", json={"gameIds": [7, 20], "seconds": None})
    )
    phone = watch(night.server.url, size=PHONE).open("/play")
    expect(option(phone, 3)).to_contain_text("Something else")
    everybody_can_use(phone)
    tv = watch(night.server.url).open("/tv")
    expect(tv.get_by_text("Open until the host ends it")).to_be_visible()
    everybody_can_use(tv)
