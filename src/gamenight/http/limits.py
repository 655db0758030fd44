"""The limits of requests: their sizes, their durations, and their rate."""

import re

from msgspec import Struct

_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(rb"[\[{\]}]")


class Limits(Struct, frozen=True, kw_only=True):
    """The limits of HTTP: bytes, seconds, or how many at once. `settings` has the defaults."""

    body_bytes: int
    import_bytes: int
    stream_bytes: int
    header_bytes: int
    url_bytes: int
    query_parameters: int
    json_depth: int
    header_seconds: float
    body_seconds: float
    requests: int
    reads_per_second: float
    reads_burst: float


def is_deeper_than(json: bytes | bytearray, limit: int) -> bool:
    """Whether JSON nests arrays and objects deeper than a limit. Text that isn't JSON may give either answer."""
    if json.count(b"[") + json.count(b"{") <= limit:
        return False
    depth = 0
    for bracket in _BRACKETS.finditer(_STRINGS.sub(b"", json)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > limit:
            return True
    return False
