"""What the tests of the phone page share: a guest's phone, and where things are on its page."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

Phone = Callable[..., Page]
MARKUP = '<img src=x onerror="document.title=1">&amp;'


def up(page: Page) -> Locator:
    return page.get_by_role("button", name="I like it")


def down(page: Page) -> Locator:
    return page.get_by_role("button", name="Not for me")


def shows_votes(page: Page, upvotes: int, downvotes: int) -> None:
    words = f"{upvotes} vote{'' if upvotes == 1 else 's'} up, {downvotes} vote{'' if downvotes == 1 else 's'} down"
    expect(page.get_by_role("img", name=words, exact=True)).to_be_visible()


def is_pressed(button: Locator, *, pressed: bool = True) -> None:
    expect(button).to_have_attribute("aria-pressed", str(pressed).lower())


def shows(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()


def is_settled(page: Page) -> None:
    """That nothing is on its way to the server."""
    expect(page.get_by_text("Sending …")).to_have_count(0)
