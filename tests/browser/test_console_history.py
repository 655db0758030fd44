"""Past nights, in the console: looked at, noted and deleted."""

import json
import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Watch
from tests.browser.console import MARKUP, a_past_night, console
from tests.support.browser import PHONE, everybody_can_use
from tests.support.clients import Host, a_token
from tests.support.server import Served


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
    expect(played.last).to_contain_text("Picked by hand")
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


def test_of_many_nights_only_those_looked_at_are_made(server: Served, hana: Host, watch: Watch) -> None:
    for number in range(90):
        a_past_night(hana, f"Night {number}")
    page = console(watch(server.url, size=PHONE), "history")
    expect(page.get_by_text("90 nights")).to_be_visible()
    nights = page.get_by_role("main").get_by_role("listitem")
    expect(nights.first).to_contain_text("Night 89")
    assert nights.count() < 90
    while (made := nights.count()) < 90:
        nights.last.scroll_into_view_if_needed()
        expect(nights).not_to_have_count(made)
    expect(page.get_by_role("link").filter(has_text="Night 0")).to_be_visible()


def nights_of(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("listitem")


def choose(page: Page, *notes: str) -> None:
    page.get_by_role("button", name="Choose several").click()
    for each in notes:
        page.get_by_role("checkbox", name=each).check()


def test_an_archived_night_is_put_away_for_all_hosts_and_can_be_fetched_back(
    server: Served, hana: Host, watch: Watch
) -> None:
    a_past_night(hana, "The one that stays", 3)
    session = a_past_night(hana, "The one that goes", 4)
    first, second = console(watch(server.url), f"history/{session['id']}"), console(watch(server.url), "history")
    expect(nights_of(second)).to_have_count(2)
    first.get_by_role("button", name="Archive").click()
    expect(first.get_by_text("This night is archived")).to_be_visible()
    expect(nights_of(second)).to_have_count(1)
    expect(second.get_by_text("1 night", exact=True)).to_be_visible()
    second.get_by_role("radio", name="Archived").check()
    expect(nights_of(second)).to_have_text([re.compile("The one that goes")])
    second.get_by_role("radio", name="All").check()
    expect(nights_of(second)).to_have_count(2)
    first.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(first.get_by_text("This night is archived")).to_have_count(0)
    second.get_by_role("radio", name="Archived").check()
    expect(second.get_by_text("No archived nights.")).to_be_visible()
    assert hana.get(f"/api/sessions/{session['id']}").json()["archived"] == 0


def test_several_nights_are_archived_at_once_by_keys_alone(server: Served, hana: Host, watch: Watch) -> None:
    for number in range(4):
        a_past_night(hana, f"Night {number}", 3)
    on = hana.a_session("On now")
    page = console(watch(server.url), "history")
    expect(nights_of(page)).to_have_count(5)
    page.get_by_role("button", name="Choose several").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="0 nights chosen")).to_be_focused()
    # The night that is on can't be chosen.
    expect(page.get_by_role("checkbox")).to_have_count(4)
    page.get_by_role("checkbox", name="Night 2").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_text("2 nights chosen")).to_be_visible()
    page.get_by_role("button", name="Archive", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 nights archived")).to_be_visible()
    expect(page.get_by_role("button", name="Choose several")).to_be_focused()
    expect(nights_of(page)).to_have_count(3)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    archived = [each["notes"] for each in hana.get("/api/sessions?filter=archived").json()]
    assert archived == ["Night 2", "Night 1"]
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(nights_of(page)).to_have_count(5)
    page.get_by_role("button", name="Choose several").click()
    page.get_by_role("checkbox", name="Night 3").check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("checkbox")).to_have_count(0)
    assert hana.get("/api/sessions").json()[0]["id"] == on["id"]


def test_several_nights_are_deleted_at_once(server: Served, hana: Host, watch: Watch) -> None:
    for number in range(3):
        a_past_night(hana, f"Night {number}", 3, 4)
    page = console(watch(server.url), "history")
    choose(page, "Night 0", "Night 2")
    page.get_by_role("button", name="Delete", exact=True).click()
    dialog = page.get_by_role("dialog", name="Delete 2 nights?")
    expect(dialog).to_contain_text("4 games of these nights")
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("2 nights chosen")).to_be_visible()
    page.get_by_role("button", name="Delete", exact=True).click()
    dialog.get_by_role("button", name="Delete for good").click()
    expect(nights_of(page)).to_have_text([re.compile("Night 1")])
    assert [each["notes"] for each in hana.get("/api/sessions?filter=all").json()] == ["Night 1"]


def test_one_that_stands_in_the_way_is_said_and_the_choice_stays(server: Served, hana: Host, watch: Watch) -> None:
    a_past_night(hana, "Night 0")
    again = a_past_night(hana, "Night 1")
    viewer = watch(server.url)
    viewer.expects("400")
    page = console(viewer, "history")
    choose(page, "Night 0", "Night 1")
    # Another host has the night go on, and this page has not heard of it yet.
    page.route(
        "**/api/sessions/bulk", lambda route: (hana.post(f"/api/sessions/{again['id']}/undo"), route.continue_())
    )
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("one of the nights is still on")
    expect(page.get_by_role("checkbox", name="Night 0")).to_be_checked()
    expect(page.get_by_text("1 night chosen")).to_be_visible()
    assert hana.get("/api/sessions?filter=archived").json() == []


def test_a_host_who_is_no_admin_archives_but_is_offered_no_deletion(server: Served, hana: Host, watch: Watch) -> None:
    a_past_night(hana, "Night 0")
    page = console(watch(server.url), "history", f"token={a_token(hana, 'host')}")
    choose(page, "Night 0")
    expect(page.get_by_role("button", name="Delete", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_text("No nights yet.")).to_be_visible()


def test_everybody_can_use_the_history(server: Served, hana: Host, watch: Watch) -> None:
    session = hana.a_session(MARKUP)
    drawn = hana.ok(hana.post("/api/pick", json={"mode": "balanced", "sessionId": session["id"]}))
    hana.a_game(session["id"], drawn["game"]["id"], receipt=drawn["receipt"])
    hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    page = console(watch(server.url), "history")
    page.get_by_text("1 night", exact=True).wait_for()
    everybody_can_use(page)
    page.get_by_role("button", name="Choose several").click()
    page.get_by_role("checkbox").check()
    everybody_can_use(page)
    page.get_by_role("button", name="Delete", exact=True).click()
    everybody_can_use(page)
    page.keyboard.press("Escape")
    page.goto(f"/#/history/{session['id']}")
    page.get_by_role("button", name="Why this game?").first.click()
    page.get_by_text("Seed of the pick").wait_for()
    everybody_can_use(page)
    page.get_by_role("button", name="Delete this night").click()
    everybody_can_use(page)
