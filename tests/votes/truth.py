"""A night's chat of any length whose true votes are known, by rules written down here on their own."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

Vote = Literal["up", "down", "unvote"]
GRACE = timedelta(seconds=20)
NIGHT = datetime(2026, 3, 13, 19, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class Played(NamedTuple):
    """When a game of the night was playing. `key` is its place in the night, from 0."""

    key: int
    symbol: str
    start: datetime
    end: datetime
    skipped: bool


class Line(NamedTuple):
    """What somebody wrote. `person` is who, however the name is written; `means` the targets (None: this game)."""

    at: datetime
    username: str
    person: str
    message: str
    means: tuple[tuple[str | None, Vote], ...]

    @property
    def timestamp(self) -> str:
        return self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Truth = dict[tuple[str, int | str], Vote]
"""The vote of each person on each played game, by its key, and on a game that was named before it began, by its symbol;
withdrawn ones aren't in it."""


def a_night_of_chat(seed: int, messages: int, games: Sequence[str]) -> tuple[list[Played], list[Line], Truth]:
    """The games of these symbols, played one after the other, what people wrote meanwhile, and what they voted.

    A symbol may come twice: the game is played again. The lines are in order of time; those of one person are at
    least a millisecond apart, and none is at the very moment at which a game starts or ends.
    """
    chance = random.Random(seed)
    turns = _turns(chance, games)
    people = _people(max(20, messages // 250))
    lines: list[Line] = []
    withdrawn: set[tuple[str, int]] = set()
    for at in _times(chance, messages, turns):
        person = chance.choice(people)
        message, means = _something(chance, list(dict.fromkeys(games)))
        if _is_moot(at, person, means, turns, withdrawn):
            message, means = chance.choice(CHATTER), ()
        if means == UNVOTE and (playing := _playing(turns, at)):
            withdrawn.add((person, playing.key))
        lines.append(Line(at, _spelled(chance, person), person, message, means))
    return turns, lines, votes_of(turns, lines)


def votes_of(turns: Sequence[Played], lines: Sequence[Line]) -> Truth:
    """What people voted, of lines in order of time."""
    votes: Truth = {}
    for line in lines:
        for target, vote in line.means:
            game = _this_game(turns, line, votes) if target is None else _latest(turns, target, line.at)
            key = target if game is None else game.key
            if key is None:
                continue
            if vote == "unvote":
                votes.pop((line.person, key), None)
            else:
                votes[line.person, key] = vote
    return votes


def _this_game(turns: Sequence[Played], line: Line, votes: Truth) -> Played | None:
    """The game that just ended, for who has not voted on it; otherwise the one that is playing."""
    ended = _just_ended(turns, line.at)
    if ended is not None and not ended.skipped and (line.person, ended.key) not in votes:
        return ended
    return _playing(turns, line.at)


def _just_ended(turns: Sequence[Played], at: datetime) -> Played | None:
    recent = [game for game in turns if game.end < at <= game.end + GRACE]
    return recent[-1] if recent else None


def _playing(turns: Sequence[Played], at: datetime) -> Played | None:
    return next((game for game in turns if game.start < at < game.end), None)


def _latest(turns: Sequence[Played], symbol: str, at: datetime) -> Played | None:
    return next((game for game in reversed(turns) if game.symbol == symbol and game.start < at), None)


def _is_moot(
    at: datetime,
    person: str,
    means: tuple[tuple[str | None, Vote], ...],
    turns: Sequence[Played],
    withdrawn: set[tuple[str, int]],
) -> bool:
    """Whether the rules leave open what it means: `unvote` just after an end, or a vote then where one withdrew."""
    ended = _just_ended(turns, at)
    if ended is None or all(target is not None for target, _ in means):
        return False
    return means == UNVOTE or (person, ended.key) in withdrawn


def _turns(chance: random.Random, games: Sequence[str]) -> list[Played]:
    """Some games follow at once, some after a break; one in six is skipped."""
    turns: list[Played] = []
    start = NIGHT + timedelta(minutes=3)
    for key, symbol in enumerate(games):
        skipped = chance.random() < 1 / 6
        end = start + timedelta(
            milliseconds=chance.randint(40_000, 200_000) if skipped else chance.randint(5, 20) * 60_007
        )
        turns.append(Played(key, symbol, start, end, skipped))
        start = end + timedelta(milliseconds=chance.choice([0, 0, 5_000, 15_000, 120_000]))
    return turns


def _times(chance: random.Random, count: int, turns: Sequence[Played]) -> list[datetime]:
    """Moments in order, no two the same; one in six soon after a game ended."""
    last = turns[-1].end + timedelta(minutes=5)
    span = (last - NIGHT) // MILLISECOND
    if count > span // 2:
        raise ValueError(f"{count} messages are too many for a night of {len(turns)} games")
    edges = {moment for game in turns for moment in (game.start, game.end)}
    edges |= {game.end + GRACE for game in turns}
    times: set[datetime] = set()
    while len(times) < count:
        if chance.random() < 1 / 6 and len(times) < len(turns) * 5_000:
            at = chance.choice(turns).end + MILLISECOND * chance.randint(1, 30_000)
        else:
            at = NIGHT + MILLISECOND * chance.randint(0, span)
        if at not in edges:
            times.add(at)
    return sorted(times)


def _people(count: int) -> list[str]:
    """Names that are easily taken for one another, each somebody else's."""
    shapes = ["pia{}", "pia_{}", "p1a{}", "xx_omar{}_xx", "bix{}", "b1x{}", "hana_{}", "\u00e9lise{}", "\u6f22\u5b57{}"]
    return [shapes[number % len(shapes)].format(number // len(shapes)) for number in range(count)]


def _spelled(chance: random.Random, person: str) -> str:
    """A name as one or the other program writes it."""
    spellings = [person, person, person, person.upper(), person.title(), f" {person}"]
    spellings.append("".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in person))
    spellings.append("\u200b".join(person))
    return chance.choice(spellings)


UNVOTE: tuple[tuple[str | None, Vote], ...] = ((None, "unvote"),)
UPS = ("++", "++", "++", "++++", "+++", "\uff0b\uff0b", "+\u200b+")
DOWNS = ("--", "--", "--", "\u2014", "\u2013", "\u2014\u2014", "----", "\uff0d\uff0d", "-\u2060-")
THIS_GAME = ("thisgame", "thisgame", "ThisGame", "THISGAME", "this\u200bgame", "\uff54hisgame", "thisgame\ufe0f")
BEFORE = ("", "", "", "lol ", "that was great, ", "\U0001f389 ", "Kappa Kappa ", "(", "hey @hana ", "wow... ")
AFTER = ("", "", "", " lol", "!", " \U0001f389\U0001f389", " PogChamp", ", again please", " c++", ".")
CHATTER = (
    "lol",
    "Kappa Kappa Kappa",
    "what a night \U0001f389",
    "that was so good, one more?",
    "c++ is not a game",
    "i++; // wrong",
    "--> look at this",
    "thisgame--> is the best",
    "I like thisgame",
    "thisgame + thisgame",
    "++thisgame",
    "thisgame \u2014 never heard of it",
    "thisgame\u2014the worst of all",
    "who wrote thisgame?",
    "@thisgame++",
    "notthisgame++",
    "https://example.org/thisgame--",
    "please don't unvote",
    "unvoted",
    "\u65e5\u672c\u8a9e\u306e\u30c1\u30e3\u30c3\u30c8",
    "gg wp",
    "5--3 for us",
    "-- Hana",
    "\U0001f602" * 12,
    "zzz++",
    "",
)


def _something(chance: random.Random, symbols: Sequence[str]) -> tuple[str, tuple[tuple[str | None, Vote], ...]]:
    """A message and what it means: mostly nothing."""
    kind = chance.random()
    if kind < 0.8:
        return chance.choice(CHATTER), ()
    if kind < 0.81:
        return chance.choice(["unvote", "Unvote", "UNVOTE", "un\u200bvote", " unvote "]), UNVOTE
    if kind < 0.94:
        targets: list[str | None] = [None]
    elif kind < 0.98:
        targets = [chance.choice(symbols)]
    else:
        targets = [*chance.sample(symbols, min(2, len(symbols))), None]
        chance.shuffle(targets)
    means: list[tuple[str | None, Vote]] = []
    words: list[str] = []
    for target in targets:
        vote: Vote = chance.choice(["up", "up", "down"])
        means.append((target, vote))
        words.append(_vote(chance, target, vote))
    return chance.choice(BEFORE) + " ".join(words) + chance.choice(AFTER), tuple(means)


def _vote(chance: random.Random, target: str | None, vote: Vote) -> str:
    word = chance.choice(THIS_GAME) if target is None else chance.choice([target, target.lower(), target.title()])
    return word + chance.choice(UPS if vote == "up" else DOWNS)
