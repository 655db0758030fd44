"""Reads the votes in a chat message. Pure.

`thisgame++` and `thisgame--` vote for the game that is being played, a game's short symbol (`TKO++`) for that game.
Case doesn't matter, nor does how often the sign is repeated. `thisgame` is a word that nobody writes by chance, so what
phones make of it counts too; a symbol may be a word of a language or a variable of a program, so it has to stand alone:
`c++`, `-->`, `x.tko++`, `@tko++` and `tko++;` are no votes. `unvote` as the whole message withdraws, `unvote TKO` from
that game.

What somebody repeats of others is no vote of theirs (see `own_words`), nor is what explains how to vote: text that
names both ways for one game, or that tells others what to type.
"""

import re
from collections.abc import Container
from typing import Literal

from msgspec import Struct

from gamenight.votes.folding import folded
from gamenight.votes.own_words import LETTER, Repeated, own_words

Vote = Literal["up", "down", "unvote"]
"""`unvote` withdraws."""
WhyNone = Literal[Repeated, "both_ways", "instructions"]
"""Why a message with the words of a vote has none."""

MAX_TARGETS = 3

_LONG_DASHES = "\u2013\u2014\u2015\u2e3a\u2e3b"
_SHORT_DASHES = "\\-\u2010\u2012\u2212\u2796"
_DASHES = f"{_SHORT_DASHES}{_LONG_DASHES}"
_PLUS = "+\u2795"
# A single long dash is what a phone makes of two hyphens.
_UP = f"[{_PLUS}]{{2,}}+|[{_PLUS}] [{_PLUS}](?! ?[{_PLUS}])"
_DOWN = f"[{_DASHES}]{{2,}}+|[{_LONG_DASHES}]"
_SMILEY = (
    r"<[/\\]?3(?!\d)|[;=]['-]?[)(\]\[dpo3](?!\w)|>[:;=]['-]?[)(\]\[dpo3/|](?!\w)|\\o/|x{1,9}d{1,9}(?!\w)|[\d#*]\u20e3"
)
_ALONE = rf"(?:(?={_SMILEY})|(?!_{{0,3}}{LETTER}|[{_PLUS}{_DASHES}<>=/\\"
_BEFORE = rf"(?<!{LETTER})(?<!{LETTER}_)(?<!{LETTER}__)(?<![+<>=/\\@$&%\u2795{_DASHES}])"
_VOTE = re.compile(
    rf"{_BEFORE}(?:"
    rf"(?P<this>this[ \t]{{0,2}}game)(?:[ \t]{{0,2}}(?P<this_up>{_UP})|(?P<this_spaced>[ \t]{{1,2}})?+(?:{_DOWN}))"
    rf"{_ALONE}]))"
    rf"|(?<!{LETTER}[.'\u2019])(?P<symbol>[a-z0-9]{{2,4}})"
    rf"(?:[ \t]{{0,2}}(?P<symbol_up>{_UP})|(?P<symbol_spaced>[ \t]{{1,2}})?+(?:{_DOWN}))"
    rf"{_ALONE}(;]))"
    r")"
)
_MAY_VOTE = re.compile(f"[{_PLUS}][ \\\\]?[{_PLUS}]|[{_DASHES}]\\\\?[{_DASHES}]|[{_LONG_DASHES}]")
# Markdown's way to write a sign as it is.
_ESCAPE = re.compile(rf"\\(?=[{_PLUS}{_DASHES}_*~|`])")
_END_OF_LINE = re.compile(rf"(?:(?!{LETTER})[^\n])*+(?:\n|\Z)")
_OTHER_SIGN = re.compile(
    rf"\s*+(?:[/|]|,?\s*+(?:or|and|oder|und|o|y|vs\.?)\s)\s*+(?P<sign>[{_PLUS}]{{2}}|[{_DASHES}]{{2}}|[{_LONG_DASHES}])"
)
_TELLING_BYTES = 32
_TELLING = re.compile(
    r"(?<![\w'\u2019])(?<!\bi )(?<!\bmy )(?:"
    r"typ(?:e|ing)|writ(?:e|ing)|enter(?:ing)?|us(?:e|ing)|send(?:ing)?|post(?:ing)?|vot(?:e|ing) (?:with|by|via)"
    r"|tipp(?:e|t)|schreib(?:e|t)?|nutz(?:e|t)|stimm(?:e|t) mit"
    r"|escrib(?:e|an|id)|us(?:ad|en)|vot(?:a|ad|en) con"
    r"):?\s++[\"'`(*_|\ufffc]*+\Z"
)
_UNVOTE = re.compile(r"[*_|`]*+!?unvote(?:\s+(?P<word>this ?game|[a-z0-9]{2,4}))?[.!]*+[*_|`]*+")


class ChatVote(Struct, frozen=True):
    """`target` is the symbol of a game, None for the one that is being played."""

    target: str | None
    vote: Vote


class Said(Struct, frozen=True):
    """The votes of a message; `passed_over` says why it has none though it has the words of one."""

    votes: list[ChatVote]
    passed_over: WhyNone | None = None


_NOTHING = Said([])


def votes_in(text: str, symbols: Container[str]) -> list[ChatVote]:
    """The votes of a message, for the first three games that it names.

    `symbols` are those of the games, in upper case; other words vote for nothing.
    """
    return read(text, symbols).votes


def read(text: str, symbols: Container[str]) -> Said:
    """The votes of a message as `votes_in` finds them, or why the words of a vote in it are none."""
    text = folded(text)
    # Of a million messages few get further than this.
    if "unvote" in text and (alone := _UNVOTE.fullmatch(text.strip())):
        return Said(_withdrawal(alone["word"], symbols))
    if not _MAY_VOTE.search(text):
        return _NOTHING
    if "\\" in text:
        text = _ESCAPE.sub("", text)
    own = own_words(text)
    found = _votes_of(own.text, symbols)
    if not found.votes and found.passed_over is None and own.repeated and _votes_of(text, symbols) != _NOTHING:
        return Said([], own.repeated)
    return found


def _votes_of(text: str, symbols: Container[str]) -> Said:
    votes: dict[str | None, set[Vote]] = {}
    counted: dict[str | None, Vote] = {}
    for found in _VOTE.finditer(text):
        target = None if found["this"] else found["symbol"].upper()
        if target is not None and target not in symbols:
            continue
        if _TELLING.search(text, max(0, found.start() - _TELLING_BYTES), found.start()):
            return Said([], "instructions")
        vote: Vote = "up" if found["this_up"] or found["symbol_up"] else "down"
        ways = votes.setdefault(target, set())
        ways.add(vote)
        if len(ways) == 2 or _names_other_way(text, found.end(), vote):
            return Said([], "both_ways")
        if len(counted) < MAX_TARGETS and _is_sign(text, found):
            counted[target] = vote
    return Said([ChatVote(target, vote) for target, vote in counted.items()]) if counted else _NOTHING


def _is_sign(text: str, found: re.Match[str]) -> bool:
    """Whether a dash is the sign of a vote. One after a space is a dash of prose where words follow it."""
    is_spaced = found["this_spaced"] or found["symbol_spaced"]
    return not is_spaced or _END_OF_LINE.match(text, found.end()) is not None


def _names_other_way(text: str, end: int, vote: Vote) -> bool:
    """Whether `or --` follows, the word left out."""
    other = _OTHER_SIGN.match(text, end)
    return other is not None and (other["sign"][0] in _PLUS) != (vote == "up")


def _withdrawal(word: str | None, symbols: Container[str]) -> list[ChatVote]:
    if word is None or word.startswith("this"):
        return [ChatVote(None, "unvote")]
    return [ChatVote(word.upper(), "unvote")] if word.upper() in symbols else []
