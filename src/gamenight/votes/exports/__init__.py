"""Chat logs as other programs write them, read message by message in bounded memory. Pure.

A log's format is seen from its first characters: JSON (of the API, of TwitchDownloader or of chat-downloader), CSV, or
the lines of IRC clients and Chatterino.
"""

import io
from collections.abc import Iterator
from datetime import date, timedelta, timezone
from typing import TYPE_CHECKING, BinaryIO, Literal

from gamenight.votes.exports import irc, structured, table
from gamenight.votes.exports.messages import ChatLogInvalid, ChatMessage

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Format = Literal["json", "twitch-downloader", "chat-downloader", "csv", "irc"]
"""`json` is what `chat-import` takes: `chatData`, or its list alone."""

_HEAD_BYTES = 4096

__all__ = ["ChatLogInvalid", "ChatMessage", "Format", "read"]


def read(
    stream: BinaryIO,
    *,
    format: Format | None = None,
    utc_offset: timedelta = timedelta(0),
    first_date: date | None = None,
) -> Iterator[ChatMessage]:
    """The messages of a log in its order; what the log says of joins, modes and actions is passed over.

    `utc_offset` is that of times without a zone. `first_date` is the date of the first line of a log whose lines have
    only the time of day and that has no dated header. Raises ChatLogInvalid while it is read.
    """
    head = _read_fully(stream, _HEAD_BYTES)
    source = io.BufferedReader(_Source(head.removeprefix(b"\xef\xbb\xbf"), stream), 64 * 1024)
    zone = timezone(utc_offset)
    found = format or _format_of(head)
    if found == "csv":
        return table.read(source, zone)
    if found == "irc":
        return irc.read(source, zone, first_date)
    return structured.read(source, zone, format)


def _format_of(head: bytes) -> Literal["json", "csv", "irc"]:
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("{") or (text.startswith("[") and text[1:].lstrip()[:1] in ("{", "]", "")):
        return "json"
    return "csv" if table.is_header(text.split("\n", 1)[0]) else "irc"


def _read_fully(stream: BinaryIO, size: int) -> bytes:
    data = b""
    while len(data) < size and (more := stream.read(size - len(data))):
        data += more
    return data


class _Source(io.RawIOBase):
    """A stream whose beginning was read already; any object with `read` will do."""

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
