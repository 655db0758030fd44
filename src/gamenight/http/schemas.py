"""Types that the wire uses everywhere."""

import re
from typing import Annotated

from litestar.params import PathParameter
from msgspec import Meta

from gamenight.core.errors import BadRequest

MAX_INTEGER = 2**53 - 1
"""JavaScript reads larger ones wrongly."""

Flag = bool | Annotated[int, Meta(ge=0, le=1)]
"""A boolean in a request: true, false, 1 or 0."""

MAX_ID = 2**31 - 1
"""PostgreSQL refuses to compare its integers with larger ones."""

Id = Annotated[int, Meta(ge=1, le=MAX_ID)]
PathId = Annotated[int, PathParameter(ge=1, le=MAX_ID)]

MAX_PAGES = 1_000_000
MAX_PAGE_SIZE = 100
MAX_OFFSET = 14 * 60


_SHAPES: dict[str, str] = {}
_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_ANY_TYPE = "|".join(_WORDS)
_TYPES = re.compile(rf"`((?:{_ANY_TYPE})(?: \| (?:{_ANY_TYPE}))*)`")


def shaped(pattern: str, words: str, *, min_length: int | None = None, max_length: int | None = None) -> Meta:
    """A string that matches a pattern; `words` say to people what that is, after "Expected"."""
    _SHAPES[f"`str` matching regex {pattern!r}"] = words
    return Meta(min_length=min_length, max_length=max_length, pattern=pattern, description=words)


def in_words(message: str) -> str:
    """A message of msgspec with words for people in place of patterns and Python's types."""
    for shape, words in _SHAPES.items():
        message = message.replace(shape, words)
    return _TYPES.sub(lambda found: " or ".join(_WORDS[name] for name in found[1].split(" | ")), message)


def text(max_length: int, *, min_length: int = 0) -> Meta:
    """A string of bounded length without NUL, which PostgreSQL can't store."""
    return shaped(r"^[^\x00]*\Z", "text without NUL characters", min_length=min_length, max_length=max_length)


WholeId = (
    Id
    | Annotated[float, Meta(ge=1, le=MAX_ID, multiple_of=1)]
    | Annotated[str, shaped(r"^0*[1-9][0-9]{0,9}(?:\.0+)?\Z", "a whole number from 1", max_length=20)]
)
"""An id as clients of many languages write it: 302, 302.0 or "302"."""


def whole(id_: float | str, name: str) -> int:
    """The id in a WholeId; raises BadRequest for one in text that is too large."""
    number = int(id_.partition(".")[0]) if isinstance(id_, str) else int(id_)
    if number > MAX_ID:
        raise BadRequest(f"{name}: {number} is no id: they end at {MAX_ID}.", details={"field": name})
    return number


Notes = Annotated[str, text(2000)]
Title = Annotated[str, text(200, min_length=1)]
