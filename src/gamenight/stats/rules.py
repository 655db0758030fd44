"""How figures are made of votes, days and lengths. Pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Final, Protocol, TypeVar

from msgspec import Struct

from gamenight.core.clock import later, to_text
from gamenight.http.schemas import MAX_OFFSET
from gamenight.stats.schemas import Run, Runs

PRIOR: Final = 2
"""Votes that each side is given beforehand, as in the picker's taste."""
BEGINNING: Final = "0001-01-01T00:00:00.000Z"
END: Final = "9999-12-31T23:59:59.999Z"


class Span(Struct, frozen=True):
    """From a moment until before another."""

    since: str = BEGINNING
    until: str = END


ALWAYS: Final = Span()
ALL_TIME: Final = ""
"""The period of all nights."""


def span_of(period: str, zone: tzinfo = UTC) -> Span:
    """A month (`2026-03`) or year (`2026`) by the clocks of a zone, or ALL_TIME."""
    if period == ALL_TIME:
        return ALWAYS
    year, _dash, month = period.partition("-")
    following = divmod(int(year) * 12 + int(month), 12) if month else (int(year) + 1, 0)
    first = datetime(int(year), int(month or 1), 1, tzinfo=zone)
    return Span(to_text(first), to_text(datetime(following[0], following[1] + 1, 1, tzinfo=zone)))


def outside(span: Span, other: Span) -> list[Span]:
    """The parts of a span that lie before and after another one, which it overlaps."""
    parts = []
    if span.since < other.since:
        parts.append(Span(span.since, other.since))
    if span.until > other.until:
        parts.append(Span(other.until, span.until))
    return parts


def periods_of(moment: str) -> list[str]:
    """All time, the year and the month of a moment, by the clocks of UTC."""
    return [ALL_TIME, moment[:4], moment[:7]]


def is_near_edge(moment: str) -> bool:
    """Whether it is another month at a moment by some clock of the world than by that of UTC."""
    return any(later(moment, minutes=offset)[:7] != moment[:7] for offset in (-MAX_OFFSET, MAX_OFFSET))


def liked_share(upvotes: int, downvotes: int) -> float | None:
    """How large a share likes a game, drawn towards a half where few have voted; None where nobody has.

    The mean of Beta(up + 2, down + 2): "plus four", Agresti and Coull, "Approximate is better than 'exact' for
    interval estimation of binomial proportions" (1998). `actions` has the same formula in SQL.
    """
    return round(_share(upvotes, downvotes), 4) if upvotes + downvotes else None


def division(upvotes: int, downvotes: int) -> float:
    """How much people disagree: 0 where all say the same, towards 1 where many are split in halves.

    The variance of the votes as a share of its largest, 4 p (1 - p), drawn towards 0 where few have voted.
    """
    total = upvotes + downvotes
    return 4 * upvotes * downvotes / (total * (total + 2 * PRIOR)) if total else 0


class Voted(Protocol):
    @property
    def upvotes(self) -> int: ...
    @property
    def downvotes(self) -> int: ...


V = TypeVar("V", bound=Voted)


def best_liked(games: Iterable[V]) -> list[V]:
    """The games with an upvote, the best liked first: by their share, then by how many have voted."""
    liked = [game for game in games if game.upvotes]
    return sorted(liked, key=lambda game: (-_share(game.upvotes, game.downvotes), -_votes(game)))


def most_divisive(games: Iterable[V]) -> V | None:
    """The one on which people disagree the most; None where they nowhere do. The first one of several."""
    divided = [game for game in games if game.upvotes and game.downvotes]
    return max(divided, key=lambda game: division(game.upvotes, game.downvotes), default=None)


def _share(upvotes: int, downvotes: int) -> float:
    return (upvotes + PRIOR) / (upvotes + downvotes + 2 * PRIOR)


def _votes(game: Voted) -> int:
    return game.upvotes + game.downvotes


def day_of(moment: str, zone: tzinfo) -> str:
    """The day of a moment by the clocks of a zone."""
    return datetime.fromisoformat(moment).astimezone(zone).date().isoformat()


def week(day: str) -> int:
    """The number of a day's week, from Monday; those of two weeks in a row differ by 1, also at the turn of a year."""
    return (date.fromisoformat(day).toordinal() - 1) // 7


def month(day: str) -> int:
    """The number of a day's month; those of two months in a row differ by 1."""
    return int(day[:4]) * 12 + int(day[5:7])


def runs(first: str, last: str, pauses: Iterable[tuple[str, str]], number: Callable[[str], int]) -> list[Run]:
    """The weeks or months from the day of the first night to that of the last one, as rows without a gap.

    `pauses` are the days of nights that follow one another, in order: all those between which a gap may be.
    """
    found: list[Run] = []
    since = first
    for before, day in pauses:
        if number(day) - number(before) > 1:
            found.append(_run(since, before, number))
            since = day
    return [*found, _run(since, last, number)]


def _run(since: str, until: str, number: Callable[[str], int]) -> Run:
    return Run(number(until) - number(since) + 1, since, until)


def longest_and_latest(found: Sequence[Run]) -> Runs | None:
    """Of several that are the longest, the first."""
    return Runs(max(found, key=lambda run: run.length), found[-1]) if found else None
