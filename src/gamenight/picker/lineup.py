"""A set of games that fills the time that is there. Pure.

Drawn one by one with the weights of the draw, but only from the games after which the time can still be filled: which
sums of lengths the others can make is known beforehand.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct

from gamenight.catalogue.schemas import Game
from gamenight.picker.balanced import Weigher
from gamenight.picker.rules import Candidate, draw, minutes_of

TOLERANCE_MINUTES = 5
"""How much longer or shorter than the time a lineup may be and still count as filling it."""
MAX_GAMES = 20


class Slot(Struct, frozen=True):
    """A game of a lineup, and from how many it was drawn."""

    candidate: Candidate
    pool_size: int


def fill(games: Sequence[Game], minutes: int, weigher: Weigher, seed: str) -> list[Slot]:
    """Games, none twice, whose lengths add up to `minutes`, give or take the tolerance.

    Where no set of them does, they come as near as can be from below. Never more than MAX_GAMES.
    """
    left = list(games)
    slots: list[Slot] = []
    chosen: list[Game] = []
    goals = _goals(_sums(Counter(map(minutes_of, left)), minutes + TOLERANCE_MINUTES), minutes)
    while len(slots) < MAX_GAMES:
        total = sum(map(minutes_of, chosen))
        fitting = _fitting(Counter(map(minutes_of, left)), total, goals)
        pool = [game for game in left if minutes_of(game) in fitting]
        if goals >> total & 1 or not pool:
            break
        candidate = draw(weigher(pool, chosen), 1, f"{seed}:{len(slots) + 1}")[0]
        slots.append(Slot(candidate, len(pool)))
        chosen.append(candidate.game)
        left.remove(candidate.game)
    return slots


def _goals(sums: int, minutes: int) -> int:
    """The totals to aim at, out of those that can be made; a set of numbers, each of them one bit."""
    minimum = max(0, minutes - TOLERANCE_MINUTES)
    near = sums >> minimum << minimum
    return near or 1 << (sums.bit_length() - 1)


def _sums(lengths: Mapping[int, int], maximum: int) -> int:
    """All totals up to `maximum` that games of these lengths can make: bit n is set where n minutes can be made."""
    sums = 1
    for length, count in lengths.items():
        remaining, several = min(count, maximum // length), 1
        while remaining > 0:
            # 1, 2, 4, ... at once: every number of games is a sum of these.
            several = min(several, remaining)
            sums |= sums << length * several
            remaining -= several
            several *= 2
    return sums & ((1 << maximum + 1) - 1)


def _fitting(lengths: Counter[int], total: int, goals: int) -> set[int]:
    """The lengths after which a goal can still be made with the other games."""
    open_goals = goals >> total
    maximum = open_goals.bit_length() - 1
    return {
        length
        for length in lengths
        if length <= maximum and _sums(lengths - Counter([length]), maximum - length) & (open_goals >> length)
    }
