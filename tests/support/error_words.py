"""The words that the pages have for errors, read from their sources."""

import re
from collections.abc import Mapping
from functools import cache

from web import build_pages

_ENTRY = re.compile(r"^  '?([\w.]+)'?:(.*?),\n(?=  '?[\w.]+'?:|\})", re.MULTILINE | re.DOTALL)
MADE_BY_THE_PAGE = {"place", "change"}
"""Placeholders that a page fills from several details."""


@cache
def error_words(language: str) -> Mapping[str, str]:
    """By the code, or by code and reason."""
    files = [build_pages.WEB / "src" / "messages" / area / f"{language}.ts" for area in ("errors", "hostErrors")]
    return {key: words for file in files for key, words in _ENTRY.findall(file.read_text(encoding="utf-8"))}


def missing_details(code: str, details: Mapping[str, object]) -> set[str]:
    """What the words for an error tell and its details don't: then a page would say it in English."""
    known = error_words("de")
    keys = [f"{code}.{details.get('reason')}", f"{code}.{details.get('field')}", code]
    words = next(known[key] for key in keys if key in known)
    values = {name for name, value in details.items() if isinstance(value, str | int)}
    return set(re.findall(r"\{(\w+)\}", words)) - values - MADE_BY_THE_PAGE
