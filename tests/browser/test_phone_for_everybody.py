"""The phone page in each language and look, by keyboard, by program, and without scripts."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.phone import Phone, down, shows, shows_votes, up
from tests.support.browser import everybody_can_use
from tests.support.clients import Host
from tests.support.server import Served


@pytest.mark.parametrize(
    ("locale", "waiting", "voted"),
    [
        ("de-AT", "Noch kein Spieleabend", "1 Stimme dafür, 0 Stimmen dagegen"),
        ("es-MX", "Todavía no hay noche de juegos", "1 voto a favor, 0 votos en contra"),
    ],
)
def test_the_page_speaks_the_language_of_the_browser(
    locale: str, waiting: str, voted: str, phone: Phone, hana: Host
) -> None:
    page = phone(locale=locale)
    shows(page, waiting)
    assert page.locator("html").get_attribute("lang") == locale[:2]
    hana.a_game(hana.a_session()["id"], 1)
    page.locator("button[aria-pressed]").first.click()
    expect(page.get_by_role("img", name=voted)).to_be_visible()


def test_a_language_and_a_look_can_be_chosen_and_stay(phone: Phone) -> None:
    page = phone()
    page.get_by_label("Language").select_option("Deutsch")
    shows(page, "Noch kein Spieleabend")
    page.get_by_label("Aussehen").select_option("Dunkel")
    page.reload()
    shows(page, "Noch kein Spieleabend")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_the_keyboard_alone_is_enough(phone: Phone, hana: Host) -> None:
    hana.a_game(hana.a_session()["id"], 1, room_code="QPLV")
    page = phone()
    expect(up(page)).to_be_visible()
    for control in (page.get_by_role("link"), page.get_by_role("button", name="Copy code"), up(page), down(page)):
        page.keyboard.press("Tab")
        expect(control).to_be_focused()
    page.keyboard.press("Space")
    shows_votes(page, 0, 1)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Your nickname")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    expect(page.locator("footer strong")).to_have_text("Ada")


def test_everybody_can_use_each_state_of_the_page(phone: Phone, hana: Host) -> None:
    page = phone()

    def must_be_good(heading: str) -> None:
        shows(page, heading)
        everybody_can_use(page)

    must_be_good("No game night yet")
    session = hana.a_session()
    must_be_good("What comes next?")
    first = hana.a_game(session["id"], 1, room_code="WWWW")
    hana.ok(hana.patch(f"/api/sessions/{session['id']}/games/{first['id']}/player-count", json={"player_count": 8}))
    must_be_good(first["title"])
    for button, votes in ((up(page), (1, 0)), (down(page), (0, 1))):
        button.click()
        shows_votes(page, *votes)
        must_be_good(first["title"])
    long = {"pack_name": "P" * 60, "title": "Donaudampfschifffahrtsgesellschaftskapitän" * 2}
    made = hana.ok(hana.post("/api/games", json=long | {"min_players": 2, "max_players": 8}))
    hana.a_game(session["id"], made["id"])
    must_be_good(long["title"])
    page.get_by_role("button", name="Change").click()
    must_be_good(long["title"])
    page.get_by_role("button", name="Close").click()
    hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    must_be_good("Thanks, that was the night!")


def test_a_phone_can_install_the_page(phone: Phone) -> None:
    page = phone()
    tools = page.context.new_cdp_session(page)
    assert tools.send("Page.getAppManifest")["errors"] == []
    hindrances = {each["errorId"] for each in tools.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert hindrances <= {"in-incognito"}, "a window of the tests is an incognito one, which some browsers count"


def test_without_scripts_the_page_says_what_is_missing(browser: Browser, server: Served) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/play")
    for language, words in (("en", "needs JavaScript"), ("de", "braucht JavaScript"), ("es", "necesita JavaScript")):
        expect(page.locator(f"p[lang={language}]")).to_contain_text(words)
    context.close()
