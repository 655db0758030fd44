"""Names that people give themselves."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamenight.core.text import MAX_MARKS, clean_name


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("  Pia  ", "Pia"),
        ("Pia\u202egnp\u2066", "Piagnp"),
        ("P\u200bi\ufeffa\x00\x1b", "Pia"),
        ("Pia\u2028and\u00a0\u3000Omar", "Pia and Omar"),
        ("Cafe\u0301", "Café"),
        ("Z" + "\u0335" * 50, "Z" + "\u0335" * MAX_MARKS),
        ("\u0301\u200b ", ""),
        (" \u0301Pia", "Pia"),
        ("Cafe\u200b\u0301", "Café"),
        ("<b>Pia</b>", "<b>Pia</b>"),
        ("x" * 40, "x" * 32),
    ],
)
def test_a_name_fits_into_one_line(given_name: str, shown: str) -> None:
    assert clean_name(given_name, 32) == shown


@given(st.text(), st.integers(1, 40))
def test_whatever_is_given_the_name_is_short_visible_and_stays_as_it_is(text: str, longest: int) -> None:
    name = clean_name(text, longest)
    kinds = [unicodedata.category(each)[0] for each in name]
    assert "C" not in kinds
    assert len(kinds) - kinds.count("M") <= longest
    assert kinds.count("M") <= MAX_MARKS * longest
    assert name == name.strip()
    assert clean_name(name, longest) == name
