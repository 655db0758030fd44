from playwright.sync_api import Route, expect

from tests.browser.conftest import Watch
from tests.browser.console import a_host, heading
from tests.support.browser import PHONE
from tests.support.scenes import Scenes
from tests.support.server import ADMIN_KEY, served


def test_a_browser_that_keeps_no_cookie_is_told_why_it_is_not_in(night: Scenes, watch: Watch) -> None:
    page = watch(night.server.url).open("/")

    def without_cookie(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        answer = night.hana.post("/api/auth/session", json=route.request.post_data_json)
        route.fulfill(status=answer.status_code, body=answer.text, content_type="application/json")

    page.route("**/api/auth/session", without_cookie)
    page.get_by_label("Admin key or host token").fill(ADMIN_KEY)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("This browser keeps no cookies")).to_be_visible()


def test_a_console_that_was_left_logged_in_is_ended_from_another(night: Scenes, watch: Watch) -> None:
    _, left = a_host(night, watch, size=PHONE)
    expect(heading(left, "Welcome")).to_be_visible()
    _, page = a_host(night, watch)
    expect(heading(page, "Welcome")).to_be_visible()
    page.goto("/#/settings")
    logins = page.get_by_role("listitem").filter(has_text="Login with the admin key")
    expect(logins).to_have_count(2)
    expect(logins.first).to_contain_text("this browser")
    logins.nth(1).get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(left.get_by_label("Admin key or host token")).to_be_visible()
    expect(heading(page, "Settings")).to_be_visible()


def test_another_phone_becomes_host_by_a_code_that_this_one_shows(database_url: str, watch: Watch) -> None:
    with served(database_url, public_url="http://192.0.2.7:5000") as server:
        viewer = watch(server.url)
        viewer.log_in()
        page = viewer.open("/#/settings")
        page.get_by_role("button", name="Make a token").click()
        page.get_by_label("Name", exact=True).fill("Omar")
        page.get_by_role("radio", name="Host").check()
        page.get_by_role("button", name="Make it").click()
        expect(page.get_by_role("img", name="QR code that logs in Omar")).to_be_visible()
        address = page.get_by_label("This address logs in right away").input_value()
        assert address.startswith("http://192.0.2.7:5000/#token="), "another device does not know this one as localhost"
        omar = watch(server.url, size=PHONE).open(f"/{address[address.index('#') :]}")
        expect(heading(omar, "Welcome")).to_be_visible()


def test_a_page_by_plain_http_says_where_https_is_in_place_of_losing_the_login(database_url: str, watch: Watch) -> None:
    lan = "http://192.168.1.20:5000"

    with served(database_url, public_url="https://games.example.org") as server:

        def from_the_lan(route: Route) -> None:
            request = route.request
            headers = request.headers | {"host": "192.168.1.20:5000"}
            route.fulfill(response=route.fetch(url=request.url.replace(lan, server.url), headers=headers))

        viewer = watch(lan)
        viewer.expects("403", "Cross-Origin-Opener-Policy header has been ignored")
        viewer.context.route(f"{lan}/**", from_the_lan)
        page = viewer.open("/")
        page.get_by_label("Admin key or host token").fill(ADMIN_KEY)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_text("This server lives at https://games.example.org.")).to_be_visible()


def test_on_its_own_machine_a_server_of_https_keeps_the_login_by_http(database_url: str, watch: Watch) -> None:
    with served(database_url, public_url="https://games.example.org") as server:
        for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
            page = watch(url).open("/")
            page.get_by_label("Admin key or host token").fill(ADMIN_KEY)
            page.get_by_role("button", name="Log in").click()
            expect(heading(page, "Welcome")).to_be_visible()
