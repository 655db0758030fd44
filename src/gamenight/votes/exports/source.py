"""The bytes of a log: its beginning, by which its format is recognised, and all of it, in bounded memory."""

from collections.abc import Iterator
from functools import cached_property
from typing import BinaryIO

from gamenight.votes.exports.encodings import MAX_UNPACKED_BYTES, as_utf_8, joined, line_text, read_fully
from gamenight.votes.exports.entries import Place
from gamenight.votes.exports.faults import ChatLogInvalid
from gamenight.votes.exports.json_paths import paths_in

HEAD_BYTES = 64 * 1024
LINE_BYTES = 64 * 1024


class Head:
    """The beginning of a log."""

    def __init__(self, data: bytes, *, is_all: bool) -> None:
        self.data = data
        self.is_all = is_all

    @cached_property
    def text(self) -> str:
        return self.data.decode("utf-8", "replace").lstrip("\ufeff")

    @cached_property
    def json_paths(self) -> frozenset[str]:
        """The paths that its first value shows, if it is JSON: `comments.[].commenter.name`, `[].author`."""
        return paths_in(self.text)

    @cached_property
    def lines(self) -> list[str]:
        """Its whole lines, without their ends."""
        lines = self.text.split("\n")
        if not self.is_all and len(lines) > 1:
            lines.pop()
        return [line.rstrip("\r") for line in lines]


class Source:
    """A log that is read from its beginning, once: any object with `read` will do as the stream."""

    def __init__(self, stream: BinaryIO, *, max_unpacked_bytes: int = MAX_UNPACKED_BYTES) -> None:
        plain = as_utf_8(stream, max_unpacked_bytes=max_unpacked_bytes)
        data = read_fully(plain, HEAD_BYTES)
        self.head = Head(data, is_all=len(data) < HEAD_BYTES)
        self.bytes = joined(data, plain)
        self.windows_1252_lines = 0
        """How many lines were no UTF-8 and were read as what old clients wrote amid it."""

    def lines(self, max_bytes: int = LINE_BYTES) -> Iterator[tuple[Place, str]]:
        """Each line with its end; raises ChatLogInvalid for one that is too long."""
        number = 0
        while raw := self.bytes.readline(max_bytes + 1):
            number += 1
            place = Place("line", number)
            if len(raw) > max_bytes:
                raise ChatLogInvalid(place, "too_long", f"it is longer than {max_bytes} bytes.")
            line, was_windows_1252 = line_text(raw)
            self.windows_1252_lines += was_windows_1252
            yield place, line
