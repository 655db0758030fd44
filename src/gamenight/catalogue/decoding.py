"""The text of a file that somebody's spreadsheet wrote. Pure."""

import codecs
from typing import Literal

from msgspec import Struct

from gamenight.catalogue.errors import CsvInvalid

Encoding = Literal["utf-8", "utf-16", "utf-32", "windows-1252", "mixed"]
"""`mixed` is UTF-8 with some lines in Windows-1252."""

_MARKED: tuple[tuple[bytes, str, Encoding], ...] = (
    (codecs.BOM_UTF8, "utf-8", "utf-8"),
    # Before UTF-16, whose mark is the beginning of this one.
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)


class Decoded(Struct, frozen=True):
    """`guessed_lines` are those that are not UTF-8 and were taken for Windows-1252."""

    text: str
    encoding: Encoding
    guessed_lines: list[int] = []


def decode(file: bytes) -> Decoded:
    """The text of a file, without its byte order mark. Raises CsvInvalid with the line that can't be read.

    A byte order mark says the encoding, and so does a NUL beside the first character. Else a line is UTF-8 where it can
    be, and Windows-1252 where it can't: text of the one is hardly ever also valid in the other.
    """
    for mark, codec, encoding in _MARKED:
        if file.startswith(mark):
            return Decoded(_strictly(file[len(mark) :], codec, encoding), encoding)
    if len(file) > 1 and (file[0] == 0) != (file[1] == 0):
        codec = "utf-16-be" if file[0] == 0 else "utf-16-le"
        return Decoded(_strictly(file, codec, "utf-16"), "utf-16")
    return _line_by_line(file)


def _strictly(file: bytes, codec: str, encoding: Encoding) -> str:
    try:
        return file.decode(codec)
    except UnicodeDecodeError as error:
        raise _unreadable(_lines_in(file[: error.start].decode(codec)), encoding) from None


def _line_by_line(file: bytes) -> Decoded:
    try:
        return Decoded(file.decode(), "utf-8")
    except UnicodeDecodeError:
        pass
    lines: list[str] = []
    guessed: list[int] = []
    has_utf8 = False
    for number, line in enumerate(file.splitlines(keepends=True), start=1):
        try:
            lines.append(line.decode())
            has_utf8 = has_utf8 or not line.isascii()
        except UnicodeDecodeError:
            guessed.append(number)
            lines.append(_as_windows_1252(line, number))
    return Decoded("".join(lines), "mixed" if has_utf8 else "windows-1252", guessed)


def _as_windows_1252(line: bytes, number: int) -> str:
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        raise _unreadable(number, "windows-1252") from None


def _lines_in(text: str) -> int:
    return len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _unreadable(line: int, encoding: Encoding) -> CsvInvalid:
    shown = "neither UTF-8 nor Windows-1252" if encoding == "windows-1252" else f"not {encoding.upper()}"
    return CsvInvalid(line, None, "unreadable", f"this is {shown}. Save the file as UTF-8.")
