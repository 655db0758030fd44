import json

from tests.browser.conftest import Watch
from tests.support.browser import PHONE
from tests.support.server import Served

REAL_SIZE = """async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  return `${image.naturalWidth}x${image.naturalHeight}`;
}"""


def test_the_phone_page_has_what_a_browser_wants_of_an_app(server: Served, watch: Watch) -> None:
    """https://developer.chrome.com/docs/lighthouse/pwa/installable-manifest; headless Chromium itself doesn't judge."""
    viewer = watch(server.url, size=PHONE)
    page = viewer.open("/play")
    found = viewer.context.new_cdp_session(page).send("Page.getAppManifest")
    assert found["url"] == f"{server.url}/play.webmanifest"
    assert found["errors"] == []
    manifest = json.loads(found["data"])
    assert manifest["name"]
    assert manifest["display"] in {"standalone", "fullscreen", "minimal-ui"}
    assert manifest["start_url"] == "/play"
    sizes = {icon["sizes"] for icon in manifest["icons"]}
    assert {"192x192", "512x512"} <= sizes
    for icon in (each for each in manifest["icons"] if each["sizes"] != "any"):
        assert page.evaluate(REAL_SIZE, icon["src"]) == icon["sizes"]
