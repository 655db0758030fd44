"""What a host types into the console: keys, codes, wishes. What is wrong is told in words, and nothing is lost."""

from playwright.sync_api import Route, expect

from tests.browser.conftest import Watch
from tests.browser.console import REFUSED, a_host, a_room, card, heading, way
from tests.support.scenes import Scenes


def test_hosts_who_start_a_night_at_once_share_one(night: Scenes, watch: Watch) -> None:
    viewer, page = a_host(night, watch)
    viewer.expects(REFUSED)
    expect(heading(page, "Welcome")).to_be_visible()

    def begin_first(route: Route) -> None:
        night.begin()
        route.continue_()

    # The page hears of the other night only after it has asked for its own.
    page.route("**/api/sessions", begin_first, times=1)
    page.get_by_role("button", name="Start the night").click()
    expect(heading(page, "Friday night")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_wrong_key_is_refused_and_too_many_have_to_wait(night: Scenes, watch: Watch) -> None:
    viewer = watch(night.server.url)
    viewer.expects(REFUSED)
    page = viewer.open("/")
    field = page.get_by_label("Admin key or host token")
    expect(field).to_be_focused()
    field.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Type or paste the key first.")
    for _ in range(5):
        field.fill("not-the-key-of-this-server")
        with page.expect_response("**/api/auth/session"):
            field.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("t the admin key.")
        expect(field).to_be_focused()
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Too many wrong keys.")


def test_a_host_token_logs_in_from_its_link_and_out_when_it_is_revoked(night: Scenes, watch: Watch) -> None:
    made = night.hana.ok(night.hana.post("/api/tokens", json={"name": "Omar", "scope": "host"}))
    viewer = watch(night.server.url)
    viewer.expects(REFUSED, "WebSocket")
    page = viewer.open(f"/#token={made['token']}")
    expect(heading(page, "Welcome")).to_be_visible()
    page.get_by_role("button", name="Start the night").click()
    expect(heading(page, "Tonight")).to_be_visible()
    night.hana.ok(night.hana.delete(f"/api/tokens/{made['id']}"))
    expect(page.get_by_label("Admin key or host token")).to_be_visible()


def test_a_room_code_is_checked_as_it_is_typed(night: Scenes, watch: Watch) -> None:
    night.begin()
    night.hana.a_game(night.session["id"], 1)
    _, page = a_host(night, watch)
    field = card(page, "Now playing").get_by_role("textbox", name="Room code")
    alert = card(page, "Now playing").get_by_role("alert")
    field.press_sequentially("ab")
    expect(alert).to_have_count(0)
    field.press("Enter")
    expect(alert).to_have_text("A room code has four letters.")
    field.press_sequentially("ö")
    expect(alert).to_have_text("Use only letters A to Z and digits.")
    field.fill("")
    field.fill(" x9-z1 ")
    expect(field).to_have_value("X9Z1")
    expect(alert).to_have_count(0)
    field.fill("x9z12")
    expect(alert).to_have_text("A room code has four letters. This one has more.")
    # What is put in the middle stays there, and so does the cursor.
    field.fill("acd")
    field.press("Home")
    field.press("ArrowRight")
    field.press("b")
    field.press("9")
    expect(field).to_have_value("AB9CD")


def test_a_code_that_says_no_game_is_explained(night: Scenes, watch: Watch) -> None:
    night.begin()
    viewer, page = a_host(night, watch)
    viewer.expects(REFUSED)
    way(page, "Room code")
    field = page.get_by_label("The code on the game")
    alert = card(page, "The next game").get_by_role("alert")
    field.fill("gone")
    field.press("Enter")
    expect(alert).to_contain_text("no room GONE. Check the code")
    expect(field).to_be_focused()

    a_room(night, "NEWX", app_tag="a-game-to-come")
    field.fill("newx")
    field.press("Enter")
    expect(alert).to_contain_text("goes by its name (a-game-to-come)")
    page.get_by_label("Search by title, pack or chat code").fill("quiplash 3")
    page.get_by_role("button", name="Play Quiplash 3 ·").first.click()
    expect(card(page, "Now playing").get_by_role("img", name="Room code: N E W X")).to_be_visible()


def test_a_code_of_a_game_in_several_packs_asks_which(night: Scenes, watch: Watch) -> None:
    for pack in ("One pack", "Another pack"):
        facts = {"pack_name": pack, "title": "Twins", "min_players": 1, "max_players": 8, "app_tags": ["twins"]}
        night.hana.ok(night.hana.post("/api/games", json=facts))
    night.begin()
    a_room(night, "TWIN", app_tag="twins")
    viewer, page = a_host(night, watch)
    viewer.expects(REFUSED)
    way(page, "Room code")
    page.get_by_label("The code on the game").fill("twin")
    page.get_by_role("button", name="Find the game").click()
    expect(page.get_by_text("Twins is in several packs.")).to_be_visible()
    page.get_by_role("button", name="Play Twins · Another pack").click()
    playing = card(page, "Now playing")
    expect(playing.get_by_text("Another pack")).to_be_visible()
    expect(playing.get_by_role("img", name="Room code: T W I N")).to_be_visible()


def test_wishes_narrow_the_draw_until_nothing_fits(night: Scenes, watch: Watch) -> None:
    night.begin()
    viewer, page = a_host(night, watch)
    viewer.expects(REFUSED)
    page.get_by_text("Wishes", exact=True).click()
    page.get_by_role("radio", name="Only these").check()
    page.get_by_text("Only from these packs").click()
    page.get_by_label("The Jackbox Party Pack 3", exact=True).check()
    page.get_by_role("button", name="Pick three games").click()
    expect(page.get_by_role("button", name="Play this one: Tee K.O.")).to_be_visible()
    expect(page.get_by_text("Wishes · 2 set")).to_be_visible()
    people = page.get_by_label("How many are here?")
    people.fill("99")
    people.press("Enter")
    page.get_by_role("button", name="Pick again").click()
    expect(card(page, "The next game").get_by_role("alert")).to_contain_text("No game fits")
    people.fill("1000")
    people.press("Enter")
    expect(people).to_have_value("99")


def test_the_room_says_how_many_are_here(night: Scenes, watch: Watch) -> None:
    night.begin()
    night.lobby()
    _, page = a_host(night, watch)
    page.get_by_text("Same as the room: 5").click()
    expect(page.get_by_label("How many are here?")).to_have_value("5")
    with page.expect_request("**/api/pick") as request:
        page.get_by_role("button", name="Pick three games").click()
    assert '"playerCount":"live"' in (request.value.post_data or "")
    night.join("FINN")
    expect(page.get_by_label("How many are here?")).to_have_value("6")
