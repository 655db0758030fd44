"""Which game a vote is for, and which votes count. Pure.

The attribution of a voter's votes follows from all of them and from the turns of the games, in whatever order the votes
arrived. So importing votes that came in live, twice or in halves, changes nothing.
"""

from bisect import bisect_right
from collections.abc import Container, Iterable, Mapping, Sequence

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


UNATTRIBUTED = Attribution(None, False)
"""What a vote comes to that is for no game, or not in force."""
VoteMove = tuple[int, int]
"""By how much upvotes and downvotes move."""


class Timetable:
    """When the games of a night were playing, in order, and the grace after each. Removed games are not in it."""

    def __init__(self, turns: Iterable[Turn], grace_seconds: float) -> None:
        self._turns = sorted(turns, key=lambda each: (each.started_at, each.session_game_id))
        self._starts = [each.started_at for each in self._turns]
        ended = [(each.ended_at, each) for each in self._turns if each.ended_at is not None]
        self._ended = sorted(ended, key=lambda end: (end[0], end[1].started_at, -end[1].session_game_id))
        self._ends = [ended_at for ended_at, _each in self._ended]
        self.game_ids = {each.session_game_id: each.game_id for each in self._turns}
        """The catalogue's id of each session game."""
        self.played = {each.session_game_id for each in self._turns if not each.skipped}
        """The session games that were not skipped."""
        self._grace_seconds = grace_seconds
        self._grace_ends: dict[str, str] = {}

    def __contains__(self, session_game_id: int) -> bool:
        """Whether a session game was ever playing, and is not removed."""
        return session_game_id in self.game_ids

    def playing_at(self, moment: str) -> int | None:
        """The session game that is playing at a moment."""
        for position in range(bisect_right(self._starts, moment) - 1, -1, -1):
            each = self._turns[position]
            if each.ended_at is None or moment < each.ended_at:
                return each.session_game_id
        return None

    def just_ended_at(self, moment: str) -> int | None:
        """The session game that was the last to end before a moment, within its grace. A skip has none."""
        position = bisect_right(self._ends, moment)
        if not position:
            return None
        ended_at, last = self._ended[position - 1]
        if last.skipped or moment > self._grace_end(ended_at):
            return None
        return last.session_game_id

    def begun_by(self, moment: str, game_id: int) -> int | None:
        """The session game in which a game of the catalogue was last begun, at a moment or before it."""
        begun = [each for each in self._turns if each.game_id == game_id and each.started_at <= moment]
        return begun[-1].session_game_id if begun else None

    def takes_votes_at(self, moment: str, session_game_id: int) -> bool:
        """Whether a session game is playing at a moment, or has just ended."""
        return session_game_id in (self.playing_at(moment), self.just_ended_at(moment))

    def _grace_end(self, ended_at: str) -> str:
        if ended_at not in self._grace_ends:
            self._grace_ends[ended_at] = later(ended_at, seconds=self._grace_seconds)
        return self._grace_ends[ended_at]


def attribute(votes: Sequence[Cast], timetable: Timetable) -> dict[int, Attribution]:
    """Attribute all votes of one voter on one night; returns the attributions by the id of the vote.

    The last one on a game counts. One that comes just after a game has ended is still for that game, unless the voter
    has voted on it before: then it is for the next. Votes of the same instant on the same target are for the same game:
    a log and a live vote may tell of one.
    """
    games: dict[int, int | None] = {}
    game_at: dict[tuple[str, int | None, int | None], int | None] = {}
    last: dict[int, Cast] = {}
    # The order of two votes at the same moment must not depend on which arrived first.
    for vote in sorted(votes, key=lambda each: (each.timestamp, each.place, each.vote, each.id)):
        aim = (vote.timestamp, vote.target_game_id, vote.target_session_game_id)
        if aim not in game_at:
            game_at[aim] = _game_of(vote, timetable, last)
        game = games[vote.id] = game_at[aim]
        if game is not None:
            last[game] = vote
    return {
        vote.id: Attribution(game, game is not None and last[game].id == vote.id and vote.vote != "unvote")
        for vote in votes
        for game in [games[vote.id]]
    }


def counts_for_any(attributions: Iterable[Attribution], session_games: Container[int]) -> bool:
    """Whether one of somebody's votes counts for one of these session games."""
    return any(each.counts and each.session_game_id in session_games for each in attributions)


def changed_games(
    votes: Iterable[Cast], before: Mapping[int, Attribution], after: Mapping[int, Attribution]
) -> dict[int, tuple[str | None, str | None]]:
    """The session games on which another vote of one voter counts than before, or none any more: what counted there
    before and what counts there after. The attributions are by the id of the vote; one that is missing counts not."""
    counted: dict[int, str] = {}
    counting: dict[int, str] = {}
    for vote in votes:
        for found, attributions in ((counted, before), (counting, after)):
            attribution = attributions.get(vote.id)
            if attribution is not None and attribution.counts and attribution.session_game_id is not None:
                found[attribution.session_game_id] = vote.vote
    games = counted.keys() | counting.keys()
    return {game: (counted.get(game), counting.get(game)) for game in games if counted.get(game) != counting.get(game)}


def move_of(before: str | None, after: str | None) -> VoteMove:
    """By how much upvotes and downvotes of a session game move when another vote of a voter counts there."""
    up = (after == "up") - (before == "up")
    down = (after == "down") - (before == "down")
    return up, down


def _game_of(vote: Cast, timetable: Timetable, voted_on: Mapping[int, Cast]) -> int | None:
    if vote.target_session_game_id is not None:
        return vote.target_session_game_id if vote.target_session_game_id in timetable else None
    if vote.target_game_id is not None:
        return timetable.begun_by(vote.timestamp, vote.target_game_id)
    just_ended = timetable.just_ended_at(vote.timestamp)
    if just_ended is not None and just_ended not in voted_on:
        return just_ended
    return timetable.playing_at(vote.timestamp)
