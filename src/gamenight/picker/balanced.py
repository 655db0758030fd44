"""The balanced weights: favours, the memory of the nights, and what people like. Pure.

A weight is the product of named factors. Each lies within bounds that follow from the strengths, each can be switched
off, and the last one, `cap`, sees to it that no game has nearly all of the odds.
"""

import hashlib
import itertools
import math
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Literal, get_args

from msgspec import Struct

from gamenight.catalogue.schemas import Game
from gamenight.picker.rules import FAVOR, PACK_FAVOR, Weighted, strictly_between_0_and_1

Factor = Literal["favor", "packFavor", "recency", "tonight", "taste", "novelty", "variety", "cap"]
FACTORS: tuple[Factor, ...] = get_args(Factor)

TONIGHT_SPAN = 1.5
VARIETY_GAMES = 3
"""How many of the night's last games the next one should differ from."""
TASTE_PRIOR = 2
NEGLIGIBLE = 0.001
"""A loss of weight that nobody would notice in the draws."""


Weigher = Callable[[Iterable[Game], Sequence[Game]], list[Weighted]]
"""Gives games their weights, after the games that were chosen to be played before."""


class Strengths(Struct, frozen=True, kw_only=True):
    """How much each factor counts. `settings` has the same defaults."""

    recency: float = 0.9
    recency_nights: float = 1.5
    tonight: float = 0.9
    taste: float = 4.0
    novelty: float = 1.5
    variety: float = 0.6
    cap: float = 0.35


class GameTonight(Struct, frozen=True):
    """A game of the present night."""

    game_id: int
    game_type: str | None
    skipped: bool


class Memory(Struct, frozen=True):
    """The memory of the nights. A night is a session in which a game was played; one that was skipped was not.

    `nights_since` is 1 for a game of the last night before this one, 2 for the one before it; games that were on none
    of the nights that still count are missing (see nights_remembered). `tonight` is in order of adding. `ever_played`
    are the games of any night.
    """

    nights_since: Mapping[int, int] = {}
    tonight: Sequence[GameTonight] = ()
    ever_played: Container[int] = frozenset()

    def knows(self, game_id: int) -> bool:
        """Whether a game was ever played."""
        return (
            game_id in self.ever_played
            or game_id in self.nights_since
            or any(game.game_id == game_id and not game.skipped for game in self.tonight)
        )


class Balance(Struct, frozen=True):
    """The input of the balanced weights besides the games."""

    pack_favor: Mapping[str, int]
    memory: Memory
    strengths: Strengths
    on: frozenset[str]
    """The factors that count."""
    seed: str


def switched_on(off: Iterable[str], requested: Mapping[Factor, bool]) -> frozenset[str]:
    """The factors that count: all but those that a setting has off, and as a request asks for."""
    default = frozenset(off)
    return frozenset(name for name in FACTORS if requested.get(name, name not in default))


def bounds(strengths: Strengths) -> dict[Factor, tuple[float, float]]:
    """The least and the largest value of each factor."""
    return {
        "favor": (min(FAVOR.values()), max(FAVOR.values())),
        "packFavor": (min(PACK_FAVOR.values()), max(PACK_FAVOR.values())),
        "recency": (1 - strengths.recency, 1),
        "tonight": (1 - strengths.tonight, 1),
        "taste": (1 / strengths.taste, strengths.taste),
        "novelty": (1, strengths.novelty),
        "variety": (1 - strengths.variety, 1),
        "cap": (0, 1),
    }


def nights_remembered(strengths: Strengths) -> int:
    """How many nights back recency reaches: a game of the night before those loses less than NEGLIGIBLE."""
    if strengths.recency < NEGLIGIBLE:
        return 0
    return 1 + math.floor(strengths.recency_nights * math.log(strengths.recency / NEGLIGIBLE))


def too_recent(balance: Balance) -> frozenset[int]:
    """The games that recency leaves no weight at all: with the strength 1 those of the last night."""
    if "recency" not in balance.on:
        return frozenset()
    return frozenset(id_ for id_ in balance.memory.nights_since if _recency(id_, balance) <= 0)


def weigh(games: Iterable[Game], balance: Balance) -> list[Weighted]:
    """The balanced weights of all games that fit; a game's share of them is its odds."""
    games = list(games)
    return weigher(games, balance)(games, [])


def weigher(games: Iterable[Game], balance: Balance) -> Weigher:
    """Weighs any of the games, after others that were chosen to be played before. Their tastes are drawn once."""
    lasting = {game.id: dict(_lasting(game, balance)) for game in games}
    shown = [name for name in FACTORS if name in balance.on and name != "cap"]

    def weigh_after(some: Iterable[Game], chosen: Sequence[Game]) -> list[Weighted]:
        tonight = [*balance.memory.tonight, *(GameTonight(game.id, game.game_type, skipped=False) for game in chosen)]
        since = {game.game_id: ago for ago, game in _from_the_last(tonight)}
        types = [game.game_type for game in tonight if not game.skipped]
        weighted = []
        for game in some:
            values = lasting[game.id] | {
                "tonight": comeback(since.get(game.id), balance.strengths.tonight, TONIGHT_SPAN),
                "variety": variety(game.game_type, types, balance.strengths.variety),
            }
            weighted.append(Weighted(game, {name: values[name] for name in shown}))
        return cap(weighted, balance.strengths.cap) if "cap" in balance.on else weighted

    return weigh_after


def _lasting(game: Game, balance: Balance) -> Iterator[tuple[Factor, float]]:
    """The factors that stay as they are in the course of a night."""
    strengths, memory = balance.strengths, balance.memory
    yield "favor", FAVOR[game.favor_bias]
    yield "packFavor", PACK_FAVOR[balance.pack_favor.get(game.pack_name, 0)]
    yield "recency", _recency(game.id, balance)
    if "taste" in balance.on:
        yield "taste", taste(game, strengths.taste, balance.seed)
    yield "novelty", 1.0 if memory.knows(game.id) else strengths.novelty


def _recency(game_id: int, balance: Balance) -> float:
    strengths = balance.strengths
    return comeback(balance.memory.nights_since.get(game_id), strengths.recency, strengths.recency_nights)


def _from_the_last(tonight: Sequence[GameTonight]) -> Iterator[tuple[int, GameTonight]]:
    """The games with how long ago they were, the last one being 1; of a game that came twice its last time counts."""
    return ((len(tonight) - place, game) for place, game in enumerate(tonight))


def comeback(ago: int | None, strength: float, span: float) -> float:
    """How far something is back at its full weight of 1: `1 - strength` just after it was, 1 where it never was."""
    return 1.0 if ago is None else 1 - strength * math.exp(-(ago - 1) / span)


def variety(game_type: str | None, types: Sequence[str | None], strength: float) -> float:
    """`1 - strength` for the type of the night's last game, half of it for the last but one, a quarter before that."""
    kind = (game_type or "").casefold()
    if kind:
        for ago, type_ in enumerate(reversed(types[-VARIETY_GAMES:])):
            if (type_ or "").casefold() == kind:
                return 1 - strength * 0.5**ago
    return 1.0


def taste(game: Game, spread: float, seed: str) -> float:
    """One draw from what the votes let us believe of a game, from 1/spread (nobody likes it) to spread (all do).

    Thompson, "On the likelihood that one unknown probability exceeds another" (1933): so what has few votes is tried,
    and what has many gets what it deserves.
    """
    chance = _uniforms(f"{game.id}:{seed}")
    liked = _gamma(game.upvotes + TASTE_PRIOR, chance)
    disliked = _gamma(game.downvotes + TASTE_PRIOR, chance)
    return math.pow(spread, 2 * liked / (liked + disliked) - 1)


def _gamma(shape: float, chance: Iterator[float]) -> float:
    """Marsaglia and Tsang, "A simple method for generating gamma variables" (2000); the standard library's own may
    change from one Python to the next, and a seed has to stay good."""
    d = shape - 1 / 3
    c = 1 / math.sqrt(9 * d)
    while True:
        normal = math.sqrt(-2 * math.log(next(chance))) * math.cos(2 * math.pi * next(chance))
        v = (1 + c * normal) ** 3
        if v > 0 and math.log(next(chance)) < normal * normal / 2 + d - d * v + d * math.log(v):
            return d * v


def _uniforms(text: str) -> Iterator[float]:
    for number in itertools.count():
        digest = hashlib.blake2b(f"{number}:{text}".encode(), digest_size=64, person=b"taste").digest()
        for start in range(0, 64, 8):
            yield strictly_between_0_and_1(int.from_bytes(digest[start : start + 8]) >> 11)


def cap(pool: Sequence[Weighted], max_share: float) -> list[Weighted]:
    """The pool with one more factor, `cap`, that lowers the heaviest so that none gets more than `max_share`.

    Water is filled in: what is cut off is shared by the others in proportion to their weights, and whoever comes to
    the brim by that is cut as well. Where the pool is so small that somebody must have more, nothing is cut.
    """
    level = _level([each.weight for each in pool], max_share)
    return [Weighted(each.game, each.factors | {"cap": min(1.0, level / each.weight)}) for each in pool]


def _level(weights: Sequence[float], max_share: float) -> float:
    """The largest weight that is left, so that it is no more than `max_share` of all that is left."""
    heaviest = sorted(weights, reverse=True)
    if len(heaviest) * max_share < 1:
        return math.inf
    for cut in range(len(heaviest)):
        rest = math.fsum(heaviest[cut:])
        level = rest * max_share / (1 - cut * max_share)
        if heaviest[cut] <= level:
            return level
    return heaviest[-1]
