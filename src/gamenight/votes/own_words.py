"""What somebody says themselves in a chat message, apart from what they repeat of others. Pure.

The text is folded already, see `folding`. Everything here takes time in proportion to the length of the text: what was
matched once is not given back (possessive quantifiers), and what may be long is bounded by characters that end it.
"""

import re
from typing import Final, Literal

from msgspec import Struct

Repeated = Literal["quoted", "played_back"]
"""Of others, or said earlier and told again by a bouncer."""

# The scripts whose writers put no space between words, and Korean, whose particles follow a foreign word at once.
_UNSPACED = (
    "\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3021-\u3029\u3040-\u318f\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
LETTER: Final = rf"[^\W_{_UNSPACED}]"
"""A letter or digit (of a regular expression) that would make one word with what stands beside it."""
GAP: Final = "\ufffc"
"""What stands where something was left out."""

_LINE = re.compile("[\n\r\x85\u2028\u2029]+")
_QUOTED_LINE = re.compile(r"\s*+(?:>|&gt;)++(?:\s|\w\w)")
_REST_QUOTED = re.compile(r"\s*+>>>\s")
_QUOTATION = re.compile(
    "|".join(
        (
            rf'(?<!{LETTER})"[^"]*+"(?!{LETTER})',
            "\u201c[^\u201c\u201d]*+\u201d",
            '\u201e[^\u201e\u201c\u201d"]*+[\u201c\u201d"]',
            "\u00ab[^\u00ab\u00bb]*+\u00bb",
            "\u00bb[^\u00ab\u00bb]*+\u00ab",
            "\u2039[^\u2039\u203a]*+\u203a",
            "\u203a[^\u2039\u203a]*+\u2039",
            "\u300c[^\u300c\u300d]*+\u300d",
            "\u300e[^\u300e\u300f]*+\u300f",
            "\u201a[^\u201a\u2018\u2019]*+[\u2018\u2019]",
            # Between two letters it is an apostrophe, and after a colon it is a tear.
            rf"\u2018(?:[^\u2018\u2019\n]|(?<={LETTER})\u2019(?={LETTER}))*+\u2019(?!{LETTER})",
            rf"(?<!{LETTER})(?<![:;=])'(?=\S)(?:[^'\n]|(?<={LETTER})'(?={LETTER}))*+'(?!{LETTER})",
            # Struck through.
            r"~~(?:[^~]|~(?!~))*+~~",
            # What bridges add of the message that is replied to; a smiley does not end it.
            r"[(\[]re:? @?[^\s:()\[\]]{1,64}+: (?:[^)\]\n]|(?<=[:;=-])[)\]]){0,600}+[)\]]",
        )
    )
)

_DAY = (
    r"(?:(?:today|yesterday|heute|gestern|hoy|ayer),?(?: (?:at|um|a las?))? |[a-z]{3},? (?:[a-z]{3} \d{1,2} )?"
    r"|[\d./-]{6,10}[t ,]{1,2})?"
)
_CLOCK = r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,6})?)?(?: ?[ap]\.?m\.?)?"
_STAMP = rf"{_DAY}(?:{_CLOCK}|\d\d\.\d\d\.\d\d)(?: \d{{4}}| ?(?:utc|gmt|z))?(?: ?[+-]\d\d:?\d\d)?"
_PLAYED_BACK = re.compile(
    rf"\s*+(?:[\[(]{_STAMP}[\])]"
    r"|[\d./-]{6,10}[t ,]{1,2}\d{1,2}:\d\d|\d\d:\d\d:\d\d(?!\d)"
    # The time of day alone may begin what somebody says.
    rf"|{_CLOCK}(?:>|\s+(?:<(?!3)|[^\s:<>]{{1,64}}+:\s)))"
)
# Not the mentions, channels, emoji and commands of Discord, which look like it.
_OF_A_NAME = re.compile(r"\s*+(?:[\[(][^\])\n]{1,32}+[\])]\s*+)?<[ ~&@%+!]?(?![@#&!]|\d++>)[^\s<>:/]{1,64}+>(?=\s)")


class OwnWords(Struct, frozen=True):
    """`repeated` is what was left out, if anything was."""

    text: str
    repeated: Repeated | None = None


def own_words(text: str) -> OwnWords:
    """A message without quotations, quoted lines, the quoted part of a reply, and lines of a log told again."""
    kept: list[str] = []
    repeated: Repeated | None = None
    lines = _LINE.split(text)
    for line in lines:
        if _REST_QUOTED.match(line):
            repeated = "quoted"
            break
        kind = _kind_of_line(line)
        repeated = kind or repeated
        if kind is None:
            kept.append(line)
    own = "\n".join(kept)
    without = _QUOTATION.sub(GAP, own)
    return OwnWords(without, repeated or ("quoted" if without != own else None))


def _kind_of_line(line: str) -> Repeated | None:
    if _QUOTED_LINE.match(line) or _OF_A_NAME.match(line):
        return "quoted"
    return "played_back" if _PLAYED_BACK.match(line) else None
