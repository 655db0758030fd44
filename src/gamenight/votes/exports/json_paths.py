"""What the beginning of a JSON file shows of its shape."""

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import ijson

DEEPEST = 32

_JSON = re.compile(r"\{|\[\s*(?:[{\]]|$)")
# A line may begin with a bracket, too: that of its time.


def paths_in(text: str) -> frozenset[str]:
    """The paths that the first value of a JSON text shows, which may be cut off: `comments.[].commenter.name`; none
    where it is no JSON."""
    text = text.lstrip()
    found: set[str] = set()
    if _JSON.match(text):
        with suppress(ijson.JSONError, ValueError):
            _walk(ijson.basic_parse(io.BytesIO(text.encode("utf-8", "replace")), use_float=True), found)
    return frozenset(found)


def _walk(events: Iterator[tuple[str, Any]], found: set[str]) -> None:
    path: list[str] = []
    for event, value in events:
        if event == "map_key":
            path[-1] = value
            found.add(".".join(path))
        elif event in ("start_map", "start_array"):
            path.append("" if event == "start_map" else "[]")
            if event == "start_array":
                found.add(".".join(path))
            if len(path) > DEEPEST:
                return
        elif event in ("end_map", "end_array"):
            path.pop()
            if not path:
                return
