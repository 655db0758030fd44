"""Guests vote on their phones: what counts, and what they see of it."""

from playwright.sync_api import Route, expect

from tests.browser.conftest import Watch
from tests.browser.phone import Phone, down, is_pressed, is_settled, shows, shows_votes, up
from tests.support.browser import PHONE
from tests.support.clients import Host
from tests.support.server import Served, served

VOTES = "**/api/votes/live"


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
    requests: list[str] = []
    viewer.context.on("request", lambda request: requests.append(request.url) if "/me/votes" in request.url else None)
    page = viewer.open("/play")
    up(page).click()
    shows_votes(page, 1, 0)
    for number in range(3):
        hana.ok(hana.vote(f"viewer {number}"))
        shows_votes(page, 2 + number, 0)
    assert len(requests) == 1


def test_a_vote_that_does_not_get_through_is_taken_back(watch: Watch, server: Served, hana: Host) -> None:
    hana.a_game(hana.a_session()["id"], 1)
    viewer = watch(server.url, size=PHONE)
    page = viewer.open("/play")
    up(page).click()
    shows_votes(page, 1, 0)
    viewer.expects("ERR_FAILED")
    page.route(VOTES, lambda route: route.abort())
    down(page).click()
    expect(page.get_by_text("reach the server. Nothing has changed")).to_be_visible()
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
        expect(page.get_by_text("Too late for a vote: that game is over.")).to_be_visible()
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
