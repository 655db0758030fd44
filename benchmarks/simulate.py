"""python -m benchmarks.simulate: seasons of game nights, drawn in each mode with the rules of the server itself.

What people complain of is counted: the same game twice in a night, what was on last time, and that it is always the
same few; and whether favourites still count.
"""

import argparse
import random
import sys
from collections.abc import Callable
from itertools import pairwise
from math import sqrt
from statistics import fmean, stdev

from msgspec import Struct, structs

from gamenight.catalogue.schemas import Favor, Game
from gamenight.picker import balanced, rules

RUNS = 2000
NIGHTS = 12
GAMES_A_NIGHT = 6
GAMES = 50
PACKS = 5
TYPES = ("Trivia", "Drawing", "Writing", "Bluffing", "Wordplay", "Performance")
FAVOURITES = 8
UNLOVED = 4
PEOPLE = 6
VOTES = 0.5
"""The share of the people who vote on a game that was played."""

Night = list[int]
Season = list[Night]
Draw = Callable[[list[Game], dict[str, int], "Memories", str], Game]


class Memories(Struct):
    """What a season has seen so far."""

    last_night: dict[int, int] = {}
    """By game, the number of the last night on which it was played."""
    tonight: list[Game] = []


class Aim(Struct, frozen=True):
    """A figure of a season, and what it should be."""

    name: str
    of: Callable[[Season, frozenset[int]], float]
    target: str
    reached: Callable[[float, float], bool]
    """Of the balanced figure and the classic one."""


def draw_classic(games: list[Game], pack_favor: dict[str, int], memories: Memories, seed: str) -> Game:
    """As POST /api/pick does by default: not the last two of the night."""
    not_again = frozenset(game.id for game in memories.tonight[-2:])
    pool = rules.narrow(games, rules.Criteria(not_again=not_again))
    return rules.draw(rules.weigh(pool.games, pack_favor), 1, seed)[0].game


def draw_balanced(games: list[Game], pack_favor: dict[str, int], memories: Memories, seed: str) -> Game:
    """As POST /api/pick does with mode balanced and the default settings."""
    tonight = [balanced.GameTonight(game.id, game.game_type, skipped=False) for game in memories.tonight]
    held = max(memories.last_night.values(), default=0)
    since = {game_id: held + 1 - night for game_id, night in memories.last_night.items()}
    memory = balanced.Memory(since, tonight)
    balance = balanced.Balance(pack_favor, memory, balanced.Strengths(), frozenset(balanced.FACTORS), seed)
    criteria = rules.Criteria(
        not_again=frozenset(game.game_id for game in tonight), too_recent=balanced.too_recent(balance)
    )
    pool, _relaxed = rules.narrow_or_relax(games, criteria)
    return rules.draw(balanced.weigh(pool.games, balance), 1, seed)[0].game


def play_season(draw: Draw, number: int, *, votes: float = VOTES) -> tuple[Season, frozenset[int]]:
    """One season, and which of its games are favourites. The same number gives the same people and catalogue."""
    chance = random.Random(f"season {number}")
    games, pack_favor = a_catalogue(chance)
    favourites = frozenset(game.id for game in games if game.favor_bias == 1)
    # A favourite is liked by three of four; of the others anything may be, from hardly anybody to nearly everybody.
    appeal = {
        game.id: chance.betavariate(6, 2) if game.id in favourites else chance.betavariate(2, 2) for game in games
    }
    memories = Memories()
    season: Season = []
    for night in range(1, NIGHTS + 1):
        memories.tonight = []
        for place in range(GAMES_A_NIGHT):
            game = draw(games, pack_favor, memories, f"{number}:{night}:{place}")
            memories.tonight.append(game)
            games[game.id - 1] = vote(games[game.id - 1], appeal[game.id], votes, chance)
        memories.last_night |= {game.id: night for game in memories.tonight}
        season.append([game.id for game in memories.tonight])
    return season, favourites


def a_catalogue(chance: random.Random) -> tuple[list[Game], dict[str, int]]:
    """50 games in five packs, one of them favoured, and favourites here and there."""
    counts: dict[Favor, int] = {1: FAVOURITES, -1: UNLOVED, 0: GAMES - FAVOURITES - UNLOVED}
    favours = [favor for favor, count in counts.items() for _game in range(count)]
    chance.shuffle(favours)
    games = [
        Game(
            id=id_,
            pack_name=f"Pack {id_ % PACKS}",
            title=f"Game {id_}",
            min_players=1,
            max_players=8,
            length_minutes=15,
            has_audience=0,
            family_friendly=1,
            family_friendly_setting=0,
            game_type=chance.choice(TYPES),
            secondary_type=None,
            play_mode=None,
            app_tags=[],
            enabled=1,
            favor_bias=favor,
            created_at="",
            symbol=None,
            ticker=None,
            play_count=0,
            upvotes=0,
            downvotes=0,
            popularity_score=0,
        )
        for id_, favor in enumerate(favours, start=1)
    ]
    return games, {"Pack 0": 1}


def vote(game: Game, appeal: float, votes: float, chance: random.Random) -> Game:
    """What the people who were there thought of a game."""
    cast = [chance.random() < appeal for _person in range(PEOPLE) if chance.random() < votes]
    return structs.replace(game, upvotes=game.upvotes + sum(cast), downvotes=game.downvotes + len(cast) - sum(cast))


def repeats(season: Season, _favourites: frozenset[int]) -> float:
    return fmean(len(night) - len(set(night)) for night in season)


def back_from_last_night(season: Season, _favourites: frozenset[int]) -> float:
    return fmean(len(set(night) & set(before)) for before, night in pairwise(season))


def distinct(season: Season, _favourites: frozenset[int]) -> float:
    return len({game for night in season for game in night})


def favourites_share(season: Season, favourites: frozenset[int]) -> float:
    return fmean(game in favourites for night in season for game in night)


AIMS = (
    Aim("repeats in a night", repeats, "0", lambda ours, _classic: ours == 0),
    Aim("games back from last night, a night", back_from_last_night, "at most 0.2", lambda ours, _classic: ours <= 0.2),
    Aim("different games in the season, of 50", distinct, "at least 38", lambda ours, _classic: ours >= 38),
    Aim(
        "share of the favourites",
        favourites_share,
        "within 20 % of classic's",
        lambda ours, classic: abs(ours - classic) <= 0.2 * classic,
    ),
)


def table(runs: int) -> tuple[list[str], bool]:
    """The rows of the table, and whether all aims are reached."""
    columns = {
        "classic": [play_season(draw_classic, number) for number in range(runs)],
        "balanced": [play_season(draw_balanced, number) for number in range(runs)],
        "balanced, nobody votes": [play_season(draw_balanced, number, votes=0) for number in range(runs)],
    }
    rows = [f"| | {' | '.join(columns)} | aim of balanced | |", "|---" * (len(columns) + 3) + "|"]
    all_reached = True
    for aim in AIMS:
        figures = {name: [aim.of(*season) for season in seasons] for name, seasons in columns.items()}
        reached = aim.reached(fmean(figures["balanced"]), fmean(figures["classic"]))
        all_reached &= reached
        shown = " | ".join(map(_with_error, figures.values()))
        rows.append(f"| {aim.name} | {shown} | {aim.target} | {'reached' if reached else 'missed'} |")
    return rows, all_reached


def _with_error(values: list[float]) -> str:
    """The mean, and the standard error of it."""
    error = stdev(values) / sqrt(len(values)) if len(values) > 1 else 0
    return f"{fmean(values):.3f} ± {error:.3f}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulate", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help=f"seasons for each column; {RUNS} by default")
    arguments = parser.parse_args()
    if arguments.runs < 1:
        parser.error("--runs is at least 1")
    print(f"{arguments.runs} seasons of {NIGHTS} nights of {GAMES_A_NIGHT} games for each column")
    rows, all_reached = table(arguments.runs)
    print("\n".join(rows))
    return 0 if all_reached else 1


if __name__ == "__main__":
    sys.exit(main())
