"""How the statuses of a session's games hang together, and how long they were on. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from gamenight.http.schemas import MAX_OFFSET
from gamenight.sessions.schemas import Status

MAX_TURN_SECONDS: Final = 3 * 60 * 60
"""Of one turn of a game so many seconds count: somebody forgot to end a longer one."""
WEEK: Final = timedelta(days=7)
MOST_AHEAD: Final = timedelta(minutes=MAX_OFFSET)
"""How far a clock may be ahead of UTC, or behind it."""

MAX_PREVIEW: Final = 120


def transition(statuses: Mapping[int, Status], chosen: int, status: Status) -> dict[int, Status]:
    """The session games that change when one gets a status, each with its new status.

    One game at most is playing: the one that was becomes played. A skipped game is never changed on its own.
    """
    changes: dict[int, Status] = {}
    if status == "playing":
        changes = end_playing(statuses)
        changes.pop(chosen, None)
    if statuses[chosen] != status:
        changes[chosen] = status
    return changes


def end_playing(statuses: Mapping[int, Status]) -> dict[int, Status]:
    """The session games that change when another game is added or the session is closed: the one playing ends."""
    return {game: "played" for game, status in statuses.items() if status == "playing"}


def preview(notes: str | None) -> str | None:
    """The first line of notes that says something, cut between words where it is long; None without one."""
    first = next((line for line in map(_in_one_line, (notes or "").splitlines()) if line), None)
    if first is None or len(first) <= MAX_PREVIEW:
        return first
    cut = first[: MAX_PREVIEW - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def turn_seconds(started_at: str, ended_at: str | None) -> int:
    """How much of a turn counts: nothing until it has ended, so that figures don't depend on the clock."""
    if ended_at is None:
        return 0
    return min(max(_second(ended_at) - _second(started_at), 0), MAX_TURN_SECONDS)


def seconds_played(turns: Iterable[tuple[str, str | None]]) -> int:
    """How long a game was on in all of its turns."""
    return sum(turn_seconds(started_at, ended_at) for started_at, ended_at in turns)


def minutes(seconds: int) -> int:
    """Rounded half up."""
    return (seconds + 30) // 60


def is_after_free_week(before: str | None, moment: str) -> bool:
    """Whether a week from Monday to Sunday without a night lies between the beginnings of two nights that follow one
    another, by some clock of the world; also where there is no night before."""
    if before is None:
        return True
    # Somewhere a week begins at each moment that is no farther than MOST_AHEAD from Monday 0:00 UTC.
    earlier = datetime.fromisoformat(before)
    monday = earlier.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=earlier.weekday())
    while monday + MOST_AHEAD <= earlier:
        monday += WEEK
    return max(monday - MOST_AHEAD, earlier) + WEEK <= datetime.fromisoformat(moment)


def _second(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())
