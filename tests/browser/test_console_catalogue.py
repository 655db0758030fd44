"""The catalogue, in the console: its games are found, switched, edited, by one host or two."""

from playwright.sync_api import expect

from tests.browser.conftest import Watch
from tests.browser.console import MARKUP, console, edit, games, open_pack
from tests.support.browser import PHONE, everybody_can_use
from tests.support.clients import Host
from tests.support.server import Served


def test_a_symbol_that_is_taken_is_said_at_its_field(server: Served, hana: Host, watch: Watch) -> None:
    drawful, fibbage = games(hana)[5], games(hana)[6]
    viewer = watch(server.url)
    viewer.expects("409")
    page = console(viewer, "catalogue")
    page.get_by_label("Search games").fill(drawful["title"])
    dialog = edit(page, drawful["title"])
    symbol = dialog.get_by_label("Chat code")
    symbol.fill(fibbage["symbol"].lower())
    dialog.get_by_role("button", name="Save").click()
    expect(symbol).to_have_attribute("aria-invalid", "true")
    expect(symbol).to_be_focused()
    expect(dialog.get_by_role("alert")).to_contain_text(f"is the chat code of “{fibbage['title']}”")
    assert games(hana)[5] == drawful
    symbol.fill("qqzz")
    dialog.get_by_label("Minutes").fill("44")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("listitem").filter(has_text="QQZZ")).to_contain_text("44 minutes")
    assert games(hana)[5] == drawful | {"symbol": "QQZZ", "ticker": "QQZZ", "length_minutes": 44}


def test_a_form_asks_for_what_is_missing_before_it_sends(server: Served, hana: Host, watch: Watch) -> None:
    page = console(watch(server.url), "catalogue")
    page.get_by_role("button", name="Add a game").click()
    dialog = page.get_by_role("dialog", name="Add a game")
    dialog.get_by_label("Minutes").fill("ten")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_have_count(5)
    expect(dialog.get_by_label("Title")).to_be_focused()
    dialog.get_by_label("Title").fill(MARKUP)
    dialog.get_by_label("Pack").fill("House Games")
    dialog.get_by_label("Fewest players").fill("2")
    dialog.get_by_label("Most players").fill("6")
    dialog.get_by_label("Minutes").fill("")
    dialog.get_by_label("Family friendly").select_option("setting")
    dialog.get_by_label("Names in the room service").fill("mime  mime-2;mime3")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    open_pack(page, "House Games")
    expect(page.get_by_role("button", name=f"Edit {MARKUP}")).to_have_text(MARKUP)
    added = next(game for game in games(hana) if game["title"] == MARKUP)
    assert added["app_tags"] == ["mime", "mime-2", "mime3"]
    assert (added["family_friendly"], added["family_friendly_setting"]) == (1, 1)


def test_two_hosts_see_each_others_changes_of_the_catalogue(server: Served, hana: Host, watch: Watch) -> None:
    first, second = (console(watch(server.url), "catalogue") for _ in range(2))
    pack = "The Jackbox Party Pack 4"
    shelves = [open_pack(page, pack) for page in (first, second)]
    title = "Survive the Internet"
    for shelf in shelves:
        expect(shelf.get_by_label(f"{title} in the mix")).to_be_checked()
    shelves[0].get_by_label(f"{title} in the mix").uncheck()
    expect(shelves[1].get_by_label(f"{title} in the mix")).not_to_be_checked()
    expect(shelves[1]).to_contain_text("4 of 5 in the mix")
    shelves[1].get_by_role("group", name=f"How often {pack} gets picked").get_by_label("More often").check()
    expect(
        shelves[0].get_by_role("group", name=f"How often {pack} gets picked").get_by_label("More often")
    ).to_be_checked()
    shelves[1].get_by_label(f"All games of {pack} in the mix").check()
    expect(shelves[0]).to_contain_text("5 of 5 in the mix")
    edit(second, title).get_by_role("button", name="Remove").click()
    second.get_by_role("dialog", name=f"Remove {title}?").get_by_role("button", name="Remove").click()
    expect(shelves[0]).to_contain_text("4 of 4 in the mix")
    assert title not in {game["title"] for game in games(hana)}


def test_what_the_server_refuses_is_taken_back(server: Served, hana: Host, watch: Watch) -> None:
    viewer = watch(server.url)
    viewer.expects("404")
    page = console(viewer, "catalogue")
    shelf = open_pack(page, "The Jackbox Party Pack 4")
    switch = shelf.get_by_label("Civic Doodle in the mix")
    game_id = next(game["id"] for game in games(hana) if game["title"] == "Civic Doodle")
    with page.expect_request_finished(lambda request: "toggle" in request.url):
        page.route("**/toggle", lambda route: route.continue_(url=f"{server.url}/api/games/9999/toggle"))
        switch.uncheck(force=True)
    expect(switch).to_be_checked()
    expect(page.get_by_text("This game is not on your list any more.")).to_be_visible()
    assert hana.get(f"/api/games/{game_id}").json()["enabled"] == 1


def test_of_five_hundred_games_only_those_looked_at_are_made(server: Served, hana: Host, watch: Watch) -> None:
    header = "Game Pack,Game Title,Min. Players,Max. Players,Length,Audience,Family Friendly?,Game Type,Secondary Type"
    rows = [f"Homemade,Game {number:03},2,8,15,No,Yes,Trivia," for number in range(500)]
    hana.ok(hana.post("/api/games/import/csv", json={"csvData": "\n".join([header, *rows])}))
    page = console(watch(server.url, size=PHONE), "catalogue")
    shelf = open_pack(page, "Homemade")
    rows_of = shelf.get_by_role("listitem")
    expect(shelf.get_by_role("button", name="Edit Game 000")).to_be_visible()
    assert rows_of.count() < 200
    page.get_by_label("Search games").fill("game 499")
    expect(page.get_by_text("1 game found")).to_be_visible()
    expect(page.get_by_role("button", name="Edit Game 499")).to_be_visible()


def test_filters_leave_what_fits(server: Served, watch: Watch) -> None:
    page = console(watch(server.url), "catalogue")
    page.get_by_label("Search games").fill("dont KNOW jack")
    expect(page.get_by_text("2 games found")).to_be_visible()
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("How many play").fill("8")
    expect(page.get_by_text("1 game found")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    page.get_by_label("Search games").fill("no game is called so")
    expect(page.get_by_text("No game fits")).to_be_visible()


def test_a_game_is_switched_and_edited_with_the_keyboard_alone(server: Served, hana: Host, watch: Watch) -> None:
    page = console(watch(server.url), "catalogue")
    expect(page.get_by_text("72 of 72")).to_be_visible()

    def tab_to(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            focused = page.evaluate(
                "(document.activeElement.ariaLabel ?? '') + (document.activeElement.labels?.[0]?.textContent ?? '') +"
                " document.activeElement.textContent"
            )
            if name in focused:
                return
        raise AssertionError(f"Tab never reached {name}")

    tab_to("The Jackbox Naughty Pack")
    page.keyboard.press("Enter")
    tab_to("Edit Dirty Drawful")
    tab_to("Dirty Drawful in the mix")
    with page.expect_response("**/toggle"):
        page.keyboard.press("Space")
    tab_to("As usual")
    with page.expect_response("**/favor"):
        page.keyboard.press("ArrowRight")
    expect(
        page.get_by_role("group", name="How often Dirty Drawful gets picked").get_by_label("More often")
    ).to_be_checked()
    page.get_by_role("button", name="Edit Dirty Drawful").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Edit a game")
    tab_to("Minutes")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Edit Dirty Drawful")).to_be_focused()
    game = next(each for each in games(hana) if each["title"] == "Dirty Drawful")
    assert (game["enabled"], game["favor_bias"], game["length_minutes"]) == (0, 1, 7)


def test_everybody_can_use_the_catalogue(server: Served, hana: Host, watch: Watch) -> None:
    hana.ok(hana.put("/api/games/1", json={"title": f"{MARKUP} {'very ' * 20}long"}))
    page = console(watch(server.url), "catalogue")
    open_pack(page, "The Jackbox Party Pack")
    page.get_by_role("button", name="Filters").click()
    everybody_can_use(page)
    edit(page, "Fibbage XL")
    everybody_can_use(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Import a file").click()
    page.get_by_label("Replace them").check()
    everybody_can_use(page)
