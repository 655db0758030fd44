"""A log of any length is read in the memory of a short one."""

import io
import tracemalloc
from collections.abc import Iterator

import pytest

from gamenight.votes.exports import Report, read
from tests.votes.chat_logs import NIGHT, WRITERS


class Endless(io.BytesIO):
    """A log that is made while it is read, so that the test doesn't hold it."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        while len(self._rest) < size and (piece := next(self._pieces, b"")):
            self._rest += piece
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


def bulk(format_: str, count: int) -> Iterator[bytes]:
    """A log with `count` messages: the part between the first and the last of NIGHT's, again and again."""
    whole = WRITERS[format_](NIGHT)
    first, second = WRITERS[format_](NIGHT[:1]), WRITERS[format_](NIGHT[:2])
    end = next(place for place in range(1, len(first)) if first[-place:] != second[-place:])
    start, closing = first[: len(first) - end + 1], first[len(first) - end + 1 :]
    middle = second[len(start) : len(second) - len(closing)]
    assert whole.startswith(start)
    yield start
    for _ in range(count - 1):
        yield middle
    yield closing


@pytest.mark.timeout(240)
@pytest.mark.parametrize("format_", WRITERS)
def test_a_long_log_is_read_in_the_memory_of_a_short_one(format_: str) -> None:
    count = 15_000
    tracemalloc.start()
    try:
        assert sum(1 for _ in read(Endless(bulk(format_, count)), Report())) == count
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()
