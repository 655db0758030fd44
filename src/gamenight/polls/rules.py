"""Which of a poll's options wins. Pure."""

import random
from collections.abc import Sequence
from typing import Final, Literal, get_args

from msgspec import Struct

SOMETHING_ELSE: Final = 0
"""The `gameId` of the option that is none of the games."""
Rule = Literal["majority", "proportional"]
RULES: Final[tuple[Rule, ...]] = get_args(Rule)
DecidedBy = Literal["votes", "share", "tie", "no_votes", "host", "session_end"]
"""`votes`: it has the most. `share`: each vote was a lot of the draw. `tie`, `no_votes`: the draw's weights decided.
`host`: a host chose. `session_end`: the night ended before the poll, and nothing is chosen."""
DECIDED_BY: Final[tuple[DecidedBy, ...]] = get_args(DecidedBy)


LEAST_WEIGHT = 1e-9


class Standing(Struct, frozen=True):
    """An option with its votes, and the weight of its game in the draw."""

    option: int
    game_id: int
    weight: float
    votes: int


class Outcome(Struct, frozen=True):
    """The option that won, and those that had as many votes where a tie had to be broken."""

    option: int
    decided_by: DecidedBy
    tied: list[int]


def decide(standings: Sequence[Standing], rule: Rule, seed: str) -> Outcome:
    """The outcome of a poll: the same for the same seed.

    By majority the option with the most votes wins; of several the draw's weights choose, among the games if there is
    one. In proportion each vote is a lot. Where nobody has voted the draw's weights choose among the games.
    """
    chance = random.Random(seed)  # noqa: S311 — which game it is, is no secret
    most = max(each.votes for each in standings)
    if rule == "proportional" and most:
        (drawn,) = chance.choices(standings, [each.votes for each in standings])
        return Outcome(drawn.option, "share", [])
    leading = [each for each in standings if each.votes == most]
    if len(leading) == 1:
        return Outcome(leading[0].option, "votes", [])
    games = [each for each in leading if each.game_id != SOMETHING_ELSE]
    (drawn,) = chance.choices(games, [max(each.weight, LEAST_WEIGHT) for each in games])
    tied = [each.option for each in leading] if most else []
    return Outcome(drawn.option, "tie" if most else "no_votes", tied)


def leader(standings: Sequence[Standing]) -> Standing:
    """The option with the most votes, of several the first."""
    return max(standings, key=lambda each: (each.votes, -each.option))
