"""Cleans the names that people give themselves, so that they can be shown in one line."""

import unicodedata

MAX_MARKS = 3


def clean_name(text: str, max_length: int) -> str:
    """A name in one line of at most `max_length` characters, marks not counted; empty if nothing can be seen of it.

    NFC. Without control characters, without what turns the direction of text or has no width, and with at most three
    marks on a character, so that it stays in its line.
    """
    kept: list[str] = []
    length = marks = 0
    for character in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(character)[0]
        each = " " if kind == "Z" else character
        if kind == "C" or (each == " " and kept[-1:] == [" "]):
            continue
        if kind == "M":
            marks += 1
            if marks > MAX_MARKS or not kept:
                continue
        else:
            if length == max_length:
                break
            length += 1
            marks = 0
        kept.append(each)
    return "".join(kept).strip()
