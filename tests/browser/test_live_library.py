"""The live connection in a real browser, under the overlay: whatever happens to the line, the page comes to what is."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watch
from tests.support.browser import PHONE
from tests.support.network import Network, network_to
from tests.support.scenes import Scenes

GONE = "WebSocket connection|ERR_CONNECTION|Failed to load resource"


@pytest.fixture
def network(night: Scenes) -> Iterator[Network]:
    with network_to(night.server.port) as opened:
        yield opened


def test_a_connection_that_is_cut_is_made_again_and_nothing_is_missed(
    night: Scenes, network: Network, watch: Watch
) -> None:
    night.begin()
    viewer = watch(network.url)
    page = viewer.open(f"/overlay#t={night.hana.token}")
    night.lobby()
    expect(page.get_by_text("5 of 8 joined")).to_be_visible()
    viewer.expects(GONE)
    network.cut()
    night.join("FINN", "GWEN")
    expect(page.get_by_text("7 of 8 joined")).to_be_visible()


def test_after_a_cut_only_what_was_missed_is_sent(night: Scenes, network: Network, watch: Watch) -> None:
    night.begin()
    viewer = watch(network.url)
    page = viewer.context.new_page()
    frames: list[dict[str, object]] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(json.loads(frame))))
    page.goto(f"/overlay#t={night.hana.token}")
    night.lobby()
    expect(page.get_by_text("5 of 8 joined")).to_be_visible()
    network.cut()
    night.join("FINN")
    expect(page.get_by_text("6 of 8 joined")).to_be_visible()
    subscriptions = [message for message in frames if message["type"] == "subscribe"]
    assert [("snapshot" in each, "since" in each) for each in subscriptions] == [(True, False), (False, True)]
    assert subscriptions[1]["stream"]


def test_a_connection_that_died_in_sleep_is_noticed_on_waking(night: Scenes, network: Network, watch: Watch) -> None:
    night.begin()
    viewer = watch(network.url)
    page = viewer.open(f"/overlay#t={night.hana.token}")
    night.lobby()
    expect(page.get_by_text("5 of 8 joined")).to_be_visible()
    network.silence()
    night.join("FINN")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_text("6 of 8 joined")).to_be_visible()


def test_the_next_night_is_followed_without_loading_the_page_again(night: Scenes, watch: Watch) -> None:
    page = watch(night.server.url).open(f"/overlay#t={night.hana.token}")
    for code in ("AAAA", "BBBB"):
        night.begin()
        night.lobby(code=code)
        expect(page.get_by_role("img", name=f"Room code: {' '.join(code)}")).to_be_visible()
        night.finish()
        night.close()
        expect(page.get_by_text("Thanks for watching")).to_be_visible()


def test_a_phone_that_loses_its_network_says_so_within_seconds_and_catches_up(night: Scenes, watch: Watch) -> None:
    night.begin()
    night.lobby()
    viewer = watch(night.server.url, size=PHONE)
    page = viewer.open("/play")
    expect(page.get_by_text("5 of 8 joined")).to_be_visible()
    viewer.expects(GONE, "ERR_INTERNET_DISCONNECTED")
    viewer.context.set_offline(True)
    # Long before a silence alone would have been noticed.
    expect(page.get_by_text("Connection lost")).to_be_visible(timeout=12_000)
    night.join("FINN")
    viewer.context.set_offline(False)
    expect(page.get_by_text("6 of 8 joined")).to_be_visible()
    expect(page.get_by_text("Connection lost")).to_have_count(0)
