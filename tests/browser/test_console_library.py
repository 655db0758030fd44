"""What outlives a night, in the console: the catalogue, the history, the settings."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from gamenight.core.clock import to_text
from tests.browser.conftest import Watch
from tests.support.browser import (
    PHONE,
    Situation,
    Viewer,
    looks,
    must_have_no_axe_violations,
    must_not_scroll_sideways,
    with_text_size,
)
from tests.support.clients import Host, a_token
from tests.support.server import ADMIN_KEY, Served

MARKUP = "<b>Bold</b> & <img src=x onerror=alert(1)>"
IS_COLUMN = re.compile(r"[A-Z]")


def console(viewer: Viewer, view: str, secret: str = f"key={ADMIN_KEY}") -> Page:
    """The console's view, for somebody who logs in with this."""
    page = viewer.open(f"/#{secret}")
    page.get_by_role("navigation", name="Views").wait_for()
    page.goto(f"/#/{view}")
    page.get_by_role("heading", level=1).wait_for()
    return page


def open_pack(page: Page, name: str) -> Locator:
    shelf = page.get_by_role("region", name=name, exact=True)
    shelf.get_by_role("button", expanded=False).click()
    return shelf


def edit(page: Page, title: str) -> Locator:
    page.get_by_role("button", name=f"Edit {title}", exact=True).click()
    return page.get_by_role("dialog", name="Edit a game")


def games(hana: Host) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = hana.get("/api/games").json()
    return found


def a_past_night(hana: Host, notes: str | None = None, *game_ids: int) -> dict[str, Any]:
    session = hana.a_session(notes)
    for game_id in game_ids:
        hana.a_game(session["id"], game_id)
    return hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))


def csv_file(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def import_csv(page: Page, content: bytes | Path, *, replace: bool = False) -> Locator:
    page.get_by_role("button", name="Import a file").click()
    dialog = page.get_by_role("dialog", name="Import games from a file")
    file = content if isinstance(content, Path) else {"name": "games.csv", "mimeType": "text/csv", "buffer": content}
    dialog.get_by_label("CSV file").set_input_files(file)  # type: ignore[arg-type]
    if replace:
        dialog.get_by_label("Replace them").check()
        expect(dialog.get_by_role("button", name="Import")).to_be_disabled()
        dialog.get_by_label(re.compile("may leave")).check()
    dialog.get_by_role("button", name="Import").click()
    return dialog


def test_a_catalogue_saved_as_a_file_is_read_back_and_changes_nothing(
    server: Served, hana: Host, watch: Watch, tmp_path: Path
) -> None:
    hana.ok(hana.patch("/api/games/3/favor", json={"favor_bias": -1}))
    hana.ok(hana.patch("/api/games/4/toggle"))
    before = games(hana)
    page = console(watch(server.url), "catalogue")
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as a file").click()
    download.value.save_as(tmp_path / "games.csv")
    dialog = import_csv(page, tmp_path / "games.csv")
    expect(dialog).to_contain_text(f"{len(before)} games as they were")
    assert games(hana) == before


def test_a_file_in_place_of_the_catalogue_takes_all_others_out(server: Served, hana: Host, watch: Watch) -> None:
    page = console(watch(server.url), "catalogue")
    rows = list(csv.DictReader(io.StringIO(hana.get("/api/games/export/csv").text)))[:2]
    dialog = import_csv(page, csv_file(rows), replace=True)
    expect(dialog).to_contain_text(f"{72 - 2} games removed")
    dialog.get_by_role("button", name="Close").last.click()
    expect(page.get_by_text("2 of 2 games are in the draw")).to_be_visible()


def test_a_wrong_line_of_a_file_is_shown_and_nothing_is_imported(server: Served, hana: Host, watch: Watch) -> None:
    before = games(hana)
    viewer = watch(server.url)
    viewer.expects("400")
    page = console(viewer, "catalogue")
    rows = list(csv.DictReader(io.StringIO(hana.get("/api/games/export/csv").text)))[:3]
    rows[1]["Min. Players"] = "many"
    dialog = import_csv(page, csv_file(rows), replace=True)
    refusal = dialog.get_by_role("alert")
    expect(refusal).to_contain_text("Nothing was imported")
    expect(refusal).to_contain_text("Line 3, column Min. Players")
    expect(refusal.locator("pre")).to_contain_text(rows[1]["Game Title"])
    assert games(hana) == before


def test_a_symbol_that_is_taken_is_said_at_its_field(server: Served, hana: Host, watch: Watch) -> None:
    drawful, fibbage = games(hana)[5], games(hana)[6]
    viewer = watch(server.url)
    viewer.expects("409")
    page = console(viewer, "catalogue")
    page.get_by_label("Search games").fill(drawful["title"])
    dialog = edit(page, drawful["title"])
    symbol = dialog.get_by_label("Symbol for votes in chat")
    symbol.fill(fibbage["symbol"].lower())
    dialog.get_by_role("button", name="Save").click()
    expect(symbol).to_have_attribute("aria-invalid", "true")
    expect(symbol).to_be_focused()
    expect(dialog.get_by_role("alert")).to_contain_text(f'is the symbol of "{fibbage["title"]}"')
    assert games(hana)[5] == drawful
    symbol.fill("qqzz")
    dialog.get_by_label("Minutes").fill("44")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("listitem").filter(has_text="QQZZ")).to_contain_text("44 minutes")
    assert games(hana)[5] == drawful | {"symbol": "QQZZ", "length_minutes": 44}


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
    dialog.get_by_label("Names at the room service").fill("mime  mime-2;mime3")
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
        expect(shelf.get_by_label(f"{title} in the draw")).to_be_checked()
    shelves[0].get_by_label(f"{title} in the draw").uncheck()
    expect(shelves[1].get_by_label(f"{title} in the draw")).not_to_be_checked()
    expect(shelves[1]).to_contain_text("4 of 5 in the draw")
    shelves[1].get_by_role("group", name=f"How often {pack} is drawn").get_by_label("More often").check()
    expect(
        shelves[0].get_by_role("group", name=f"How often {pack} is drawn").get_by_label("More often")
    ).to_be_checked()
    shelves[1].get_by_label(f"All games of {pack} in the draw").check()
    expect(shelves[0]).to_contain_text("5 of 5 in the draw")
    edit(second, title).get_by_role("button", name="Remove").click()
    second.get_by_role("dialog", name=f"Remove {title}?").get_by_role("button", name="Remove").click()
    expect(shelves[0]).to_contain_text("4 of 4 in the draw")
    assert title not in {game["title"] for game in games(hana)}


def test_what_the_server_refuses_is_taken_back(server: Served, hana: Host, watch: Watch) -> None:
    viewer = watch(server.url)
    viewer.expects("404")
    page = console(viewer, "catalogue")
    shelf = open_pack(page, "The Jackbox Party Pack 4")
    switch = shelf.get_by_label("Civic Doodle in the draw")
    game_id = next(game["id"] for game in games(hana) if game["title"] == "Civic Doodle")
    with page.expect_request_finished(lambda request: "toggle" in request.url):
        page.route("**/toggle", lambda route: route.continue_(url=f"{server.url}/api/games/9999/toggle"))
        switch.uncheck(force=True)
    expect(switch).to_be_checked()
    expect(page.get_by_text("There is no game 9999")).to_be_visible()
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
    tab_to("Dirty Drawful in the draw")
    page.keyboard.press("Space")
    tab_to("As usual")
    page.keyboard.press("ArrowRight")
    expect(
        page.get_by_role("group", name="How often Dirty Drawful is drawn").get_by_label("More often")
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


def test_an_overlay_lives_as_long_as_its_token(server: Served, hana: Host, watch: Watch) -> None:
    session = hana.a_session()
    hana.a_game(session["id"], 20, room_code="QPLV")
    viewer = watch(server.url)
    page = console(viewer, "settings")
    page.get_by_role("button", name="Make a token").click()
    dialog = page.get_by_role("dialog", name="Make a token")
    dialog.get_by_role("button", name="Make it").click()
    expect(dialog.get_by_role("alert")).to_have_text("Give it a name.")
    dialog.get_by_label("Name").fill(MARKUP)
    dialog.get_by_role("button", name="Make it").click()
    address = dialog.get_by_label("Address for OBS").input_value()
    assert address.startswith(f"{server.url}/overlay#t=")
    viewer.context.grant_permissions(["clipboard-read", "clipboard-write"])
    dialog.get_by_role("button", name="Copy").first.click()
    expect(dialog.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address
    dialog.get_by_role("button", name="I have it").click()
    expect(page.get_by_role("heading", name=f"{MARKUP} Overlay")).to_be_visible()
    expect(page.get_by_text("Not used yet")).to_be_visible()

    stream = watch(server.url).open(address.removeprefix(server.url))
    expect(stream.get_by_text("Survive the Internet")).to_be_visible()
    page.get_by_role("button", name=f"Revoke {MARKUP}").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(stream.get_by_text("The token of this overlay is no longer valid")).to_be_visible()
    expect(page.get_by_text(re.compile("Revoked"))).to_be_visible()
    assert [token["name"] for token in hana.get("/api/tokens").json() if token["revoked_at"]] == [MARKUP]


def test_a_bots_token_comes_with_a_command_that_votes(server: Served, hana: Host, watch: Watch) -> None:
    page = console(watch(server.url), "settings")
    page.get_by_role("button", name="Make a token").click()
    dialog = page.get_by_role("dialog", name="Make a token")
    dialog.get_by_label("Name").fill("Bix")
    dialog.get_by_label("Bot").check()
    dialog.get_by_label("Good for how many days").fill("0")
    dialog.get_by_role("button", name="Make it").click()
    expect(dialog.get_by_role("alert")).to_contain_text("1 to 3650")
    dialog.get_by_label("Good for how many days").fill("7")
    dialog.get_by_role("button", name="Make it").click()
    expect(dialog.get_by_label("A vote as a command")).to_have_value(re.compile("^curl -X POST .*/api/votes/live"))
    token = dialog.get_by_label("The token").input_value()
    session = hana.a_session()
    hana.a_game(session["id"])
    with Host(server.url, headers={}) as bix:
        bix.headers["Authorization"] = f"Bearer {token}"
        assert bix.ok(bix.vote("Pia"))["changed"] is True


def test_a_host_token_logs_in_and_leaves_alone_what_outlives_the_night(
    server: Served, hana: Host, watch: Watch
) -> None:
    a_past_night(hana, "Friday", 3)
    page = console(watch(server.url), "catalogue", f"token={a_token(hana, 'host')}")
    shelf = open_pack(page, "The Jackbox Naughty Pack")
    shelf.get_by_label("Dirty Drawful in the draw").uncheck()
    expect(shelf).to_contain_text("2 of 3 in the draw")
    expect(page.get_by_role("button", name="Add a game")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Edit"))).to_have_count(0)
    page.goto("/#/history/1")
    expect(page.get_by_role("link", name="Save as text")).to_be_visible()
    expect(page.get_by_role("button", name="Delete this night")).to_have_count(0)
    page.goto("/#/settings")
    expect(page.get_by_text("Tokens are made by whoever has the admin key.")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()


def test_language_and_appearance_are_chosen_by_hand(server: Served, watch: Watch) -> None:
    page = console(watch(server.url), "settings")
    page.get_by_label("Deutsch").check()
    expect(page.get_by_role("heading", level=1, name="Einstellungen")).to_be_visible()
    page.get_by_label("Dunkel").check()
    expect(page.locator("html")).to_have_attribute("data-appearance", "dark")
    page.reload()
    expect(page.get_by_role("heading", level=1, name="Einstellungen")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-appearance", "dark")
    expect(page.get_by_text("Ja, alles in Ordnung.")).to_be_visible()


def test_a_night_is_opened_noted_and_saved(server: Served, hana: Host, watch: Watch) -> None:
    session = hana.a_session(MARKUP)
    drawn = hana.ok(hana.post("/api/pick", json={"mode": "balanced", "sessionId": session["id"], "playerCount": 5}))
    hana.a_game(session["id"], drawn["game"]["id"], receipt=drawn["receipt"], room_code="QPLV")
    by_hand = hana.a_game(session["id"], 20, manually_added=True)
    hana.ok(hana.vote("Pia", "up", sessionGameId=by_hand["id"]))
    path = f"/api/sessions/{session['id']}/games/{by_hand['id']}/player-count"
    hana.ok(hana.patch(path, json={"player_count": 6}))
    hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    first, second = (console(watch(server.url), "history") for _ in range(2))
    night = first.get_by_role("link").filter(has_text=MARKUP)
    expect(night).to_contain_text("2 games · 6 people · 0 min")
    night.click()
    played = first.get_by_role("main").get_by_role("listitem")
    expect(played.first).to_contain_text("Room QPLV")
    expect(played.last.get_by_role("img", name="1 vote up, 0 votes down")).to_be_visible()
    played.first.get_by_role("button", name="Why this game?").click()
    expect(played.first).to_contain_text("For 5 players.")
    expect(played.last).to_contain_text("Chosen by hand")
    expect(played.last.get_by_role("button", name="Why this game?")).to_have_count(0)

    first.get_by_role("button", name="Edit notes").click()
    first.get_by_label("Notes").fill("Best night ever")
    first.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_role("link").filter(has_text="Best night ever")).to_be_visible()
    with first.expect_download() as text:
        first.get_by_role("link", name="Save as text").click()
    assert "Best night ever" in text.value.path().read_text()
    with first.expect_download() as structured:
        first.get_by_role("link", name="Save as JSON").click()
    assert json.loads(structured.value.path().read_text())["session"]["notes"] == "Best night ever"


def test_a_deleted_night_is_gone_for_all_hosts_at_once(server: Served, hana: Host, watch: Watch) -> None:
    a_past_night(hana, "The one that stays", 3)
    session = a_past_night(hana, "The one that goes", 4, 5)
    first, second, third = (
        console(watch(server.url), view) for view in (f"history/{session['id']}", "history", f"history/{session['id']}")
    )
    expect(third.get_by_role("main").get_by_role("listitem")).to_have_count(2)
    first.get_by_role("button", name="Delete this night").click()
    dialog = first.get_by_role("dialog", name="Delete this night?")
    expect(dialog).to_contain_text("2 games of this night")
    dialog.get_by_role("button", name="Cancel").click()
    assert hana.get(f"/api/sessions/{session['id']}").is_success
    first.get_by_role("button", name="Delete this night").click()
    dialog.get_by_role("button", name="Delete for good").click()
    expect(first.get_by_text("1 night", exact=True)).to_be_visible()
    expect(second.get_by_text("1 night", exact=True)).to_be_visible()
    expect(second.get_by_role("link").filter(has_text="The one that stays")).to_be_visible()
    expect(third.get_by_role("heading", name="This night was deleted.")).to_be_visible()
    assert hana.get(f"/api/sessions/{session['id']}").status_code == 404


def test_a_chat_log_becomes_votes(server: Served, hana: Host, watch: Watch) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"], 20)
    page = console(watch(server.url), f"history/{session['id']}")
    moment = to_text(datetime.now(UTC) + timedelta(milliseconds=5))
    said = [("Pia", "thisgame++"), ("Omar", "thisgame--"), ("Bix", "hello"), (MARKUP, "thisgame++")]
    log = {"chatData": [{"username": name, "message": message, "timestamp": moment} for name, message in said]}
    file = {"name": "chat.json", "mimeType": "application/json", "buffer": json.dumps(log).encode()}
    page.get_by_role("button", name="Import a chat log").click()
    dialog = page.get_by_role("dialog", name="Import a chat log")
    for new, known in ((4, 0), (0, 4)):
        dialog.get_by_label("Chat log").set_input_files(file)  # type: ignore[arg-type]
        dialog.get_by_role("button", name="Import").click()
        expect(dialog).to_contain_text(f"{new} new messages")
        expect(dialog).to_contain_text(f"{known} were known already")
        if new:
            expect(dialog.get_by_role("row", name="Survive the Internet 2 1")).to_be_visible()
        dialog.get_by_role("button", name="Close").last.click()
        expect(page.get_by_role("img", name="2 votes up, 1 vote down")).to_be_visible()
        page.get_by_role("button", name="Import a chat log").click()
    assert hana.games_of(session["id"])[0]["upvotes"] == 2
    assert game["upvotes"] == 0


def test_a_file_that_is_no_chat_log_is_refused_in_words(server: Served, hana: Host, watch: Watch) -> None:
    session = hana.a_session()
    viewer = watch(server.url)
    viewer.expects("400")
    page = console(viewer, f"history/{session['id']}")
    page.get_by_role("button", name="Import a chat log").click()
    dialog = page.get_by_role("dialog", name="Import a chat log")
    dialog.get_by_label("Chat log").set_input_files(
        {"name": "chat.json", "mimeType": "application/json", "buffer": b'{"chatData": [{"username": 5}]}'}
    )
    dialog.get_by_role("button", name="Import").click()
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    expect(dialog.get_by_role("button", name="Import")).to_be_enabled()


def test_of_many_nights_only_those_looked_at_are_made(server: Served, hana: Host, watch: Watch) -> None:
    for number in range(90):
        a_past_night(hana, f"Night {number}")
    page = console(watch(server.url, size=PHONE), "history")
    expect(page.get_by_text("90 nights")).to_be_visible()
    nights = page.get_by_role("main").get_by_role("listitem")
    expect(nights.first).to_contain_text("Night 89")
    assert nights.count() < 90
    for _ in range(6):
        nights.last.scroll_into_view_if_needed()
        if nights.count() == 90:
            break
    expect(page.get_by_role("link").filter(has_text="Night 0")).to_be_visible()


@pytest.mark.parametrize("situation", looks(), ids=lambda each: f"{each.size[0]}-{each.appearance}")
def test_everybody_can_use_what_outlives_a_night(
    situation: Situation, server: Served, hana: Host, watch: Watch
) -> None:
    session = hana.a_session(MARKUP)
    drawn = hana.ok(hana.post("/api/pick", json={"mode": "balanced", "sessionId": session["id"]}))
    hana.a_game(session["id"], drawn["game"]["id"], receipt=drawn["receipt"])
    hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    hana.ok(hana.put("/api/games/1", json={"title": f"{MARKUP} {'very ' * 20}long"}))
    hana.ok(hana.post("/api/tokens", json={"name": "W" * 64, "scope": "read"}))
    page = console(watch(server.url, size=situation.size, appearance=situation.appearance), "catalogue")

    def look() -> None:
        must_have_no_axe_violations(page)
        must_not_scroll_sideways(page)
        with_text_size(page, 200)
        must_not_scroll_sideways(page)
        with_text_size(page, 100)

    open_pack(page, "The Jackbox Party Pack")
    page.get_by_role("button", name="Filters").click()
    look()
    edit(page, "Fibbage XL")
    look()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Import a file").click()
    page.get_by_label("Replace them").check()
    look()
    page.goto("/#/history")
    page.get_by_text("1 night", exact=True).wait_for()
    look()
    page.goto(f"/#/history/{session['id']}")
    page.get_by_role("button", name="Why this game?").first.click()
    page.get_by_text("Seed of the draw").wait_for()
    look()
    page.get_by_role("button", name="Delete this night").click()
    look()
    page.goto("/#/settings")
    page.get_by_text("all is well").wait_for()
    page.get_by_role("heading", name="W" * 64).wait_for()
    look()
    page.get_by_role("button", name="Make a token").click()
    look()
