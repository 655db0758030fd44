"""What a stranger may send, and how often."""

import re
from typing import Annotated

from msgspec import Meta, Struct

_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(rb"[\[{\]}]")

Whole = Annotated[int, Meta(ge=1)]
Positive = Annotated[float, Meta(gt=0)]


class Limits(Struct, frozen=True, kw_only=True):
    """The limits of HTTP: bytes, seconds, or how many at once."""

    body_bytes: int = 64 * 1024
    import_bytes: int = 5 * 1024 * 1024
    header_bytes: int = 16 * 1024
    url_bytes: int = 4096
    query_parameters: int = 64
    json_depth: int = 32
    header_seconds: float = 10
    body_seconds: float = 30
    requests: int = 512
    reads_per_second: float = 50
    reads_burst: float = 200


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
