"""Reads the votes in a chat message. Pure.

`thisgame++` and `thisgame--` vote for the game that is being played, a game's short symbol (`TKO++`) for that game.
Case doesn't matter, nor does how often the sign is repeated, and a phone's dash stands for `--`. The sign follows its
word at once, and both stand alone: `c++`, `-->`, `thisgame-->`, `x.tko++`, `@tko++` and `tko++;` are no votes. `unvote`
as the whole message withdraws, `unvote TKO` from that game.
"""

import re
from collections.abc import Container
from typing import Literal

from msgspec import Struct

from gamenight.votes.folding import folded

Vote = Literal["up", "down", "unvote"]
"""`unvote` withdraws."""

MAX_TARGETS = 3

_LONG_DASHES = "\u2013\u2014\u2015\u2e3a\u2e3b"
_SHORT_DASHES = "\\-\u2010\u2012\u2212"
_DASHES = f"{_SHORT_DASHES}{_LONG_DASHES}"
# A single long dash is what a phone makes of two hyphens.
_SIGN = f"(?:(?P<up>\\+{{2,}}+)|[{_DASHES}]{{2,}}+|[{_LONG_DASHES}])"
_VOTE = re.compile(
    rf"(?<![\w+<>=/\\@$&%{_DASHES}])(?<!\w[.'\u2019])(?P<word>thisgame|[a-z0-9]{{2,4}}){_SIGN}(?![\w+<>=/\\(;{_DASHES}])"
)
_MAY_VOTE = re.compile(f"\\+\\+|[{_DASHES}]{{2}}|[{_LONG_DASHES}]")
_UNVOTE = re.compile(r"!?unvote(?:\s+(?P<word>thisgame|[a-z0-9]{2,4}))?[.!]*")


class ChatVote(Struct, frozen=True):
    """`target` is the symbol of a game, None for the one that is being played."""

    target: str | None
    vote: Vote


def votes_in(text: str, symbols: Container[str]) -> list[ChatVote]:
    """The votes of a message, for the first three games that it names; of two for one game the last counts.

    `symbols` are those of the games, in upper case; other words vote for nothing.
    """
    text = folded(text)
    # Of a million messages few get further than this.
    if "unvote" in text and (alone := _UNVOTE.fullmatch(text.strip())):
        return _withdrawal(alone["word"], symbols)
    if not _MAY_VOTE.search(text):
        return []
    votes: dict[str | None, Vote] = {}
    for found in _VOTE.finditer(text):
        target = None if found["word"] == "thisgame" else found["word"].upper()
        is_known = target is None or target in symbols
        if is_known and (target in votes or len(votes) < MAX_TARGETS):
            votes[target] = "up" if found["up"] else "down"
    return [ChatVote(target, vote) for target, vote in votes.items()]


def _withdrawal(word: str | None, symbols: Container[str]) -> list[ChatVote]:
    if word in (None, "thisgame"):
        return [ChatVote(None, "unvote")]
    return [ChatVote(word.upper(), "unvote")] if word.upper() in symbols else []
