import base64
import json
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.support.browser import APPEARANCES, DESK, everybody_can_use
from tests.support.scenes import Scenes

ALPHA = """async ([png, x, y]) => {
  const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  canvas.drawImage(bitmap, 0, 0);
  return canvas.getImageData(x, y, 1, 1).data[3];
}"""


def overlay(watch: Watch, night: Scenes, search: str = "", **situation: Any) -> Page:
    return watch(night.server.url, **situation).open(f"/overlay{search}#t={night.hana.token}")


def opacity(page: Page, x: int, y: int) -> int:
    """How opaque the page is at a place, from 0 to 255."""
    png = base64.b64encode(page.screenshot(omit_background=True)).decode()
    blank = page.context.new_page()
    found: int = blank.evaluate(ALPHA, [png, x, y])
    blank.close()
    return found


def test_the_overlay_follows_a_night_from_its_beginning_to_its_end(night: Scenes, watch: Watch) -> None:
    page = overlay(watch, night)
    panel = page.locator("section")
    expect(panel).to_have_count(0)
    night.begin()
    night.lobby()
    expect(panel).to_have_attribute("data-stage", "lobby")
    expect(page.get_by_role("img", name="Room code: Q P L V")).to_be_visible()
    expect(page.get_by_text("5 of 8 joined")).to_be_visible()
    night.join("FINN")
    expect(page.get_by_text("6 of 8 joined")).to_be_visible()
    night.play()
    expect(panel).to_have_attribute("data-stage", "playing")
    expect(page.get_by_role("img", name="Room code")).to_have_count(0)
    expect(page.get_by_role("img", name="0 votes up, 0 votes down")).to_be_visible()
    night.finish()
    expect(page.get_by_text("Next game soon")).to_be_visible()
    night.set_next_game("Quiplash 3")
    expect(page.get_by_text("Next up: Quiplash 3")).to_be_visible()
    night.close()
    expect(page.get_by_text("Thanks for watching")).to_be_visible()


def test_the_stream_is_seen_through_the_overlay_in_any_appearance(night: Scenes, watch: Watch) -> None:
    page = overlay(watch, night)
    night.begin()
    night.lobby()
    page.get_by_text("5 of 8 joined").wait_for()
    for appearance in APPEARANCES:
        page.emulate_media(color_scheme=appearance)
        assert opacity(page, 900, 300) == 0
        assert opacity(page, 30, DESK[1] - 60) > 150, "the panel is there"


def test_the_token_leaves_the_address_and_survives_a_reload(night: Scenes, watch: Watch) -> None:
    page = overlay(watch, night, "?position=top")
    assert page.url == f"{night.server.url}/overlay?position=top"
    page.reload()
    night.begin()
    night.lobby()
    expect(page.get_by_text("5 of 8 joined")).to_be_visible()


def test_an_overlay_without_a_token_says_what_it_needs(night: Scenes, watch: Watch) -> None:
    page = watch(night.server.url).open("/overlay")
    expect(page.get_by_role("alert")).to_contain_text("#t=")


def test_an_overlay_with_a_wrong_token_says_so_and_does_not_give_up(night: Scenes, watch: Watch) -> None:
    viewer = watch(night.server.url)
    page = viewer.context.new_page()
    page.clock.install()
    page.goto("/overlay#t=wrong")
    expect(page.get_by_role("alert")).to_contain_text("has expired or was revoked")
    with page.expect_websocket():
        page.clock.run_for(61_000)
    expect(page.get_by_role("alert")).to_contain_text("has expired or was revoked")


def test_the_address_lays_the_overlay_out(night: Scenes, watch: Watch) -> None:
    night.begin()
    night.lobby()
    search = "?position=top-right&size=2&show=code,joined&accent=00ff00&language=de"
    page = overlay(watch, night, search)
    expect(page.get_by_text("5 von 8 dabei")).to_be_visible()
    expect(page.get_by_text("Fibbage")).to_have_count(0)
    box = page.locator("section").bounding_box()
    assert box is not None
    assert box["x"] > DESK[0] / 3
    assert box["y"] < DESK[1] / 4
    letter = page.get_by_role("img", name="Raumcode").locator("span").first
    expect(letter).to_have_css("background-color", "rgb(0, 255, 0)")
    expect(page.locator("html")).to_have_css("font-size", "32px")


def test_what_the_address_asks_for_in_vain_is_told(night: Scenes, watch: Watch) -> None:
    page = overlay(watch, night, "?position=middle&delay=0")
    expect(page.get_by_role("alert")).to_contain_text("understand position=middle")


def test_a_switch_hides_the_code(night: Scenes, watch: Watch) -> None:
    night.begin()
    night.lobby()
    page = overlay(watch, night, "?code=hidden")
    code = page.get_by_role("img", name="Room code")
    page.get_by_role("button", name="Show the room code").click()
    expect(code).to_be_visible()
    page.keyboard.press("h")
    expect(code).to_have_count(0)
    assert "QPLV" not in page.content()


def test_all_is_late_by_the_delay_of_the_stream(night: Scenes, watch: Watch) -> None:
    night.begin()
    viewer = watch(night.server.url)
    page = viewer.context.new_page()
    heard: list[dict[str, Any]] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(json.loads(frame))))
    page.clock.install()
    page.goto(f"{night.server.url}/overlay?delay=30#t={night.hana.token}")
    now = watch(night.server.url).open(f"/overlay#t={night.hana.token}")
    # Its clock stands still: else what the test itself takes would be time that has passed.
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 10)
    night.lobby()
    expect(now.get_by_text("5 of 8 joined")).to_be_visible()
    while not any(each.get("data", {}).get("playerCount") == 5 for each in heard):
        page.wait_for_timeout(50)
    page.clock.run_for(29_000)
    expect(page.locator("section")).to_have_count(0)
    page.clock.run_for(2_000)
    expect(page.get_by_text("5 of 8 joined")).to_be_visible()


def test_markup_in_a_title_is_text(night: Scenes, watch: Watch) -> None:
    title = "<img src=x onerror=alert(1)> <b>bold</b>"
    night.hana.ok(
        night.hana.post("/api/games", json={"pack_name": "P", "title": title, "min_players": 1, "max_players": 8})
    )
    night.begin()
    page = overlay(watch, night)
    night.lobby(title)
    expect(page.get_by_text(title)).to_be_visible()
    assert page.locator("section img, section b").count() == 0


def test_everybody_can_use_the_overlay(night: Scenes, watch: Watch) -> None:
    page = overlay(watch, night)
    night.begin()
    night.lobby()
    page.get_by_text("5 of 8 joined").wait_for()
    everybody_can_use(page)
    page.goto("about:blank")
    page.goto(f"{night.server.url}/overlay?size=2#t={night.hana.token}")
    page.get_by_text("5 of 8 joined").wait_for()
    everybody_can_use(page)


def test_a_read_token_is_enough_and_ends_at_once_when_it_is_taken_back(night: Scenes, watch: Watch) -> None:
    token = night.hana.ok(night.hana.post("/api/tokens", json={"name": "The stream", "scope": "read"}))
    page = watch(night.server.url).open(f"/overlay#t={token['token']}")
    night.begin()
    night.lobby()
    expect(page.get_by_text("5 of 8 joined")).to_be_visible()
    night.hana.ok(night.hana.delete(f"/api/tokens/{token['id']}"))
    expect(page.get_by_role("alert")).to_contain_text("has expired or was revoked")


def test_votes_show_as_they_are_cast(night: Scenes, watch: Watch) -> None:
    page = overlay(watch, night)
    night.begin()
    night.lobby()
    night.play()
    expect(page.get_by_role("img", name="0 votes up, 0 votes down")).to_be_visible()
    night.vote("up", "up", "down")
    expect(page.get_by_role("img", name="2 votes up, 1 vote down")).to_be_visible()
    up = page.locator("section .up").bounding_box()
    bar = page.locator("section .bar").bounding_box()
    assert up is not None
    assert bar is not None
    assert up["width"] < bar["width"]
