"""Every way to read the recap of a night."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Connection, bindparam, func, select

from gamenight.catalogue.tables import games
from gamenight.core.clock import later
from gamenight.sessions import queries as sessions
from gamenight.sessions.schemas import Session, SessionGame
from gamenight.sessions.tables import session_games, turns
from gamenight.stats import queries, rules
from gamenight.stats.periods import game_runs
from gamenight.stats.played import is_played, turn_seconds
from gamenight.stats.rules import Span
from gamenight.stats.schemas import BrokenStreak, Recap, RecapGame
from gamenight.votes.tables import votes

MIN_STREAK = 3
"""A game that was played on fewer nights in a row has no streak to break."""

_of_night = session_games.c.session_id == bindparam("session_id")
_turns = (
    select(turns.c.session_game_id, turns.c.started_at, turn_seconds)
    .join(session_games)
    .where(_of_night, is_played)
    .order_by(turns.c.started_at)
)
_voter_count = (
    select(func.count(votes.c.voter_id.distinct())).join(session_games).where(_of_night, is_played, votes.c.counts == 1)
)
_runs = (
    select(game_runs.c.last_number, games.c.id, games.c.title, game_runs.c.length)
    .join_from(game_runs, games, games.c.id == game_runs.c.game_id)
    .where(game_runs.c.length >= MIN_STREAK)
    .order_by(game_runs.c.length.desc(), games.c.id)
)


class Turn(Struct, frozen=True):
    """A turn of a game, as far as it counts."""

    session_game_id: int
    started_at: str
    seconds: int


def recap(connection: Connection, session_id: int, utc_offset: int) -> Recap:
    """A night to tell of; raises SessionNotFound."""
    state = sessions.state(connection, session_id)
    session = state.session
    parameters = {"session_id": session_id}
    turns = [Turn(*row) for row in connection.execute(_turns, parameters)]
    played = [_game(game, turns) for game in state.games if game.status != "skipped"]
    ends = [later(turn.started_at, seconds=turn.seconds) for turn in turns]
    before = queries.days(connection, Span(until=session.created_at), utc_offset)
    day = rules.day_of(session.created_at, utc_offset)
    held_on = [*before.values(), day] if played else []
    counts = [game.player_count for game in played if game.player_count is not None]
    return Recap(
        session_id=session_id,
        day=day,
        notes=session.notes,
        is_active=session.is_active,
        started_at=min((turn.started_at for turn in turns), default=None),
        ended_at=None if session.is_active else max(ends, default=None),
        minutes_played=rules.minutes(sum(turn.seconds for turn in turns)),
        player_count=max(counts, default=None),
        voter_count=connection.execute(_voter_count, parameters).scalar_one(),
        total_votes=sum(game.total_votes for game in played),
        games=played,
        skipped=[game.title for game in state.games if game.status == "skipped"],
        best_liked=next(iter(rules.best_liked(played)), None),
        most_divisive=rules.most_divisive(played),
        week_streak=rules.streak(held_on, rules.week),
        month_streak=rules.streak(held_on, rules.month),
        broken_streaks=_broken(connection, session, len(before), played),
    )


def _game(game: SessionGame, turns: Sequence[Turn]) -> RecapGame:
    return RecapGame(
        id=game.id,
        game_id=game.game_id,
        title=game.title,
        pack_name=game.pack_name,
        played_at=game.played_at,
        minutes_played=rules.minutes(sum(turn.seconds for turn in turns if turn.session_game_id == game.id)),
        player_count=game.player_count,
        upvotes=game.upvotes,
        downvotes=game.downvotes,
        popularity_score=game.popularity_score,
        total_votes=game.upvotes + game.downvotes,
        liked_share=rules.liked_share(game.upvotes, game.downvotes),
    )


def _broken(
    connection: Connection, session: Session, nights_before: int, played: Sequence[RecapGame]
) -> list[BrokenStreak]:
    """The games that were on every night until this one. While it is on it may still have them."""
    if session.is_active or not played:
        return []
    tonight = {game.game_id for game in played}
    return [
        BrokenStreak(game_id, title, length)
        for last_number, game_id, title, length in connection.execute(
            _runs, queries.bind_values(Span(until=session.created_at), 0)
        )
        if last_number == nights_before and game_id not in tonight
    ]
