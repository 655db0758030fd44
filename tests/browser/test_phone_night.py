"""The phone page through a night, as guests have it in their hands."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from gamenight.fake_rooms.threaded import ThreadedFakeRooms, running
from tests.browser.conftest import Watch
from tests.browser.phone import MARKUP, Phone, shows, shows_votes, up
from tests.support.browser import PHONE
from tests.support.clients import Host
from tests.support.server import Served, served


@pytest.fixture
def rooms() -> Iterator[ThreadedFakeRooms]:
    with running() as fake:
        yield fake


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
        names = page.get_by_role("list", name=re.compile("^Who.s in$")).get_by_role("listitem")
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
    expect(page.get_by_text("QPLV copied.")).to_be_visible()
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
