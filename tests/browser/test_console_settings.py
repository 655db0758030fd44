"""The settings, in the console: tokens and how they end, language and appearance."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Watch
from tests.browser.console import MARKUP, a_past_night, console, open_pack
from tests.support.browser import everybody_can_use
from tests.support.clients import Host, a_token
from tests.support.server import Served


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
    expect(stream.get_by_text("token has expired or was revoked")).to_be_visible()
    expect(page.get_by_text(re.compile("Revoked"))).to_be_visible()
    assert [token["name"] for token in hana.get("/api/tokens").json() if token["revoked_at"]] == [MARKUP]


def test_a_bots_token_comes_with_a_command_that_votes(server: Served, hana: Host, watch: Watch) -> None:
    page = console(watch(server.url), "settings")
    page.get_by_role("button", name="Make a token").click()
    dialog = page.get_by_role("dialog", name="Make a token")
    dialog.get_by_label("Name").fill("Bix")
    dialog.get_by_label("Bot").check()
    dialog.get_by_label("Days until it expires").fill("0")
    dialog.get_by_role("button", name="Make it").click()
    expect(dialog.get_by_role("alert")).to_contain_text("1 to 3650")
    dialog.get_by_label("Days until it expires").fill("7")
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
    shelf.get_by_label("Dirty Drawful in the mix").uncheck()
    expect(shelf).to_contain_text("2 of 3 in the mix")
    expect(page.get_by_role("button", name="Add a game")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Edit"))).to_have_count(0)
    page.goto("/#/history/1")
    expect(page.get_by_role("link", name="Save as text")).to_be_visible()
    expect(page.get_by_role("button", name="Delete this night")).to_have_count(0)
    page.goto("/#/settings")
    expect(page.get_by_text("Only someone with the admin key can make tokens.")).to_be_visible()
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


def test_everybody_can_use_the_settings(server: Served, hana: Host, watch: Watch) -> None:
    hana.ok(hana.post("/api/tokens", json={"name": "W" * 64, "scope": "read"}))
    page = console(watch(server.url), "settings")
    page.get_by_text("s well.").wait_for()
    page.get_by_role("heading", name="W" * 64).wait_for()
    everybody_can_use(page)
    page.get_by_role("button", name="Make a token").click()
    everybody_can_use(page)
