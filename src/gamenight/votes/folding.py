"""When two texts that people typed are the same. Pure."""

import re
import unicodedata

# Default_Ignorable_Code_Point of the Unicode Character Database 16.0 (DerivedCoreProperties.txt): what is not shown.
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
_CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f]")
# Colours and styles of IRC (modern.ircdocs.horse/formatting), colours of terminals, and other control characters.
_FORMATTING = re.compile(
    "\x03(?:[0-9]{1,2}(?:,[0-9]{1,2})?)?|\x04(?:[0-9a-fA-F]{6}(?:,[0-9a-fA-F]{6})?)?|\x1b\\[[0-9;]*+m"
    "|[\0-\x08\x0e-\x1f\x7f]"
)
_SLICE = 256


def without_formatting(text: str) -> str:
    """The text without the codes for colours and other control characters; lines and tabs stay."""
    return _FORMATTING.sub("", text) if _CONTROL.search(text) else text


def folded(text: str) -> str:
    """The text without what nobody sees, such as the codes for colours, NFKC, and case-folded."""
    text = without_formatting(text)
    if text.isascii():
        return text.lower()
    return _nfkc(_nfkc(_IGNORABLE.sub("", text)).casefold())


def fold_name(username: str) -> str:
    """By what a person's name is compared; empty where nothing of it can be seen. A mention's @ is no part of it."""
    return folded(username).strip().removeprefix("@").strip()


def _nfkc(text: str) -> str:
    # In slices, because a long run of combining marks takes the square of its length.
    return "".join(unicodedata.normalize("NFKC", text[start : start + _SLICE]) for start in range(0, len(text), _SLICE))
