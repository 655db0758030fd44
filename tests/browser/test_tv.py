from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.support.browser import (
    Situation,
    looks,
    must_have_no_axe_violations,
    must_not_scroll_sideways,
    with_text_size,
)
from tests.support.clients import Host
from tests.support.network import network_to
from tests.support.scenes import Scenes
from tests.support.server import Process


def test_the_tv_follows_a_night_without_a_login(night: Scenes, watch: Watch) -> None:
    page = watch(night.server.url).open("/tv")
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("No game night yet")
    night.begin()
    expect(title).to_have_text("The first game is being chosen")
    night.lobby()
    expect(title).to_have_text("Fibbage 4")
    expect(page.get_by_role("img", name="Room code: Q P L V")).to_be_visible()
    expect(page.get_by_text("5 of 8 joined")).to_be_visible()
    expect(page.get_by_text("CLEO")).to_be_visible()
    night.play()
    expect(page.get_by_text("Now playing")).to_be_visible()
    expect(page.get_by_role("img", name="0 votes up, 0 votes down")).to_be_visible()
    night.finish()
    expect(title).to_have_text("What shall we play next?")
    night.announce("Quiplash 3")
    expect(title).to_have_text("Quiplash 3")
    expect(page.get_by_text("Next up", exact=True)).to_be_visible()
    expect(page.get_by_text("Just played")).to_be_visible()
    night.lobby("Quiplash 3", "ABCD")
    expect(page.get_by_text("Join now", exact=True)).to_be_visible()
    night.announce("Drawful 2")
    expect(page.get_by_text("Next up: Drawful 2")).to_be_visible()
    expect(title).to_have_text("Quiplash 3")
    expect(page.get_by_role("listitem").filter(has_text="Fibbage 4")).to_be_visible()
    night.finish()
    night.close()
    expect(title).to_have_text("Thanks for playing!")
    expect(page.get_by_text("2 games played")).to_be_visible()


def test_the_tv_shows_phones_the_way(night: Scenes, watch: Watch) -> None:
    page = watch(night.server.url).open("/tv")
    address = f"127.0.0.1:{night.server.port}/play"
    expect(page.get_by_text(address, exact=True)).to_be_visible()
    code = page.get_by_role("img", name=f"QR code: http://{address}")
    expect(code).to_be_visible()
    assert code.evaluate("image => image.naturalWidth") > 0, "it is drawn"
    expect(page.get_by_text("reach this address yet")).to_be_visible()


def test_names_and_titles_with_markup_are_text(night: Scenes, watch: Watch) -> None:
    title, name = "<script>alert(1)</script> <i>slanted</i>", "<b>BO</b>"
    night.hana.ok(
        night.hana.post("/api/games", json={"pack_name": "P", "title": title, "min_players": 1, "max_players": 8})
    )
    page = watch(night.server.url).open("/tv")
    night.begin()
    night.lobby(title)
    night.join(name)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_text(name, exact=True)).to_be_visible()
    assert page.locator("main i, main b, main script").count() == 0


def test_a_lost_connection_is_told_and_caught_up_with(tmp_path: Path, watch: Watch) -> None:
    server = Process("--data-dir", str(tmp_path))
    with Host(server.url) as hana:
        session = hana.a_session()
        hana.a_game(session["id"], 1, room_code="AAAA")
    viewer = watch(server.url)
    page = viewer.open("/tv")
    expect(page.get_by_role("img", name="Room code: A A A A")).to_be_visible()
    viewer.expects("WebSocket connection|ERR_CONNECTION|Failed to load resource")
    server.kill()
    lost = page.get_by_text("Connection lost")
    expect(lost).to_be_visible()
    expect(page.get_by_role("img", name="Room code: A A A A")).to_be_visible()
    must_have_no_axe_violations(page)
    page.get_by_role("button", name="Try now").click()  # in vain, so far
    again = Process("--data-dir", str(tmp_path), "--port", str(server.port))
    with Host(again.url) as hana:
        hana.a_game(session["id"], 2, room_code="BBBB")
    expect(page.get_by_role("img", name="Room code: B B B B")).to_be_visible(timeout=20_000)
    expect(lost).to_have_count(0)
    again.terminate()


def test_the_tv_speaks_the_language_of_its_browser(night: Scenes, watch: Watch) -> None:
    night.begin()
    night.lobby()
    german = watch(night.server.url, locale="de-AT").open("/tv")
    expect(german.get_by_text("5 von 8 dabei")).to_be_visible()
    expect(german.locator("html")).to_have_attribute("lang", "de")
    spanish = watch(night.server.url, locale="es-MX").open("/tv")
    expect(spanish.get_by_text("5 de 8 dentro")).to_be_visible()


def test_a_guest_whose_cookie_is_refused_becomes_one_again(night: Scenes, watch: Watch) -> None:
    viewer = watch(night.server.url)
    cookie: Any = {"name": "gamenight_guest", "value": "of-another-server", "url": night.server.url}
    viewer.context.add_cookies([cookie])
    page = viewer.open("/tv")
    night.begin()
    expect(page.get_by_role("heading", level=1)).to_have_text("The first game is being chosen")


@pytest.mark.parametrize("situation", looks(), ids=lambda each: f"{each.size[0]}-{each.appearance}")
def test_everybody_can_read_the_tv_in_each_scene(night: Scenes, watch: Watch, situation: Situation) -> None:
    page = watch(night.server.url, size=situation.size, appearance=situation.appearance).open("/tv")
    night.begin()
    night.lobby("Fibbage 4")
    expect(page.get_by_text("5 of 8 joined")).to_be_visible()
    _can_be_read(page)
    night.play()
    expect(page.get_by_text("Now playing")).to_be_visible()
    _can_be_read(page)
    night.finish()
    expect(page.get_by_text("What shall we play next?")).to_be_visible()
    night.lobby("Quiplash 3", "ABCD")
    expect(page.get_by_role("listitem").filter(has_text="Fibbage 4")).to_be_visible()
    _can_be_read(page)
    with_text_size(page, 200)
    must_not_scroll_sideways(page)
    expect(page.get_by_role("img", name="Room code")).to_be_in_viewport(ratio=0.1)


def _can_be_read(page: Page) -> None:
    must_have_no_axe_violations(page)
    must_not_scroll_sideways(page)


def test_the_tv_on_a_bad_line_misses_nothing(night: Scenes, watch: Watch) -> None:
    night.begin()
    with network_to(night.server.port) as network:
        viewer = watch(network.url)
        page = viewer.open("/tv")
        night.lobby()
        viewer.expects("WebSocket connection|ERR_|Failed to load resource")
        for name in ("FINN", "GWEN", "HUGO"):
            network.cut()
            night.join(name)
        expect(page.get_by_text("8 of 8 joined")).to_be_visible(timeout=20_000)
        expect(page.get_by_text("HUGO")).to_be_visible()


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (3840, 2160)], ids=["720p", "1080p", "2160p"])
def test_all_is_on_the_screen_at_once(night: Scenes, watch: Watch, size: tuple[int, int]) -> None:
    page = watch(night.server.url, size=size).open("/tv")
    night.begin()
    night.lobby("Fibbage 4")
    night.hana.set_status(night.game, "played")
    expect(page.get_by_text("What shall we play next?")).to_be_visible()
    night.lobby("The Wheel of Enormous Proportions", "WMWM")
    night.join("CONSTANTIN", "WILHELMINA", "MAXIMILIAN")
    expect(page.get_by_text("8 of 8 joined")).to_be_visible()
    expect(page.get_by_text("MAXIMILIAN")).to_be_visible()
    _must_not_scroll_down(page)
    night.play()
    expect(page.get_by_text("Now playing")).to_be_visible()
    _must_not_scroll_down(page)
    code = page.get_by_role("img", name="Room code").bounding_box()
    assert code is not None
    assert code["height"] > size[1] / 10, "it can be read from the sofa"


def test_the_screen_is_kept_awake(night: Scenes, watch: Watch) -> None:
    viewer = watch(night.server.url)
    viewer.context.add_init_script(
        "window.asked = []; navigator.wakeLock.request = async (kind) => { window.asked.push(kind); };"
    )
    page = viewer.open("/tv")
    assert page.evaluate("window.asked") == ["screen"]
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert page.evaluate("window.asked") == ["screen", "screen"], "the browser forgets it when the page is hidden"


def _must_not_scroll_down(page: Page) -> None:
    height, visible = page.evaluate("[document.documentElement.scrollHeight, innerHeight]")
    assert height <= visible, f"the page is {height} px high in {visible} px"
