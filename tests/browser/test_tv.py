from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.support.browser import DESK, PHONE, everybody_can_use, show_in, with_text_size
from tests.support.network import network_to
from tests.support.scenes import Scenes

SCREENS = [(1280, 720), (1920, 1080), (3840, 2160)]


def test_the_tv_follows_a_night_without_a_login(night: Scenes, watch: Watch) -> None:
    page = watch(night.server.url).open("/tv")
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("No game night yet")
    night.begin()
    expect(title).to_have_text("Picking the first game")
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
    night.set_next_game("Quiplash 3")
    expect(title).to_have_text("Quiplash 3")
    expect(page.get_by_text("Next up", exact=True)).to_be_visible()
    expect(page.get_by_text("Just played")).to_be_visible()
    night.lobby("Quiplash 3", "ABCD")
    expect(page.get_by_text("Join now", exact=True)).to_be_visible()
    night.set_next_game("Drawful 2")
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
    code.evaluate("image => image.decode()")  # raises an error where it can't be drawn
    assert code.evaluate("image => image.naturalWidth") > 0, "it is drawn"
    expect(page.get_by_text("open this address yet")).to_be_visible()


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
    expect(page.get_by_role("heading", level=1)).to_have_text("Picking the first game")


def test_everybody_can_read_the_tv_in_each_scene(night: Scenes, watch: Watch) -> None:
    page = watch(night.server.url).open("/tv")
    night.begin()
    night.lobby("Fibbage 4")
    expect(page.get_by_text("5 of 8 joined")).to_be_visible()
    everybody_can_use(page)
    night.play()
    expect(page.get_by_text("Now playing")).to_be_visible()
    night.vote(*["up"] * 12)
    expect(page.get_by_role("img", name="12 votes up, 0 votes down")).to_be_visible()
    everybody_can_use(page)
    night.finish()
    expect(page.get_by_text("What shall we play next?")).to_be_visible()
    night.lobby("Quiplash 3", "ABCD")
    expect(page.get_by_role("listitem").filter(has_text="Fibbage 4")).to_be_visible()
    everybody_can_use(page)
    with_text_size(page, 200)
    for size in (DESK, PHONE):
        show_in(page, size)
        expect(page.get_by_role("img", name="Room code")).to_be_in_viewport(ratio=0.1)


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
        expect(page.get_by_text("8 of 8 joined")).to_be_visible()
        expect(page.get_by_text("HUGO")).to_be_visible()


def test_all_is_on_the_screen_at_once(night: Scenes, watch: Watch) -> None:
    page = watch(night.server.url).open("/tv")
    night.begin()
    night.lobby("Fibbage 4")
    night.hana.set_status(night.game, "played")
    expect(page.get_by_text("What shall we play next?")).to_be_visible()
    night.lobby("The Wheel of Enormous Proportions", "WMWM")
    night.join("CONSTANTIN", "WILHELMINA", "MAXIMILIAN")
    expect(page.get_by_text("8 of 8 joined")).to_be_visible()
    expect(page.get_by_text("MAXIMILIAN")).to_be_visible()
    for size in SCREENS:
        show_in(page, size)
        _must_not_scroll_down(page)
    night.play()
    expect(page.get_by_text("Now playing")).to_be_visible()
    for size in SCREENS:
        show_in(page, size)
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
    page.wait_for_function("window.asked.length > 0")
    assert page.evaluate("window.asked") == ["screen"]
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert page.evaluate("window.asked") == ["screen", "screen"], "the browser forgets it when the page is hidden"


def _must_not_scroll_down(page: Page) -> None:
    height, visible = page.evaluate("[document.documentElement.scrollHeight, innerHeight]")
    assert height <= visible, f"the page is {height} px high in {visible} px"
