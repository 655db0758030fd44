"""The bytes of a log as UTF-8, whatever it was saved as: unpacked where it is packed by gzip, UTF-16 by its mark."""

import codecs
import gzip
import io
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Final

from gamenight.votes.exports.entries import Place
from gamenight.votes.exports.faults import ChatLogInvalid

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_UNPACKED_BYTES: Final = 1024**3
"""A file that unpacks to more is taken for one that was made to fill a disk."""

PACKED_ENDING: Final = ".gz"
"""How the name of a packed log ends, whatever its format."""

_GZIP = b"\x1f\x8b"
_START = Place("line", 1)
_CHUNK_BYTES = 64 * 1024
_MARK_BYTES = 3


def as_utf_8(stream: BinaryIO, *, max_unpacked_bytes: int) -> BinaryIO:
    """The stream without marks of its encoding. Where it is not what it begins as, reading it raises ChatLogInvalid."""
    start = read_fully(stream, _MARK_BYTES)
    plain = joined(start, stream)
    if start.startswith(_GZIP):
        unpacked = _buffered(_Unpacked(plain, max_unpacked_bytes))
        start = read_fully(unpacked, _MARK_BYTES)
        plain = joined(start, unpacked)
    if start.startswith(codecs.BOM_UTF8):
        plain.read(len(codecs.BOM_UTF8))
    elif start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _buffered(_Recoded(plain, "utf-16"))
    elif (encoding := _unmarked(start)) is not None:
        return _buffered(_Recoded(plain, encoding))
    return plain


def line_text(raw: bytes) -> tuple[str, bool]:
    """A line as text, and whether bytes of it are no UTF-8 and were read as Windows-1252, which old clients write."""
    with suppress(UnicodeDecodeError):
        return raw.decode(), False
    return raw.decode(errors=_WINDOWS_1252), True


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """What it leaves undefined is a control character of Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    with suppress(UnicodeDecodeError):
        return wrong.decode("cp1252"), error.end
    return wrong.decode("latin-1"), error.end


_WINDOWS_1252 = "gamenight.windows-1252"
codecs.register_error(_WINDOWS_1252, _as_windows_1252)


def _unmarked(start: bytes) -> str | None:
    """UTF-16 that begins with a character of ASCII: one of its two bytes is 0."""
    if len(start) < 2 or (start[0] == 0) == (start[1] == 0):
        return None
    return "utf-16-be" if start[0] == 0 else "utf-16-le"


def read_fully(stream: BinaryIO, size: int) -> bytes:
    """So many bytes, or all where there are fewer: a stream may give less at a time than it has."""
    data = b""
    while len(data) < size and (more := stream.read(size - len(data))):
        data += more
    return data


def joined(start: bytes, rest: BinaryIO) -> io.BufferedReader:
    """A stream of which the start was read already; any object with `read` will do."""
    return _buffered(_Joined(start, rest))


def _buffered(raw: io.RawIOBase) -> io.BufferedReader:
    return io.BufferedReader(raw, _CHUNK_BYTES)


class _Joined(io.RawIOBase):
    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self._start = start
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        data = self._start[: len(view)] or self._rest.read(len(view))
        self._start = self._start[len(data) :]
        view[: len(data)] = data
        return len(data)


class _Unpacked(io.RawIOBase):
    """What gzip has packed, up to a bound."""

    def __init__(self, packed: io.BufferedReader, max_bytes: int) -> None:
        self._file = gzip.GzipFile(fileobj=packed)
        self._left = max_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        try:
            data = self._file.read(len(view))
        except (EOFError, OSError, zlib.error):
            raise ChatLogInvalid(_START, "not_gzip", "it is packed by gzip, and broken or cut short.") from None
        self._left -= len(data)
        if self._left < 0:
            raise ChatLogInvalid(
                _START, "unpacked_too_large", "unpacked it is larger than a chat log can be. Send it in parts."
            )
        view[: len(data)] = data
        return len(data)


class _Recoded(io.RawIOBase):
    """Another encoding as UTF-8."""

    def __init__(self, source: io.BufferedReader, encoding: str) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        while not self._ready:
            data = self._source.read1(_CHUNK_BYTES)
            try:
                self._ready = self._decoder.decode(data, final=not data).encode()
            except UnicodeError:
                raise ChatLogInvalid(
                    _START, "not_utf8", "it begins as UTF-16 and is not. Save the file as UTF-8 text."
                ) from None
            if not data:
                break
        data, self._ready = self._ready[: len(view)], self._ready[len(view) :]
        view[: len(data)] = data
        return len(data)
