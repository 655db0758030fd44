"""The bytes of a log: its beginning, by which its format is recognised, and all of it, in bounded memory."""

import io
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

from gamenight.votes.exports.entries import Place
from gamenight.votes.exports.faults import ChatLogInvalid
from gamenight.votes.exports.json_paths import paths_in

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HEAD_BYTES = 64 * 1024
LINE_BYTES = 64 * 1024
_BUFFER_BYTES = 64 * 1024


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

    def __init__(self, stream: BinaryIO) -> None:
        data = _read_fully(stream, HEAD_BYTES).removeprefix(b"\xef\xbb\xbf")
        self.head = Head(data, is_all=len(data) < HEAD_BYTES - 3)
        self.bytes = io.BufferedReader(_Joined(data, stream), _BUFFER_BYTES)

    def lines(self) -> Iterator[tuple[Place, str]]:
        """Each line with its end; raises ChatLogInvalid for one that is too long or no UTF-8."""
        number = 0
        while raw := self.bytes.readline(LINE_BYTES + 1):
            number += 1
            place = Place("line", number)
            if len(raw) > LINE_BYTES:
                raise ChatLogInvalid(place, "too_long", f"it is longer than {LINE_BYTES} bytes.")
            try:
                yield place, raw.decode()
            except UnicodeDecodeError:
                raise ChatLogInvalid(place, "not_utf8", "it is no UTF-8. Save the file as UTF-8 text.") from None


def _read_fully(stream: BinaryIO, size: int) -> bytes:
    data = b""
    while len(data) < size and (more := stream.read(size - len(data))):
        data += more
    return data


class _Joined(io.RawIOBase):
    """A stream whose beginning was read already."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        data = self._head[: len(view)] or self._rest.read(len(view))
        self._head = self._head[len(data) :]
        view[: len(data)] = data
        return len(data)
