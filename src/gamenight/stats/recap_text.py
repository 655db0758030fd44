"""A night as a text to paste into a chat. Pure."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from gamenight.stats.schemas import Recap, RecapGame

MAX_LENGTH: Final = 2000
"""The message that Discord takes; other chats take more, or cut it."""
MAX_TITLE_LENGTH: Final = 60


def as_text(recap: Recap) -> str:
    """The night in a few plain lines. Where it has very many games the last ones are only counted."""
    above, games, below = [_headline(recap)], list(_games(recap)), list(_below(recap))
    shown = len(games)
    while True:
        more = [f"... and {_many(len(games) - shown, 'more game')}"] if shown < len(games) else []
        text = "\n".join([*above, *games[:shown], *more, *below]) + "\n"
        if len(text) <= MAX_LENGTH or not shown:
            return text[:MAX_LENGTH]
        shown -= 1


def _headline(recap: Recap) -> str:
    day = date.fromisoformat(recap.day)
    parts = [_many(len(recap.games), "game")]
    if recap.minutes_played:
        parts[0] += f" in {_duration(recap.minutes_played)}"
    if recap.player_count:
        parts.append(f"up to {_many(recap.player_count, 'player')}")
    return f"Game night of {day:%A}, {day.day} {day:%B %Y}: {', '.join(parts)}."


def _games(recap: Recap) -> Iterator[str]:
    for number, game in enumerate(recap.games, start=1):
        details = []
        if game.minutes_played:
            details.append(_duration(game.minutes_played))
        if game.player_count:
            details.append(_many(game.player_count, "player"))
        if game.total_votes:
            details.append(f"+{game.upvotes} -{game.downvotes}")
        yield f"{number}. {_title(game.title)}" + (f" ({', '.join(details)})" if details else "")


def _below(recap: Recap) -> Iterator[str]:
    if recap.skipped:
        yield _sentence(f"Skipped: {_listed(recap.skipped)}")
    if recap.best_liked is not None:
        yield f"Best liked: {_title(recap.best_liked.title)} ({_of_all(recap.best_liked)})."
    if recap.most_divisive is not None and recap.most_divisive != recap.best_liked:
        yield f"Most divisive: {_title(recap.most_divisive.title)} ({_of_all(recap.most_divisive)})."
    if recap.total_votes:
        yield f"{_many(recap.total_votes, 'vote')} by {_many(recap.voter_count, 'person', 'people')}."
    if recap.week_streak > 1:
        yield f"{recap.week_streak} weeks in a row with a game night."
    elif recap.month_streak > 1:
        yield f"{recap.month_streak} months in a row with a game night."
    for broken in recap.broken_streaks[:3]:
        yield _sentence(f"Not played this time, after {broken.length} nights in a row: {_title(broken.title)}")


def _sentence(text: str) -> str:
    # The title at its end may have a full stop of its own.
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _of_all(game: RecapGame) -> str:
    return f"{game.upvotes} of {game.total_votes} liked it"


def _listed(titles: list[str]) -> str:
    shown = [_title(title) for title in titles[:5]]
    more = [f"{len(titles) - len(shown)} more"] if len(titles) > len(shown) else []
    return ", ".join([*shown, *more])


def _title(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= MAX_TITLE_LENGTH else f"{line[: MAX_TITLE_LENGTH - 3]}..."


def _many(count: int, one: str, several: str | None = None) -> str:
    return f"{count} {one if count == 1 else several or f'{one}s'}"


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest or not hours else [])])
