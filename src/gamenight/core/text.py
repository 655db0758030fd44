"""Cleans the names that people give themselves, so that they can be shown in one line."""

import unicodedata

MAX_MARKS = 3
MAX_NAME_LENGTH = 64


def clean_name(text: str, max_length: int = MAX_NAME_LENGTH) -> str:
    """A name in one line of at most `max_length` characters, marks not counted; empty if nothing can be seen of it.

    NFC. Without control characters, without what turns the direction of text or has no width, and with at most three
    marks on a character, so that it stays in its line.
    """
    # Cut first: to put many marks on one character in order takes the square of their number.
    visible = "".join(each for each in text[: 8 * max_length] if unicodedata.category(each)[0] != "C")
    kept: list[str] = []
    length = marks = 0
    for character in unicodedata.normalize("NFC", visible):
        kind = unicodedata.category(character)[0]
        each = " " if kind == "Z" else character
        if each == " " and kept[-1:] in ([], [" "]):
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
