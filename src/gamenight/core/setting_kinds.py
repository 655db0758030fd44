"""Kinds of settings: what a slice's `settings.py` describes its values with, and how it reads them."""

from urllib.parse import urlsplit

from msgspec import Meta


def whole(meaning: str, *, minimum: int = 1, maximum: int = 2**31 - 1) -> Meta:
    return Meta(ge=minimum, le=maximum, description=meaning)


def above_zero(meaning: str) -> Meta:
    return Meta(gt=0, description=meaning)


def zero_or_more(meaning: str) -> Meta:
    return Meta(ge=0, description=meaning)


def within(meaning: str, minimum: float, maximum: float) -> Meta:
    return Meta(ge=minimum, le=maximum, description=meaning)


def words(meaning: str) -> Meta:
    return Meta(description=meaning)


def split(value: str) -> list[str]:
    """The parts of a list that is separated by commas."""
    return [part.strip() for part in value.split(",") if part.strip()]


def is_page(url: str) -> bool:
    """Whether a text is the address of a page, without a login in it."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018, raises for what is no port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username and url.isprintable()


def is_plain_address(url: str) -> bool:
    """Whether a text is the address of a server: without path, query or fragment."""
    if not is_page(url):
        return False
    parts = urlsplit(url)
    return not (parts.path.strip("/") or parts.query or parts.fragment)
