"""Which game a vote is for, and which votes count. Pure.

The attribution of a voter's votes follows from all of them and from the turns of the games, in whatever order the votes
arrived. So importing votes that came in live, twice or in halves, changes nothing.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

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
    precision_seconds: int = 0
    """It was cast within so many seconds from `timestamp` on: a log may tell the minute alone."""
    log_id: int | None = None
    """The chat log that it stands in."""

    @property
    def end(self) -> str:
        """The moment at which, at the latest, it had been cast."""
        return later(self.timestamp, seconds=self.precision_seconds) if self.precision_seconds else self.timestamp


class UnplayedGame(Struct, frozen=True):
    """A game of the catalogue that was named before it began that night, or without being played there at all."""

    game_id: int


VotedOn = int | UnplayedGame
"""What a vote is for: a session game, by its id, or a game without one."""


class Attribution(Struct, frozen=True):
    """The session game that a vote is for, if there is one, and whether it is the vote that counts there. `game_id` is
    the catalogue's, of an unplayed game that it is for instead."""

    session_game_id: int | None
    counts: bool
    game_id: int | None = None

    @property
    def voted_on(self) -> VotedOn | None:
        if self.session_game_id is not None:
            return self.session_game_id
        return None if self.game_id is None else UnplayedGame(self.game_id)


UNATTRIBUTED = Attribution(None, False)
"""What a vote comes to that is for no game, or not in force."""
WhyOnNone = Literal["before_first", "between", "after_last"]
"""Why a vote is for no game: none was on yet, just then, or any more; or the one that it names was not begun."""
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

    def just_ended_before(self, start: str, end: str) -> int | None:
        """The session game that was the last to end before `end`, where all from `start` to `end` is of its turn or its
        grace. A skip has none."""
        position = bisect_left(self._ends, end)
        if not position:
            return None
        ended_at, last = self._ended[position - 1]
        is_within = last.started_at <= start and end <= self._grace_end(ended_at)
        return last.session_game_id if is_within and not last.skipped else None

    def mostly_playing(self, start: str, end: str) -> int | None:
        """The session game that is playing for the larger part of a time; of two, the later."""
        shares: dict[int, timedelta] = {}
        for each in self._turns[: bisect_left(self._starts, end)]:
            if each.ended_at is None or each.ended_at > start:
                overlap = _between(max(start, each.started_at), min(end, each.ended_at or end))
                # Put last, so that of two shares alike the later is found.
                shares[each.session_game_id] = shares.pop(each.session_game_id, timedelta(0)) + overlap
        return max(reversed(shares), key=shares.__getitem__, default=None)

    def begun_by(self, moment: str, game_id: int) -> int | None:
        """The session game in which a game of the catalogue was last begun, at a moment or before it."""
        begun = [each for each in self._turns if each.game_id == game_id and each.started_at <= moment]
        return begun[-1].session_game_id if begun else None

    def begins_within(self, start: str, end: str, session_game_id: int | None, game_id: int | None) -> str | None:
        """When the first game begins after `start` and by `end`; with ids, that session game, or a game of the
        catalogue."""
        for each in self._turns[bisect_right(self._starts, start) : bisect_right(self._starts, end)]:
            if session_game_id in (None, each.session_game_id) and game_id in (None, each.game_id):
                return each.started_at
        return None

    def span(self, now: str) -> tuple[str, str] | None:
        """From when to when votes can be for games; until now where a game is playing. None without games."""
        if not self._turns:
            return None
        is_over = len(self._ends) == len(self._turns)
        return self._starts[0], self._grace_end(self._ends[-1]) if is_over else now

    def why_silent_at(self, moment: str) -> WhyOnNone:
        """Where in the night a moment lies at which no game is playing."""
        if not bisect_right(self._starts, moment):
            return "before_first"
        return "after_last" if bisect_right(self._ends, moment) == len(self._turns) else "between"

    def takes_votes_at(self, moment: str, session_game_id: int) -> bool:
        """Whether a session game is playing at a moment, or has just ended."""
        return session_game_id in (self.playing_at(moment), self.just_ended_at(moment))

    def _grace_end(self, ended_at: str) -> str:
        if ended_at not in self._grace_ends:
            self._grace_ends[ended_at] = later(ended_at, seconds=self._grace_seconds)
        return self._grace_ends[ended_at]


def last_moment_of(moment: str) -> str:
    """The last moment that a stamp may stand for: one of a whole second stands for all of it."""
    return f"{moment[:-4]}999Z" if moment.endswith(".000Z") else moment


def moment_in_night(
    stamp: str, began: str, timetable: Timetable, *, session_game_id: int | None, game_id: int | None
) -> str:
    """When a live vote was cast, of what its stamp may stand for: not before the night began, and not before the game
    that it names, or where no game was on, the next, if that began within the same second."""
    end = last_moment_of(stamp)
    moment = began if stamp < began <= end else stamp
    playing = timetable.playing_at(moment)
    if session_game_id is not None:
        is_on = playing == session_game_id
    elif game_id is not None:
        is_on = playing is not None and timetable.game_ids[playing] == game_id
    else:
        is_on = playing is not None
    begins = None if is_on else timetable.begins_within(moment, end, session_game_id, game_id)
    return moment if begins is None else begins


def attribute(votes: Sequence[Cast], timetable: Timetable) -> dict[int, Attribution]:
    """Attribute all votes of one voter on one night; returns the attributions by the id of the vote.

    The last one on a game counts. One that comes just after a game has ended is still for that game, unless the voter
    has voted on it before: then it is for the next. Votes of the same instant on the same target are for the same game:
    a log and a live vote may tell of one. A vote whose time is rough is the same as one within that time that says the
    same; if there is none, it is for the game that was on for the larger part of it.
    """
    games: dict[int, VotedOn | None] = {}
    game_at: dict[tuple[str, int, int | None, int | None], VotedOn | None] = {}
    last: dict[VotedOn, Cast] = {}
    # The order of two votes at the same moment must not depend on which arrived first.
    ordered = sorted(votes, key=lambda each: (each.timestamp, each.place, each.vote, each.id))
    repeated: dict[int, int] = {}
    for vote in votes:
        if vote.precision_seconds:
            ordered, repeated = _merged(ordered)
            break
    for vote in ordered:
        aim = (vote.timestamp, vote.precision_seconds, vote.target_game_id, vote.target_session_game_id)
        if aim not in game_at:
            game_at[aim] = _game_of(vote, timetable, last)
        game = games[vote.id] = game_at[aim]
        if game is not None:
            last[game] = vote
    for id_, original in repeated.items():
        games[id_] = games[original]
    return {
        vote.id: _attribution(game, game is not None and last[game].id == vote.id and vote.vote != "unvote")
        for vote in votes
        for game in [games[vote.id]]
    }


def _attribution(game: VotedOn | None, counts: bool) -> Attribution:
    if isinstance(game, UnplayedGame):
        return Attribution(None, counts, game.game_id)
    return Attribution(game, counts)


def counts_for_any(attributions: Iterable[Attribution], session_games: Container[int]) -> bool:
    """Whether one of somebody's votes counts for one of these session games, or for an unplayed game."""
    return any(
        each.counts and (each.session_game_id is None or each.session_game_id in session_games) for each in attributions
    )


def changed_games(
    votes: Iterable[Cast], before: Mapping[int, Attribution], after: Mapping[int, Attribution]
) -> dict[VotedOn, tuple[str | None, str | None]]:
    """The games on which another vote of one voter counts than before, or none any more: what counted there
    before and what counts there after. The attributions are by the id of the vote; one that is missing counts not."""
    counted: dict[VotedOn, str] = {}
    counting: dict[VotedOn, str] = {}
    for vote in votes:
        for found, attributions in ((counted, before), (counting, after)):
            attribution = attributions.get(vote.id)
            voted_on = None if attribution is None or not attribution.counts else attribution.voted_on
            if voted_on is not None:
                found[voted_on] = vote.vote
    games = counted.keys() | counting.keys()
    return {game: (counted.get(game), counting.get(game)) for game in games if counted.get(game) != counting.get(game)}


def move_of(before: str | None, after: str | None) -> VoteMove:
    """By how much upvotes and downvotes of a session game move when another vote of a voter counts there."""
    up = (after == "up") - (before == "up")
    down = (after == "down") - (before == "down")
    return up, down


_Place = tuple[str, int, int]
"""Where a vote of a rough time stands among the others: at a moment, those of finer times first, then in order."""
_NOWHERE: _Place = ("", 0, 0)


def _merged(votes: Sequence[Cast]) -> tuple[list[Cast], dict[int, int]]:
    """Votes, some with rough times, in the order in which they were cast, and those that repeat one of them with a
    rougher time: the id of the one that they repeat, by theirs.

    A vote of a rough time stands after what was before it in its log, also where that repeats another one. `votes` are
    in the order of their times.
    """
    places: dict[int, _Place] = {}
    repeated: dict[int, int] = {}
    alike: dict[tuple[str, int | None, int | None], list[tuple[_Place, int]]] = {}
    before: dict[tuple[int | None, int, str], _Place] = {}
    for number, vote in enumerate(sorted(votes, key=lambda each: each.precision_seconds)):
        place = (vote.timestamp, vote.precision_seconds, number)
        same = alike.setdefault((vote.vote, vote.target_game_id, vote.target_session_game_id), [])
        if vote.precision_seconds:
            line = (vote.log_id, vote.precision_seconds, vote.timestamp)
            after = before.get(line, _NOWHERE)
            found = _repeated_by(vote, same, after)
            if found is not None:
                before[line], repeated[vote.id] = found
                continue
            place = (max(vote.timestamp, after[0]), vote.precision_seconds, number)
            before[line] = place
        insort(same, (place, vote.id))
        places[vote.id] = place
    kept = [vote for vote in votes if vote.id in places]
    kept.sort(key=lambda each: places[each.id])
    return kept, repeated


def _repeated_by(vote: Cast, same: Sequence[tuple[_Place, int]], after: _Place) -> tuple[_Place, int] | None:
    """The vote that one of a rough time repeats, of those that say the same, in order: the first within its time that
    stands after another one, or that one itself."""
    position = bisect_left(same, (max((vote.timestamp, 0, 0), after), 0))
    candidates = [each for each in same[position : position + 2] if each[0][0] < vote.end]
    return next((each for each in candidates if each[0] > after), candidates[0] if candidates else None)


def _between(start: str, end: str) -> timedelta:
    return datetime.fromisoformat(end) - datetime.fromisoformat(start)


def _game_of(vote: Cast, timetable: Timetable, voted_on: Mapping[VotedOn, Cast]) -> VotedOn | None:
    if vote.target_session_game_id is not None:
        return vote.target_session_game_id if vote.target_session_game_id in timetable else None
    if vote.target_game_id is not None:
        begun = timetable.begun_by(_middle(vote), vote.target_game_id)
        begun = timetable.begun_by(_last(vote), vote.target_game_id) if begun is None else begun
        return UnplayedGame(vote.target_game_id) if begun is None else begun
    if vote.precision_seconds:
        return _game_about(vote, timetable, voted_on)
    just_ended = timetable.just_ended_at(vote.timestamp)
    if just_ended is not None and just_ended not in voted_on:
        return just_ended
    return timetable.playing_at(vote.timestamp)


def add_moves(moves: dict[VotedOn, VoteMove], changed: Mapping[VotedOn, tuple[str | None, str | None]]) -> None:
    """Add to the moves of games those of one voter, whose votes count otherwise there than before."""
    for voted_on, (before, after) in changed.items():
        up, down = move_of(before, after)
        moved_up, moved_down = moves.get(voted_on, (0, 0))
        moves[voted_on] = moved_up + up, moved_down + down


def _game_about(vote: Cast, timetable: Timetable, voted_on: Mapping[VotedOn, Cast]) -> int | None:
    """The game of a vote of a rough time: one in its grace if all of that time is, otherwise what was on for the larger
    part of it, or where nothing was, what had just ended."""
    just_ended = timetable.just_ended_before(vote.timestamp, vote.end)
    if just_ended is not None and just_ended not in voted_on:
        return just_ended
    playing = timetable.mostly_playing(vote.timestamp, vote.end)
    if playing is not None:
        return playing
    ended = timetable.just_ended_at(vote.timestamp)
    return None if ended in voted_on else ended


def _last(vote: Cast) -> str:
    """The last moment of a vote's time: what begins with the next minute had not begun."""
    return later(vote.timestamp, seconds=vote.precision_seconds - 0.001) if vote.precision_seconds else vote.timestamp


def _middle(vote: Cast) -> str:
    return later(vote.timestamp, seconds=vote.precision_seconds / 2) if vote.precision_seconds else vote.timestamp
