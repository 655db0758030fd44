"""The phone page, as guests use it while a host runs the night."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from gamenight.fake_rooms.threaded import ThreadedFakeRooms, running
from tests.browser.conftest import Watch
from tests.support.browser import (
    PHONE,
    Appearance,
    must_have_no_axe_violations,
    must_not_scroll_sideways,
    with_text_size,
)
from tests.support.clients import Host
from tests.support.server import Process, Served, served

Phone = Callable[..., Page]
VOTES = "**/api/votes/live"
MARKUP = '<img src=x onerror="document.title=1">&amp;'


@pytest.fixture
def rooms() -> Iterator[ThreadedFakeRooms]:
    with running() as fake:
        yield fake


@pytest.fixture
def phone(watch: Watch, server: Served) -> Phone:
    """A guest's phone with the page open: `phone(locale="de-AT")`."""

    def opened(**situation: Any) -> Page:
        return watch(server.url, size=PHONE, **situation).open("/play")

    return opened


def up(page: Page) -> Locator:
    return page.get_by_role("button", name="I like it")


def down(page: Page) -> Locator:
    return page.get_by_role("button", name="Not for me")


def shows_votes(page: Page, upvotes: int, downvotes: int) -> None:
    words = f"{upvotes} vote{'' if upvotes == 1 else 's'} up, {downvotes} vote{'' if downvotes == 1 else 's'} down"
    expect(page.get_by_role("img", name=words, exact=True)).to_be_visible()


def is_pressed(button: Locator, *, pressed: bool = True) -> None:
    expect(button).to_have_attribute("aria-pressed", str(pressed).lower())


def shows(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()


def is_settled(page: Page) -> None:
    """That nothing is on its way to the server."""
    expect(page.get_by_text("Sending …")).to_have_count(0)


def test_two_phones_vote_and_each_sees_the_totals(phone: Phone, hana: Host) -> None:
    game = hana.a_game(hana.a_session()["id"], 1)
    pia, omar = phone(), phone()
    for page in (pia, omar):
        shows(page, game["title"])
        shows_votes(page, 0, 0)
    up(pia).click()
    for page in (pia, omar):
        shows_votes(page, 1, 0)
    down(omar).click()
    for page in (pia, omar):
        shows_votes(page, 1, 1)
    is_pressed(up(pia))
    is_pressed(down(omar))
    is_pressed(up(omar), pressed=False)


def test_a_vote_is_changed_and_taken_back(phone: Phone, hana: Host) -> None:
    hana.a_game(hana.a_session()["id"], 1)
    page = phone()
    up(page).click()
    shows_votes(page, 1, 0)
    down(page).click()
    shows_votes(page, 0, 1)
    is_pressed(up(page), pressed=False)
    down(page).click()
    shows_votes(page, 0, 0)
    is_pressed(down(page), pressed=False)


def test_whoever_presses_in_a_hurry_is_taken_at_the_last_word(phone: Phone, hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"], 1)
    page = phone()
    for button in (up(page), down(page), up(page), down(page)):
        button.click()
    shows_votes(page, 0, 1)
    is_settled(page)
    is_pressed(down(page))
    assert [(each["upvotes"], each["downvotes"]) for each in hana.games_of(session["id"])] == [(0, 1)]


def test_a_device_counts_once_in_however_many_tabs(watch: Watch, server: Served, hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"], 1)
    viewer = watch(server.url, size=PHONE)
    first = viewer.open("/play")
    up(first).click()
    shows_votes(first, 1, 0)
    first.reload()
    is_pressed(up(first))
    second = viewer.open("/play")
    is_pressed(up(second))
    first.wait_for_timeout(1000)  # the server takes one vote of a voter a second
    down(second).click()
    for page in (first, second):
        shows_votes(page, 0, 1)


def test_a_page_asks_for_its_votes_once_and_hears_of_the_rest(watch: Watch, server: Served, hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"], 1)
    viewer = watch(server.url, size=PHONE)
    asked: list[str] = []
    viewer.context.on("request", lambda request: asked.append(request.url) if "/me/votes" in request.url else None)
    page = viewer.open("/play")
    up(page).click()
    shows_votes(page, 1, 0)
    for number in range(3):
        hana.ok(hana.vote(f"viewer {number}"))
        shows_votes(page, 2 + number, 0)
    assert len(asked) == 1


def test_a_vote_that_does_not_get_through_is_taken_back(watch: Watch, server: Served, hana: Host) -> None:
    hana.a_game(hana.a_session()["id"], 1)
    viewer = watch(server.url, size=PHONE)
    page = viewer.open("/play")
    up(page).click()
    shows_votes(page, 1, 0)
    viewer.expects("ERR_FAILED")
    page.route(VOTES, lambda route: route.abort())
    down(page).click()
    expect(page.get_by_text("The server could not be reached.")).to_be_visible()
    is_pressed(up(page))
    is_pressed(down(page), pressed=False)
    page.unroute(VOTES)
    down(page).click()
    shows_votes(page, 0, 1)


def test_a_vote_that_comes_too_late_says_so(watch: Watch, database_url: str) -> None:
    with served(database_url, vote_grace_seconds=0) as server, Host(server.url) as hana:
        game = hana.a_game(hana.a_session()["id"], 1)
        viewer = watch(server.url, size=PHONE)
        page = viewer.open("/play")
        viewer.expects("409")

        def too_late(route: Route) -> None:
            hana.set_status(game, "played")
            route.continue_()

        page.route(VOTES, too_late)
        up(page).click()
        expect(page.get_by_text("That game is over, so the vote came too late.")).to_be_visible()
        expect(up(page)).to_have_count(0)
        shows(page, "What comes next?")


def test_a_game_can_be_voted_on_just_after_its_end(phone: Phone, hana: Host) -> None:
    game = hana.a_game(hana.a_session()["id"], 1)
    page = phone()
    shows(page, game["title"])
    hana.set_status(game, "played")
    shows(page, "What comes next?")
    expect(page.get_by_role("heading", name=f"How was {game['title']}?")).to_be_visible()
    up(page).click()
    expect(page.get_by_text("You liked it")).to_be_visible()
    hana.a_game(game["session_id"], 2)
    is_pressed(up(page), pressed=False)


def test_a_skipped_game_is_neither_asked_about_nor_played(phone: Phone, hana: Host) -> None:
    game = hana.a_game(hana.a_session()["id"], 1)
    page = phone()
    shows(page, game["title"])
    hana.set_status(game, "skipped")
    shows(page, "What comes next?")
    expect(up(page)).to_have_count(0)
    expect(page.get_by_text(game["title"])).to_have_count(0)


def test_the_page_comes_alive_with_the_night_and_ends_with_thanks(phone: Phone, hana: Host) -> None:
    page = phone()
    shows(page, "No game night yet")
    session = hana.a_session()
    shows(page, "What comes next?")
    first = hana.a_game(session["id"], 1)
    shows(page, first["title"])
    up(page).click()
    shows_votes(page, 1, 0)
    second = hana.a_game(session["id"], 2)
    shows(page, second["title"])
    played = page.get_by_role("list").filter(has=page.get_by_role("img", name="1 vote up, 0 votes down"))
    expect(played.get_by_text(first["title"])).to_be_visible()
    hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    shows(page, "Thanks, that was the night!")
    expect(page.get_by_text("2 games played · 1 vote")).to_be_visible()
    expect(page.get_by_text(f"Favourite of the night: {first['title']}")).to_be_visible()
    next_game = hana.a_game(hana.a_session()["id"], 3)
    shows(page, next_game["title"])


def test_a_phone_shows_who_has_joined_and_when_the_game_runs(
    watch: Watch, database_url: str, rooms: ThreadedFakeRooms
) -> None:
    with served(database_url, rooms_url=rooms.url, rooms_follow=True) as server, Host(server.url) as hana:
        room = rooms.open("QPLV", app_tag="fourbage")
        hana.ok(hana.post(f"/api/sessions/{hana.a_session()['id']}/games", json={"room_code": "QPLV"}))
        page = watch(server.url, size=PHONE).open("/play")
        expect(page.get_by_role("img", name="Room code: Q P L V")).to_be_visible()
        expect(page.get_by_text("Join now", exact=True)).to_be_visible()
        for name in ("ADA", "<b>&amp;</b>", "BEA"):
            rooms.do(room.join, name)
        expect(page.get_by_text("3 of 8 joined")).to_be_visible()
        names = page.get_by_role("list", name="Who is in").get_by_role("listitem")
        expect(names).to_have_text(["ADA", "<b>&amp;</b>", "BEA"])
        rooms.do(room.start)
        expect(page.get_by_text("The game is running")).to_be_visible()
        expect(page.get_by_text("Now playing", exact=True)).to_be_visible()


def test_the_way_in_is_the_page_that_the_server_names(watch: Watch, database_url: str) -> None:
    with served(database_url, join_url="http://games.example.org:8080/join") as server, Host(server.url) as hana:
        hana.a_game(hana.a_session()["id"], 1, room_code="QPLV")
        page = watch(server.url, size=PHONE).open("/play")
        link = page.get_by_role("link", name="Join at games.example.org:8080")
        expect(link).to_have_attribute("href", "http://games.example.org:8080/join")


def test_the_room_code_is_copied_also_where_pages_have_no_clipboard(watch: Watch, server: Served, hana: Host) -> None:
    hana.a_game(hana.a_session()["id"], 1, room_code="QPLV")
    viewer = watch(server.url, size=PHONE)
    # As on a page that came by plain HTTP from another machine.
    viewer.context.add_init_script("delete Navigator.prototype.clipboard")
    page = viewer.open("/play")
    copy = page.get_by_role("button", name="Copy code")
    copy.click()
    expect(page.get_by_text("QPLV is copied.")).to_be_visible()
    expect(copy).to_be_focused()
    page.get_by_role("button", name="Change").click()
    field = page.get_by_role("textbox", name="Your nickname")
    field.press("Control+V")
    expect(field).to_have_value("QPLV")


def test_a_nickname_stays_and_can_be_taken_back(phone: Phone) -> None:
    page = phone()
    for name, shown in ((MARKUP[:32], MARKUP[:32]), ("  Ada  ", "Ada"), ("", "No nickname yet")):
        page.get_by_role("button", name="Change").click()
        page.get_by_role("textbox", name="Your nickname").fill(name)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.locator("footer strong")).to_have_text(shown)
        page.reload()
        expect(page.locator("footer strong")).to_have_text(shown)


def test_no_guest_hears_who_voted_what(watch: Watch, server: Served, hana: Host) -> None:
    game = hana.a_game(hana.a_session()["id"], 1)
    pia, viewer = watch(server.url, size=PHONE).open("/play"), watch(server.url, size=PHONE)
    heard: list[str] = []
    viewer.context.on("response", lambda response: heard.append(response.text()) if "/api/" in response.url else None)
    omar = viewer.context.new_page()
    omar.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    omar.goto("/play")
    pia.get_by_role("button", name="Change").click()
    pia.get_by_role("textbox", name="Your nickname").fill("Pia the Secretive")
    pia.get_by_role("button", name="Save").click()
    shows(omar, game["title"])
    up(pia).click()
    shows_votes(omar, 1, 0)
    assert any("vote.received" in each for each in heard), "Omar does hear of the vote"
    assert not any("Secretive" in each for each in heard)


def test_a_phone_survives_the_server(watch: Watch, tmp_path: Path) -> None:
    server = Process("--data-dir", str(tmp_path))
    with Host(server.url) as hana:
        game = hana.a_game(hana.a_session()["id"], 1)
    viewer = watch(server.url, size=PHONE)
    page = viewer.open("/play")
    up(page).click()
    shows_votes(page, 1, 0)
    viewer.expects("ERR_CONNECTION_REFUSED", "WebSocket connection")
    server.kill()
    expect(page.get_by_text("Connection lost.")).to_be_visible()
    shows(page, game["title"])
    again = Process("--data-dir", str(tmp_path), "--port", str(server.port))
    try:
        expect(page.get_by_text("Connection lost.")).to_have_count(0, timeout=20_000)
        is_pressed(up(page))
        down(page).click()
        shows_votes(page, 0, 1)
        with Host(again.url) as hana:
            second = hana.a_game(game["session_id"], 2)
        shows(page, second["title"])
    finally:
        again.terminate()


def test_a_phone_that_slept_shows_what_it_missed(phone: Phone, hana: Host) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"], 1)
    page = phone()
    shows(page, game["title"])
    tools = page.context.new_cdp_session(page)
    tools.send("Page.setWebLifecycleState", {"state": "frozen"})
    second = hana.a_game(session["id"], 2)
    tools.send("Page.setWebLifecycleState", {"state": "active"})
    shows(page, second["title"])
    expect(page.get_by_role("list").get_by_text(game["title"])).to_be_visible()


def test_names_with_markup_are_shown_as_text(phone: Phone, hana: Host) -> None:
    names = {"pack_name": f"Pack {MARKUP}", "title": f"Game {MARKUP}"}
    made = hana.ok(hana.post("/api/games", json=names | {"min_players": 2, "max_players": 8}))
    session = hana.a_session(notes=MARKUP)
    hana.a_game(session["id"], made["id"])
    page = phone()
    shows(page, names["title"])
    expect(page.get_by_text(names["pack_name"], exact=True)).to_be_visible()
    hana.a_game(session["id"], 1)
    expect(page.get_by_role("list").get_by_text(names["title"], exact=True)).to_be_visible()
    assert page.title() == "Game night · gamenight"


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
    page.keyboard.press("Control+A")
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    expect(page.locator("footer strong")).to_have_text("Ada")


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_everybody_can_use_each_state_of_the_page(appearance: Appearance, phone: Phone, hana: Host) -> None:
    page = phone(appearance=appearance)

    def must_be_good(heading: str) -> None:
        shows(page, heading)
        with_text_size(page, 100)
        page.wait_for_timeout(300)  # colours change softly, and axe measures them
        must_have_no_axe_violations(page)
        must_not_scroll_sideways(page)
        with_text_size(page, 200)
        must_not_scroll_sideways(page)

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
    assert tools.send("Page.getInstallabilityErrors")["installabilityErrors"] == []


def test_without_scripts_the_page_says_what_is_missing(browser: Browser, server: Served) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/play")
    for language, words in (("en", "needs JavaScript"), ("de", "braucht JavaScript"), ("es", "necesita JavaScript")):
        expect(page.locator(f"p[lang={language}]")).to_contain_text(words)
    context.close()
