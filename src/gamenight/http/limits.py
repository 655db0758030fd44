"""The limits of requests: their sizes, their durations, and their rate."""

import re
from typing import Annotated

from msgspec import Struct

from gamenight.core.setting_kinds import above_zero, whole

_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(rb"[\[{\]}]")


class Limits(Struct, frozen=True, kw_only=True):
    """The limits of HTTP, which are settings."""

    body_bytes: Annotated[int, whole("Bytes of a request's body.")] = 64 * 1024
    import_bytes: Annotated[int, whole("Bytes of a CSV import's body.")] = 5 * 1024 * 1024
    stream_bytes: Annotated[int, whole("Bytes of a chat log that is imported.")] = 256 * 1024 * 1024
    header_bytes: Annotated[int, whole("Bytes of a request's head.")] = 16 * 1024
    url_bytes: Annotated[int, whole("Bytes of a request's address.")] = 4096
    query_parameters: Annotated[int, whole("Parameters in a request's address.")] = 64
    json_depth: Annotated[int, whole("Levels of arrays and objects within one another.")] = 32
    header_seconds: Annotated[float, above_zero("Seconds for a request's head to arrive.")] = 10
    body_seconds: Annotated[float, above_zero("Seconds for a request's body to arrive.")] = 30
    stalled_seconds: Annotated[
        float, above_zero("Seconds after which a connection is cut whose peer takes nothing (TCP_USER_TIMEOUT).")
    ] = 30
    requests: Annotated[int, whole("Requests that are answered at once. Hosts have as many places again.")] = 512
    bodies: Annotated[int, whole("Requests at once whose body is still arriving; hosts are not held up by them.")] = 512
    bodies_of_address: Annotated[int, whole("Requests of one address at once whose body is still arriving.")] = 64
    reads_per_second: Annotated[float, above_zero("Reads a second of one address, after a burst.")] = 50
    reads_burst: Annotated[int, whole("Reads of one address at once.")] = 200


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
