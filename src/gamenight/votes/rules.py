"""Which game a vote is for, and which votes count. Pure.

The attribution of a voter's votes follows from all of them and from the turns of the games, in whatever order the votes
arrived. So importing votes that came in live, twice or in halves, changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from gamenight.core.clock import later


class Turn(Struct, frozen=True):
    """The time from when to when a session game was playing; `ended_at` is None while it is."""

    session_game_id: int
    game_id: int
    started_at: str
    ended_at: str | None
    skipped: bool


class Cast(Struct, frozen=True):
    """A vote as it was cast. Without a target it is for the game that is playing."""

    id: int
    timestamp: str
    vote: str
    target_game_id: int | None = None
    target_session_game_id: int | None = None
    place: int = 0
    """In its chat log, whose times may be rough, and in its message, which may vote for several games."""


class Attribution(Struct, frozen=True):
    """The session game that a vote is for, if there is one, and whether it is the vote that counts there."""

    session_game_id: int | None
    counts: bool


class Timetable:
    """When the games of a night were playing, in order, and the grace after each."""

    def __init__(self, turns: Iterable[Turn], grace_seconds: float) -> None:
        self._turns = sorted(turns, key=lambda each: (each.started_at, each.session_game_id))
        self._grace_ends = {
            each.ended_at: later(each.ended_at, seconds=grace_seconds)
            for each in self._turns
            if each.ended_at is not None
        }

    def playing_at(self, moment: str) -> int | None:
        """The session game that is playing at a moment."""
        for each in reversed(self._turns):
            if each.started_at <= moment and (each.ended_at is None or moment < each.ended_at):
                return each.session_game_id
        return None

    def just_ended_at(self, moment: str) -> int | None:
        """The session game that was the last to end before a moment, within its grace. A skip has none."""
        ended = [each for each in self._turns if each.ended_at is not None and each.ended_at <= moment]
        if not ended:
            return None
        last = max(ended, key=lambda each: (each.ended_at or "", each.started_at))
        within = moment <= self._grace_ends[last.ended_at or ""]
        return last.session_game_id if within and not last.skipped else None

    def begun_by(self, moment: str, game_id: int) -> int | None:
        """The session game in which a game of the catalogue was last begun, at a moment or before it."""
        begun = [each for each in self._turns if each.game_id == game_id and each.started_at <= moment]
        return begun[-1].session_game_id if begun else None

    def takes_votes_at(self, moment: str, session_game_id: int) -> bool:
        """Whether a session game is playing at a moment, or has just ended."""
        return session_game_id in (self.playing_at(moment), self.just_ended_at(moment))


def attribute(votes: Sequence[Cast], timetable: Timetable) -> dict[int, Attribution]:
    """Attribute all votes of one voter on one night; returns the attributions by the id of the vote.

    The last one on a game counts. One that comes just after a game has ended is still for that game, unless the voter
    has voted on it before: then it is for the next.
    """
    games: dict[int, int | None] = {}
    last: dict[int, Cast] = {}
    # The order of two votes at the same moment must not depend on which arrived first.
    for vote in sorted(votes, key=lambda each: (each.timestamp, each.place, each.vote, each.id)):
        game = _game_of(vote, timetable, last)
        games[vote.id] = game
        if game is not None:
            last[game] = vote
    return {
        vote.id: Attribution(game, game is not None and last[game].id == vote.id and vote.vote != "unvote")
        for vote in votes
        for game in [games[vote.id]]
    }


def _game_of(vote: Cast, timetable: Timetable, voted_on: Mapping[int, Cast]) -> int | None:
    if vote.target_session_game_id is not None:
        return vote.target_session_game_id
    if vote.target_game_id is not None:
        return timetable.begun_by(vote.timestamp, vote.target_game_id)
    just_ended = timetable.just_ended_at(vote.timestamp)
    if just_ended is not None and just_ended not in voted_on:
        return just_ended
    return timetable.playing_at(vote.timestamp)
