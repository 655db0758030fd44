"""Filter, weigh, draw, explain. Pure: the same games, criteria and seed give the same draw.

The filters apply in the order of FILTERS, which is part of the API: a refusal names the one that left nothing.
"""

import hashlib
import heapq
import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct, structs

from gamenight.catalogue.rules import (
    Wish,
    fits_drawing,
    fits_family_friendly,
    fits_length,
    fits_player_count,
)
from gamenight.catalogue.schemas import Game

FAVOR = {1: 3.0, 0: 1.0, -1: 0.2}
PACK_FAVOR = {1: 2.0, 0: 1.0, -1: 0.3}
ASSUMED_MINUTES = 15
"""How long a game is taken to last where nobody knows."""


def minutes_of(game: Game) -> int:
    return ASSUMED_MINUTES if game.length_minutes is None else game.length_minutes


class Criteria(Struct, frozen=True, kw_only=True):
    """What to filter by. `exclude` are the caller's own exclusions, `not_again` the games that would be repeats,
    `too_recent` those that were played too lately to be drawn at all. `max_minutes` is how long a game may last.
    """

    wish: Wish = Wish()
    packs: frozenset[str] | None = None
    exclude: frozenset[int] = frozenset()
    max_minutes: int | None = None
    not_again: frozenset[int] = frozenset()
    too_recent: frozenset[int] = frozenset()


class Step(Struct, frozen=True):
    """A filter that was asked for, and how many games it left."""

    filter: str
    remaining: int


class Pool(Struct, frozen=True):
    """The games that are left, and how it came to that."""

    games: list[Game]
    total_enabled: int
    steps: list[Step]

    @property
    def emptied_by(self) -> str:
        """The filter after which no game was left."""
        return next(step.filter for step in self.steps if step.remaining == 0)


class Weighted(Struct, frozen=True):
    """A game and the named factors whose product is its weight."""

    game: Game
    factors: dict[str, float]

    @property
    def weight(self) -> float:
        return math.prod(self.factors.values())


class Candidate(Struct, frozen=True):
    """A game that was drawn. `odds` is its share of the pool's weight: the chance to be drawn first."""

    game: Game
    odds: float
    weight: float
    factors: dict[str, float]


Test = Callable[[Game], bool]


def _filters(criteria: Criteria) -> Iterable[tuple[str, Test | None]]:
    """Each filter in order, with its test, or None where it was not asked for."""
    wish, packs = criteria.wish, criteria.packs
    players, drawing, length, family = wish.player_count, wish.drawing, wish.length, wish.family_friendly
    yield "packs", None if packs is None else lambda game: game.pack_name in packs
    yield "exclude", (lambda game: game.id not in criteria.exclude) if criteria.exclude else None
    yield "playerCount", None if players is None else lambda game: fits_player_count(game, players)
    yield "drawing", None if drawing is None else lambda game: fits_drawing(game, drawing)
    yield "length", None if length is None else lambda game: fits_length(game, length)
    yield "familyFriendly", None if family is None else lambda game: fits_family_friendly(game, family)
    maximum = criteria.max_minutes
    yield "minutes", None if maximum is None else lambda game: minutes_of(game) <= maximum
    yield "repeats", (lambda game: game.id not in criteria.not_again) if criteria.not_again else None
    yield "recency", (lambda game: game.id not in criteria.too_recent) if criteria.too_recent else None


SUGGESTIONS = {
    "enabled": "Enable some games of the catalogue first.",
    "packs": "Name other packs, or none to draw from all. GET /api/games/packs lists them.",
    "exclude": "Exclude fewer games.",
    "playerCount": "Leave out playerCount, or play in two groups.",
    "drawing": "Leave out drawing.",
    "length": "Allow another length.",
    "familyFriendly": "Leave out familyFriendly.",
    "minutes": "Give more minutes.",
    "repeats": "Allow repeats: leave out excludePlayed or sessionId, or enable more games.",
    "recency": "Switch the factor recency off, or enable more games.",
}
FILTERS = tuple(SUGGESTIONS)
RELAXED_IN_ORDER = ("repeats", "recency", "length", "drawing")
"""The filters that are relaxed where nothing fits, in this order. All others always hold."""


def narrow(games: Iterable[Game], criteria: Criteria) -> Pool:
    """Apply the filters that were asked for, in the published order."""
    left = [game for game in games if game.enabled]
    total_enabled = len(left)
    steps = [Step("enabled", total_enabled)]
    for name, test in _filters(criteria):
        if test is not None:
            left = [game for game in left if test(game)]
            steps.append(Step(name, len(left)))
    return Pool(left, total_enabled, steps)


def narrow_or_relax(games: Iterable[Game], criteria: Criteria) -> tuple[Pool, list[str]]:
    """The games that fit and what had to be relaxed for it: as few filters of RELAXED_IN_ORDER as possible.

    Where nothing fits even so, the pool is empty and a filter that never gives way has emptied it.
    """
    games = list(games)
    pool = narrow(games, criteria)
    needed: tuple[str, ...] = ()
    for last in range(1, len(RELAXED_IN_ORDER) + 1):
        if pool.games:
            break
        needed = RELAXED_IN_ORDER[:last]
        pool = narrow(games, _relax(criteria, needed))
    if not pool.games:
        return pool, []
    # A filter that was relaxed in vain, before the one that helped, holds again.
    for name in needed:
        fewer = tuple(each for each in needed if each != name)
        stricter = narrow(games, _relax(criteria, fewer))
        if stricter.games:
            pool, needed = stricter, fewer
    return pool, list(needed)


def _relax(criteria: Criteria, names: Sequence[str]) -> Criteria:
    wish = criteria.wish
    return structs.replace(
        criteria,
        wish=structs.replace(
            wish,
            length=None if "length" in names else wish.length,
            drawing=None if "drawing" in names else wish.drawing,
        ),
        not_again=frozenset() if "repeats" in names else criteria.not_again,
        too_recent=frozenset() if "recency" in names else criteria.too_recent,
    )


def weigh(games: Iterable[Game], pack_favor: Mapping[str, int]) -> list[Weighted]:
    """The classic weights: how much a game is favoured, times how much its pack is."""
    return [
        Weighted(game, {"favor": FAVOR[game.favor_bias], "packFavor": PACK_FAVOR[pack_favor.get(game.pack_name, 0)]})
        for game in games
    ]


def draw(pool: Sequence[Weighted], count: int, seed: str) -> list[Candidate]:
    """Up to `count` different games, each next one with a chance in proportion to its weight among those left.

    Efraimidis and Spirakis, "Weighted random sampling with a reservoir" (2006): the games with the largest u^(1/w)
    win, u uniform in (0, 1). Each game's u comes from the seed and its id, so the catalogue's order does not matter.
    """
    possible = [(weight, each) for each in pool if (weight := each.weight) > 0]
    # A plain sum has the order of the catalogue in its last digit.
    total = math.fsum(weight for weight, _each in possible)

    def key(weighed: tuple[float, Weighted]) -> tuple[float, int]:
        weight, each = weighed
        return -math.log(_uniform(seed, each.game.id)) / weight, each.game.id

    drawn = heapq.nsmallest(count, possible, key)
    return [Candidate(each.game, weight / total, weight, each.factors) for weight, each in drawn]


def _uniform(seed: str, game_id: int) -> float:
    digest = hashlib.blake2b(f"{game_id}:{seed}".encode(), digest_size=8).digest()
    return strictly_between_0_and_1(int.from_bytes(digest) >> 11)


def strictly_between_0_and_1(bits: int) -> float:
    """53 bits as a fraction. Not (bits + 0.5) / 2**53: a float has no room for that half, and the last would be 1."""
    return (bits + 1) / (2**53 + 1)
