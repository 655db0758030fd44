"""Webhooks in the console's settings, with a program that really receives."""

import re
from collections.abc import Iterator

import pytest
import standardwebhooks
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Watch
from tests.browser.console import MARKUP, REFUSED, card, console
from tests.support.browser import everybody_can_use
from tests.support.clients import Host, a_token
from tests.support.receiver import Answer, Receiver, receiving
from tests.support.server import Served, served
from tests.webhooks.hooks import SECRET, SETTINGS, a_hook, a_night, wait_for_logs


@pytest.fixture
def server(database_url: str) -> Iterator[Served]:
    with served(database_url, **SETTINGS) as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


def add(page: Page, name: str, url: str, *events: str) -> Locator:
    card(page, "Webhooks").get_by_role("button", name="Add a webhook").click()
    dialog = page.get_by_role("dialog", name="Add a webhook")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Address").fill(url)
    for event in events:
        dialog.get_by_label(event, exact=True).check()
    return dialog


def test_a_webhook_is_added_with_a_secret_that_is_shown_once_and_signs(
    server: Served, hana: Host, watch: Watch, receiver: Receiver
) -> None:
    page = console(watch(server.url), "settings")
    dialog = add(page, MARKUP, receiver.url, "session.started", "game.added")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("status").first).to_contain_text("only time")
    secret = dialog.get_by_label("The secret").input_value()
    dialog.get_by_role("button", name="I have it").click()
    shown = card(page, "Webhooks")
    expect(shown.get_by_role("heading", name=MARKUP)).to_be_visible()
    expect(shown).to_contain_text("session.started, game.added")
    assert secret not in page.content()

    hana.a_session()
    (received,) = receiver.wait_for(1)
    standardwebhooks.Webhook(secret).verify(received.body, dict(received.headers))

    shown.get_by_role("button", name=f"New secret for {MARKUP}").click()
    rotating = page.get_by_role("dialog", name=f"New secret for {MARKUP}")
    rotating.get_by_role("button", name="New secret").click()
    newer = rotating.get_by_label("The secret").input_value()
    rotating.get_by_role("button", name="I have it").click()
    expect(shown).to_contain_text("Two secrets until")
    shown.get_by_role("button", name=f"Test {MARKUP}").click()
    expect(shown.get_by_role("status").filter(has_text="answered 204")).to_be_visible()
    for each in (secret, newer):
        standardwebhooks.Webhook(each).verify(receiver.received[1].body, dict(receiver.received[1].headers))
    assert newer != secret


def test_what_is_wrong_with_a_webhook_is_said_where_it_is(server: Served, watch: Watch) -> None:
    viewer = watch(server.url)
    viewer.expects(REFUSED)
    page = console(viewer, "settings")
    dialog = add(page, "", "")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_have_text(
        ["Give it a name.", "Write the address.", "Choose at least one event."]
    )
    dialog.get_by_label("Name").fill("Lights")
    dialog.get_by_label("Address").fill("http://169.254.169.254/")
    dialog.get_by_label("vote.received").check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("GAMENIGHT_WEBHOOK_ALLOW_NETWORKS")
    expect(dialog.get_by_label("Address")).to_be_focused()


def test_a_webhook_is_changed_switched_off_and_removed(
    server: Served, hana: Host, watch: Watch, receiver: Receiver
) -> None:
    hook = a_hook(hana, receiver.url)
    page = console(watch(server.url), "settings")
    shown = card(page, "Webhooks")
    shown.get_by_role("button", name="Change Lights").click()
    dialog = page.get_by_role("dialog", name="Change Lights")
    expect(dialog.get_by_label("session.ended")).to_be_checked()
    dialog.get_by_label("session.ended").uncheck()
    dialog.get_by_label("Name").fill("Bulbs")
    dialog.get_by_role("button", name="Save").click()
    expect(shown.get_by_role("heading", name="Bulbs")).to_be_visible()
    switch = shown.get_by_role("switch", name="Bulbs is sent to")
    switch.click()
    expect(switch).not_to_be_checked()
    changed = hana.get(f"/api/webhooks/{hook['id']}").json()
    assert (changed["enabled"], changed["events"]) == (False, ["session.started"])
    shown.get_by_role("button", name="Remove Bulbs").click()
    page.get_by_role("dialog", name="Remove Bulbs").get_by_role("button", name="Remove").click()
    expect(shown).to_contain_text("There are no webhooks yet.")


def test_what_failed_stands_in_the_log_and_is_sent_again(
    server: Served, hana: Host, watch: Watch, receiver: Receiver
) -> None:
    receiver.usual = Answer(500, body=MARKUP.encode())
    hook = a_hook(hana, receiver.url, events=["session.started"])
    hana.a_session()
    wait_for_logs(hana, hook, 4, state="dead")
    page = console(watch(server.url), "settings")
    shown = card(page, "Webhooks")
    expect(shown).to_contain_text("1 was given up")
    expect(shown).to_contain_text("Failing since")
    receiver.usual = Answer()
    shown.get_by_role("button", name="Log of Lights").click()
    dialog = page.get_by_role("dialog", name="Log of Lights")
    expect(dialog.get_by_role("listitem")).to_have_count(4)
    expect(dialog.get_by_role("listitem").first).to_contain_text("500 · no success")
    expect(dialog.get_by_label("What it answered").first).to_have_text(MARKUP)
    dialog.get_by_role("button", name="Send again what was given up").click()
    receiver.wait_for(5)
    expect(page.get_by_text("1 is sent again")).to_be_visible()
    wait_for_logs(hana, hook, 5, state="delivered")
    dialog.get_by_role("button", name=re.compile("^Send session.started of .* again")).first.click()
    assert len({each.id for each in receiver.wait_for(6)}) == 1
    page.keyboard.press("Escape")
    expect(shown).not_to_contain_text("given up")


def test_that_a_webhook_was_disabled_shows_at_once(
    server: Served, hana: Host, watch: Watch, receiver: Receiver
) -> None:
    a_hook(hana, receiver.url)
    page = console(watch(server.url), "settings")
    shown = card(page, "Webhooks")
    expect(shown.get_by_role("switch")).to_be_checked()
    receiver.answers = [Answer(410)]
    a_night(hana)
    expect(shown).to_contain_text("said that it is gone for good")
    expect(shown.get_by_role("switch")).not_to_be_checked()


def test_webhooks_are_the_admins(server: Served, hana: Host, watch: Watch) -> None:
    page = console(watch(server.url), "settings", f"token={a_token(hana, 'host')}")
    expect(card(page, "Webhooks")).to_contain_text("Webhooks are made by whoever has the admin key.")


def test_everybody_can_use_the_webhooks(server: Served, hana: Host, watch: Watch, receiver: Receiver) -> None:
    receiver.usual = Answer(500, body=b"x" * 2000)
    types = hana.get("/api/webhooks/event-types").json()
    hook = a_hook(hana, f"{receiver.url}/{'w' * 200}", name="W" * 64, events=types, secret=SECRET)
    hana.a_session()
    wait_for_logs(hana, hook, 4, state="dead")
    page = console(watch(server.url), "settings")
    shown = card(page, "Webhooks")
    shown.get_by_role("button", name=re.compile("^Test W")).click()
    expect(shown.get_by_role("status").filter(has_text="answered 500")).to_be_visible()
    everybody_can_use(page)
    shown.get_by_role("button", name=re.compile("^Change W")).click()
    expect(page.get_by_role("dialog").get_by_label("webhook.disabled")).to_be_visible()
    everybody_can_use(page)
    page.keyboard.press("Escape")
    shown.get_by_role("button", name=re.compile("^Log of W")).click()
    expect(page.get_by_role("dialog").get_by_role("listitem").first).to_be_visible()
    everybody_can_use(page)
