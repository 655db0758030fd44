"""A night in the console, as a host clicks and types it: from the first run to the recap."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Watch
from tests.browser.console import REFUSED, a_host, a_room, card, heading, play_by_search, way
from tests.support.browser import PHONE, everybody_can_use
from tests.support.scenes import Scenes
from tests.support.server import ADMIN_KEY

MARKUP = "<i>Ada's</i> <script>night</script>"
ADDS_A_GAME = re.compile(r"/api/sessions/\d+/games$")


def test_a_first_night_from_the_printed_address_to_the_recap(night: Scenes, watch: Watch) -> None:
    viewer = watch(night.server.url)
    viewer.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = viewer.open(f"/#key={ADMIN_KEY}")
    expect(heading(page, "Welcome")).to_be_visible()
    assert ADMIN_KEY not in page.url

    # Which packs are there?
    expect(page.get_by_text("You own 16 packs · 72 games in the mix")).to_be_visible()
    page.get_by_role("button", name="None").click()
    expect(page.get_by_text("You own 0 packs · 0 games in the mix")).to_be_visible()
    page.get_by_label("Search packs").fill("pack 3")
    page.get_by_text("The Jackbox Party Pack 3", exact=True).click()
    expect(page.get_by_text("You own 1 pack · 5 games in the mix")).to_be_visible()
    page.get_by_label("Name the night").fill("Ada's birthday")
    page.get_by_role("button", name="Start the night").click()
    expect(heading(page, "Ada's birthday")).to_be_focused()

    # The first game is drawn.
    page.get_by_role("button", name="One person more").click()
    page.get_by_role("button", name="Pick three games").click()
    drawn = page.get_by_role("region", name="Picks")
    expect(drawn.get_by_role("listitem").filter(has=page.get_by_role("button"))).to_have_count(3)
    expect(drawn.get_by_text("New to you all").filter(visible=True).first).to_be_visible()
    with page.expect_response("**/api/pick"):
        page.get_by_role("button", name="Pick again").click()
    expect(page.get_by_role("button", name="Pick again")).to_have_attribute("aria-busy", "false")
    title = drawn.get_by_role("button", name="Play this one").first.get_attribute("aria-label")
    assert title is not None
    with page.expect_request(ADDS_A_GAME) as added:
        drawn.get_by_role("button", name="Play this one").first.click()
    assert '"source":"dice"' in str(added.value.post_data)
    playing = card(page, "Now playing")
    expect(playing.locator("p").first).to_have_text(title.removeprefix("Play this one: "))

    # Its room, of which the service says another game.
    room = a_room(night, "QPLV", app_tag="fourbage")
    field = playing.get_by_role("textbox", name="Room code")
    field.press_sequentially("q pl-v")
    expect(field).to_have_value("QPLV")
    field.press("Enter")
    expect(playing.get_by_role("img", name="Room code: Q P L V")).to_be_visible()
    expect(playing.get_by_role("alert")).to_contain_text("Room QPLV is playing Fibbage 4")
    night.rooms.do(room.join, "ADA")
    night.rooms.do(room.join, "BO")
    night.rooms.do(room.join, "CLEO")
    expect(playing.get_by_text("CLEO")).to_be_visible()
    expect(playing.get_by_text("of 8 joined", exact=True)).to_be_visible()
    expect(playing.get_by_text("Enough players")).to_contain_text("counted live")
    night.rooms.do(room.start)
    expect(playing.get_by_text("The game has begun")).to_be_visible()
    playing.get_by_role("button", name="Turn off live count").click()
    expect(playing.get_by_text("Live count is off")).to_be_visible()
    playing.get_by_text("Count by hand").click()
    playing.get_by_role("button", name="One player more").click()
    expect(playing.get_by_text("counted by hand")).to_be_visible()
    playing.get_by_role("button", name="Turn on live count").click()
    expect(playing.get_by_role("button", name="Turn off live count")).to_be_visible()

    # Votes come in.
    for name, vote in (("ada", "up"), ("bo", "up"), ("cleo", "down")):
        night.hana.ok(night.hana.post("/api/votes/live", json={"username": name, "vote": vote}))
    expect(playing.get_by_role("img", name="2 votes up, 1 vote down")).to_be_visible()
    expect(card(page, "Votes").get_by_text("2 votes up")).to_be_visible()

    # The next game says itself what it is.
    a_room(night, "NEXT", app_tag="fourbage")
    way(page, "Room code")
    page.get_by_label("The code on the game").fill("next")
    page.get_by_role("button", name="Find the game").click()
    expect(playing.get_by_text("Fibbage 4", exact=True)).to_be_focused()
    expect(playing.get_by_role("img", name="Room code: N E X T")).to_be_visible()
    playing.get_by_role("button", name="Skip").click()
    games = card(page, "Games tonight")
    expect(games.get_by_role("listitem").filter(has_text="Fibbage 4")).to_contain_text("skipped")

    # A mistake is taken back.
    games.get_by_role("button", name="Change Fibbage 4").click()
    games.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Fibbage 4 was removed.")).to_be_visible()
    expect(games.get_by_role("listitem")).to_have_count(1)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(games.get_by_role("listitem").filter(has_text="Fibbage 4")).to_contain_text("skipped")
    page.get_by_role("button", name="Undo: Fibbage 4 was skipped").click()
    expect(playing.get_by_text("Fibbage 4", exact=True)).to_be_visible()
    playing.get_by_role("button", name="Played").click()
    expect(playing.get_by_text("Between games.")).to_be_visible()

    # The end, undone once, and the recap.
    page.get_by_role("button", name="End the night").click()
    page.get_by_role("dialog").get_by_role("button", name="End the night").click()
    expect(page.get_by_text("The night is over")).to_be_visible()
    page.get_by_role("button", name="Reopen").click()
    expect(card(page, "Now playing")).to_be_visible()
    page.get_by_role("button", name="End the night").click()
    page.get_by_role("dialog").get_by_role("button", name="End the night").click()
    expect(page.get_by_text("Favourite:")).to_contain_text(title.removeprefix("Play this one: "))
    expect(page.get_by_text("3 people voted")).to_be_visible()
    page.get_by_role("button", name="Copy as text").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Ada's birthday · ")
    assert f"1. {title.removeprefix('Play this one: ')} (+2 \N{MINUS SIGN}1)\n2. Fibbage 4\n" in copied
    assert copied.endswith("Votes: 3")
    page.get_by_role("button", name="On to the next night").click()
    expect(heading(page, "No game night right now")).to_be_visible()


def test_two_hosts_see_each_others_changes(night: Scenes, watch: Watch) -> None:
    _, hana = a_host(night, watch)
    _, omar = a_host(night, watch, size=PHONE, locale="de-DE")
    expect(heading(omar, "Willkommen")).to_be_visible()
    hana.get_by_role("button", name="Start the night").click()
    expect(heading(omar, "Heute Abend")).to_be_visible()
    with hana.expect_request(ADDS_A_GAME) as added:
        play_by_search(hana, "Quiplash 3")
    assert '"source":"manual"' in str(added.value.post_data)
    theirs = card(omar, "Jetzt läuft")
    expect(theirs.get_by_text("Quiplash 3", exact=True)).to_be_visible()
    theirs.get_by_role("textbox", name="Raumcode").fill("abcd")
    theirs.get_by_role("button", name="Speichern").click()
    mine = card(hana, "Now playing")
    expect(mine.get_by_role("img", name="Room code: A B C D")).to_be_visible()
    expect(hana.get_by_role("button", name="Undo: Quiplash 3 got the room code")).to_be_visible()
    mine.get_by_role("button", name="Played").click()
    expect(theirs.get_by_text("Gerade Pause.")).to_be_visible()
    omar.get_by_role("button", name="Rückgängig: Quiplash 3 gilt als gespielt").click()
    expect(mine.get_by_text("Quiplash 3", exact=True)).to_be_visible()
    hana.get_by_role("button", name="End the night").click()
    hana.get_by_role("dialog").get_by_role("button", name="End the night").click()
    expect(omar.get_by_text("Der Abend ist vorbei")).to_be_visible()


def test_a_german_page_says_in_german_what_is_refused_and_what_is_undone(night: Scenes, watch: Watch) -> None:
    night.begin()
    game = night.hana.a_game(night.session["id"], 1)
    for pack in night.hana.get("/api/games/packs").json():
        night.hana.ok(night.hana.patch(f"/api/games/packs/{pack['name']}/toggle", json={"enabled": False}))
    viewer, page = a_host(night, watch, locale="de-DE")
    viewer.expects(REFUSED)
    next_game = card(page, "Das nächste Spiel")
    next_game.get_by_role("button", name="Drei Spiele ziehen").click()
    expect(next_game.get_by_role("alert")).to_have_text("Kein Spiel ist im Topf. Wirf unter „Spiele“ welche hinein.")
    next_game.get_by_role("radio", name="Raumcode").check()
    next_game.get_by_role("textbox", name="Der Code auf dem Bildschirm").fill("zzzz")
    next_game.get_by_role("button", name="Spiel erkennen").click()
    expect(next_game.get_by_role("alert")).to_have_text(
        "Einen Raum ZZZZ gibt es nicht. Sieh noch einmal auf den Bildschirm des Spiels."
    )
    card(page, "Jetzt läuft").get_by_role("button", name="Überspringen").click()
    page.get_by_role("button", name=f"Rückgängig: {game['title']} wurde übersprungen").click()
    expect(page.get_by_text(f"Rückgängig gemacht: {game['title']} wurde übersprungen")).to_be_visible()
    expect(card(page, "Jetzt läuft").get_by_text(game["title"], exact=True)).to_be_visible()


def test_a_night_by_the_keyboard_alone(night: Scenes, watch: Watch) -> None:
    night.begin()
    _, page = a_host(night, watch)
    keys = page.keyboard
    expect(heading(page, "Friday night")).to_be_visible()
    keys.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog.get_by_text("End the night")).to_be_visible()
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    keys.press("d")
    expect(page.get_by_role("region", name="Picks")).to_be_focused()
    keys.press("f")
    search = page.get_by_label("Search by title, pack or chat code")
    expect(search).to_be_focused()
    keys.type("quiplash 3")
    expect(page.get_by_role("button", name="Play Quiplash 3 ·").first).to_be_visible()
    keys.press("Tab")
    expect(page.get_by_role("button", name="Play Quiplash 3 ·").first).to_be_focused()
    keys.press("Enter")
    playing = card(page, "Now playing")
    expect(playing.get_by_text("Quiplash 3", exact=True)).to_be_focused()
    keys.press("c")
    expect(playing.get_by_role("textbox", name="Room code")).to_be_focused()
    # Letters that are keys elsewhere are only letters in a field.
    keys.type("spux")
    keys.press("Enter")
    expect(playing.get_by_role("img", name="Room code: S P U X")).to_be_visible()
    keys.press("s")
    expect(card(page, "Games tonight").get_by_text("skipped")).to_be_visible()
    # What it takes back comes by a request of its own.
    expect(page.get_by_role("button", name="Undo: Quiplash 3 was skipped")).to_be_visible()
    keys.press("u")
    expect(playing.get_by_text("Quiplash 3", exact=True)).to_be_visible()
    keys.press("p")
    expect(card(page, "Games tonight").get_by_text("played")).to_be_visible()
    keys.press("2")
    expect(heading(page, "History")).to_be_focused()
    keys.press("1")
    expect(heading(page, "Friday night")).to_be_focused()
    keys.press("x")
    expect(page.get_by_role("dialog", name="End the night?")).to_be_visible()
    page.get_by_role("dialog").get_by_label("Name the night").focus()
    keys.press("Enter")
    expect(page.get_by_text("The night is over")).to_be_visible()
    expect(heading(page, "Friday night")).to_be_focused()


def test_keys_can_be_switched_off(night: Scenes, watch: Watch) -> None:
    _, page = a_host(night, watch)
    expect(heading(page, "Welcome")).to_be_visible()
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("2")
    page.reload()
    expect(heading(page, "Welcome")).to_be_visible()


def test_names_and_titles_with_markup_are_text(night: Scenes, watch: Watch) -> None:
    facts = {"pack_name": "<b>pack</b>", "title": MARKUP, "min_players": 1, "max_players": 8}
    night.hana.ok(night.hana.post("/api/games", json=facts))
    night.hana.a_session(MARKUP)
    night.session = night.hana.get("/api/sessions/active").json()
    _, page = a_host(night, watch)
    expect(heading(page, MARKUP)).to_be_visible()
    night.lobby(MARKUP)
    night.join("<u>EVE</u>")
    playing = card(page, "Now playing")
    expect(playing.get_by_text("<u>EVE</u>", exact=True)).to_be_visible()
    expect(playing.get_by_text(MARKUP, exact=True)).to_be_visible()
    playing.get_by_role("button", name="Remove").click()
    expect(page.get_by_text(f"{MARKUP} was removed.")).to_be_visible()
    page.get_by_role("button", name="End the night").click()
    page.get_by_role("dialog").get_by_role("button", name="End the night").click()
    expect(heading(page, MARKUP)).to_be_visible()
    assert page.locator("main i, main b, main u, main script").count() == 0


def test_everybody_can_use_the_console_in_each_scene(night: Scenes, watch: Watch) -> None:
    _, page = a_host(night, watch)
    expect(heading(page, "Welcome")).to_be_visible()
    expect(page.get_by_text("You own 16 packs")).to_be_visible()
    everybody_can_use(page)
    night.begin()
    expect(page.get_by_text("Scan this, or type")).to_be_visible()
    page.get_by_text("Wishes", exact=True).click()
    page.get_by_role("button", name="Pick three games").click()
    page.get_by_text("Why this one?").first.click()
    everybody_can_use(page)
    night.lobby()
    expect(page.get_by_text("of 8 joined", exact=True)).to_be_visible()
    night.hana.ok(night.hana.post("/api/votes/live", json={"username": "ada", "vote": "up"}))
    expect(card(page, "Votes").get_by_text("1 vote up")).to_be_visible()
    page.get_by_role("button", name="Change Fibbage 4").click()
    everybody_can_use(page)
    page.get_by_role("button", name="End the night").click()
    everybody_can_use(page)
    page.get_by_role("dialog").get_by_role("button", name="End the night").click()
    expect(page.get_by_text("Favourite:")).to_be_visible()
    everybody_can_use(page)
