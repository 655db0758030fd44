"""A file in whatever encoding a spreadsheet wrote it: read as what it is, or refused with the line."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamenight.catalogue.decoding import Decoded, Encoding, decode
from gamenight.catalogue.errors import CsvInvalid
from gamenight.catalogue.spreadsheet import LOST_CHARACTER
from tests.support.error_words import missing_details

TEXT = "Game Pack\r\nChamp\u2019d Up, \u201cété\u201d\r\nplain\r\nß\n"


@pytest.mark.parametrize(
    ("file", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16"),
        ("\ufeff".encode("utf-16-be") + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16"),
        (TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-32"), "utf-32"),
    ],
)
def test_each_unicode_encoding_is_read_as_what_it_is(file: bytes, encoding: Encoding) -> None:
    assert decode(file) == Decoded(TEXT, encoding)


def test_windows_1252_is_read_and_the_lines_that_say_so_are_told() -> None:
    assert decode(TEXT.encode("cp1252")) == Decoded(TEXT, "windows-1252", [2, 4])


def test_a_line_of_windows_1252_does_not_spoil_the_others() -> None:
    file = "Häuser\n".encode() + "Café\n".encode("cp1252") + b"plain\r" + "Größe".encode()
    assert decode(file) == Decoded("Häuser\nCafé\nplain\rGröße", "mixed", [2])


@pytest.mark.parametrize(
    ("file", "line"),
    [
        (b"a\r\nb\rc\n\x81", 4),
        (b"\x9d", 1),
        ("a\nb\n".encode("utf-16") + b"\x00\xd8", 3),
        ("a\nb".encode("utf-16") + b"x", 2),
        ("a\n".encode("utf-32") + b"\xff\xff\xff\xff", 2),
        (b"\xef\xbb\xbfa\n\xff", 2),
    ],
)
def test_what_is_in_no_encoding_is_refused_with_the_line(file: bytes, line: int) -> None:
    with pytest.raises(CsvInvalid) as refused:
        decode(file)
    assert refused.value.details.items() >= {"line": line, "reason": "unreadable"}.items()
    assert not missing_details(refused.value.code, refused.value.details)


@given(st.text())
def test_utf_8_is_always_read_as_it_was_written(text: str) -> None:
    assert decode(text.encode("utf-8-sig")) == Decoded(text, "utf-8")


@given(st.lists(st.sampled_from([b"\n", b"\xe4", "\u00e4".encode(), b"\xe2\x80", b"a", b"\x81"])).map(b"".join))
def test_no_file_at_all_gets_a_character_that_stands_for_a_lost_one(file: bytes) -> None:
    with contextlib.suppress(CsvInvalid):
        assert LOST_CHARACTER not in decode(file).text
