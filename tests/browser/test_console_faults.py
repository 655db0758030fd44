"""What hosts and guests rely on where several of them, or an odd night, meet the pages."""

import re

from playwright.sync_api import Page, expect

from gamenight.fake_rooms.room import Room
from tests.browser.conftest import Watch
from tests.browser.console import a_host, card, heading, way
from tests.support.browser import PHONE, must_not_scroll_sideways, with_text_size
from tests.support.scenes import Scenes

WIDE_FONT = "document.documentElement.style.letterSpacing = '0.12em'"
"""As where the page's font is missing and a wide one takes its place."""


def end_the_night(page: Page) -> None:
    page.get_by_role("button", name="End the night").click()
    page.get_by_role("dialog").get_by_role("button", name="End the night").click()
    expect(page.get_by_text("The night is over")).to_be_visible()


def test_what_is_said_to_be_on_is_what_the_card_shows_when_two_hosts_play_at_once(night: Scenes, watch: Watch) -> None:
    night.begin()
    _, page = a_host(night, watch)
    way(page, "Search")
    page.get_by_label("Search by title, pack or chat code").fill("quiplash 3")
    theirs = night.hana.get("/api/games?search=Drawful 2").json()
    other = next(game for game in theirs if game["title"] == "Drawful 2")

    with page.expect_response(re.compile(r"/api/sessions/\d+/games$")):
        page.get_by_role("button", name="Play Quiplash 3 ·").first.click()
    night.hana.a_game(night.session["id"], other["id"])
    expect(card(page, "Now playing").get_by_text("Drawful 2", exact=True)).to_be_visible()
    expect(page.get_by_text("Someone else just put on Drawful 2.")).to_be_visible()
    expect(page.get_by_text("Quiplash 3 is on.")).to_have_count(0)


def test_a_room_that_nobody_is_in_says_no_number_to_pick_for(night: Scenes, watch: Watch) -> None:
    night.begin()
    room: Room = night.rooms.open("QPLV", max_players=8)
    night.room = room
    night.game = night.hana.a_game(night.session["id"], room_code="QPLV", game_id=1)
    _, page = a_host(night, watch)
    expect(page.get_by_text("0 of 8 joined").or_(page.get_by_text("of 8 joined")).first).to_be_visible()
    expect(page.get_by_text("Same as the room")).to_have_count(0)
    page.get_by_role("button", name="Pick three games").click()
    expect(page.get_by_role("button", name=re.compile("^Play this one")).first).to_be_visible()
    night.join("FINN")
    expect(page.get_by_text("Same as the room: 1")).to_be_visible()


def test_the_next_game_keeps_its_why_though_the_page_is_loaded_anew(night: Scenes, watch: Watch) -> None:
    night.begin()
    _, page = a_host(night, watch)
    page.get_by_role("button", name="Pick three games").click()
    page.get_by_role("button", name=re.compile("^Next up: ")).first.click()
    expect(card(page, "The next game").get_by_role("region", name="Next up")).to_be_visible()
    page.get_by_role("link", name="History").click()
    page.reload()
    page.get_by_role("link", name="Tonight").click()
    card(page, "The next game").get_by_role("region", name="Next up").get_by_role("button", name="Play").click()
    expect(card(page, "Now playing").get_by_role("button", name="Played")).to_be_visible()
    *_, played = night.hana.games_of(night.session["id"])
    assert night.hana.get(f"/api/sessions/{night.session['id']}/games/{played['id']}/why").is_success


def test_the_overlay_of_tonight_leads_to_where_its_address_is_made(night: Scenes, watch: Watch) -> None:
    night.begin()
    _, page = a_host(night, watch)
    page.get_by_role("link", name="Overlay for a stream").click()
    expect(heading(page, "Settings")).to_be_visible()
    expect(page.get_by_role("button", name="Make a token")).to_be_visible()
    assert len(page.context.pages) == 1


def test_a_tie_has_the_same_answer_on_all_pages(night: Scenes, watch: Watch) -> None:
    night.begin()
    _, console = a_host(night, watch)
    phone = watch(night.server.url, size=PHONE).open("/play")
    tv = watch(night.server.url).open("/tv")
    for title, code in (("Fibbage 4", "QPLV"), ("Quiplash 3", "ABCD")):
        night.lobby(title, code)
        for page in (phone, tv):  # a page that opens after the end has no night to sum up
            expect(page.get_by_text(title, exact=True).first).to_be_visible()
        night.hana.ok(night.hana.vote(title, sessionGameId=night.game["id"]))
        night.finish()
    night.close()
    expect(console.get_by_text("Favourites, side by side:")).to_contain_text("Fibbage 4, Quiplash 3")
    expect(phone.get_by_text("Favourites of the night:")).to_contain_text("Fibbage 4, Quiplash 3")
    expect(tv.get_by_text("Favourites of the night")).to_be_visible()
    for title in ("Fibbage 4", "Quiplash 3"):
        expect(tv.locator(".stage").get_by_text(title, exact=True)).to_be_visible()


def test_the_recap_is_over_once_it_was_put_aside(night: Scenes, watch: Watch) -> None:
    night.begin()
    _, page = a_host(night, watch)
    end_the_night(page)
    expect(page.get_by_text("0 min", exact=True)).to_be_visible()
    page.get_by_role("button", name="On to the next night").click()
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="Tonight").click()
    expect(heading(page, "No game night right now")).to_be_visible()
    page.reload()
    expect(heading(page, "No game night right now")).to_be_visible()


def test_a_very_long_name_of_a_night_leaves_room_for_the_night(night: Scenes, watch: Watch) -> None:
    night.session = night.hana.a_session("A very long name of a night. " * 60)
    _, page = a_host(night, watch, size=PHONE)
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text("A very long name of a night.")
    assert title.bounding_box()["height"] < 200  # type: ignore[index]
    must_not_scroll_sideways(page)


def test_the_views_have_room_at_twice_the_text_size(night: Scenes, watch: Watch) -> None:
    night.begin()
    _, page = a_host(night, watch, size=PHONE)
    with_text_size(page, 200)
    views = page.get_by_role("navigation", name="Views")
    for name in ("Tonight", "History", "Games", "Stats", "Settings"):
        link = views.get_by_role("link", name=name)
        width, needed = link.evaluate("link => [link.clientWidth, link.scrollWidth]")
        assert needed <= width, f"{name} takes {needed} px of {width}"


def test_no_button_is_under_what_was_said_last(night: Scenes, watch: Watch) -> None:
    night.begin()
    night.lobby()
    _, page = a_host(night, watch, size=PHONE)
    card(page, "Now playing").get_by_role("button", name="Played").click()
    said = page.get_by_text("Fibbage 4 was played.")
    expect(said).to_be_visible()
    for button in page.get_by_role("main").get_by_role("button").all():
        button.click(trial=True, timeout=5000)


def test_the_tv_is_no_wider_than_its_screen_where_the_font_is_wide(night: Scenes, watch: Watch) -> None:
    page = watch(night.server.url, size=PHONE).open("/tv")
    page.evaluate(WIDE_FONT)
    must_not_scroll_sideways(page)
    night.begin()
    expect(page.get_by_text("Picking the first game")).to_be_visible()
    must_not_scroll_sideways(page)
    night.lobby()
    expect(page.get_by_text("5 of 8 joined")).to_be_visible()
    must_not_scroll_sideways(page)
    night.finish()
    expect(page.get_by_text("What shall we play next?")).to_be_visible()
    must_not_scroll_sideways(page)
