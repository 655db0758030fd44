"""`python -m tests.browser.icons` draws the icons of the installed phone page from the one SVG."""

from tests.support.browser import running_browser
from web import build_pages

FOLDER = build_pages.WEB / "public" / "icons"
SIZES = (192, 512)
# To the edge, since phones cut icons to their own shape.
PAGE = (
    '<body style="margin:0;background:#4b2bd6"><img style="display:block;width:100vw" src="data:image/svg+xml;utf8,{}">'
)


def main() -> None:
    drawing = (FOLDER / "icon.svg").read_text().replace("#", "%23").replace('"', "'").replace("\n", " ")
    with running_browser() as browser:
        for size in SIZES:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(PAGE.format(drawing))
            page.screenshot(path=FOLDER / f"icon-{size}.png")


if __name__ == "__main__":
    main()
