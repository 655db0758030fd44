"""Every way to read the recap of a night."""

from collections.abc import Sequence
from datetime import tzinfo

from msgspec import Struct
from sqlalchemy import Connection, bindparam, select

from gamenight.core.clock import later
from gamenight.core.prepared import Prepared
from gamenight.sessions import queries as sessions
from gamenight.sessions.rules import minutes, turn_seconds
from gamenight.sessions.schemas import SessionGame
from gamenight.sessions.tables import session_games, turns
from gamenight.sessions.tables import sessions as sessions_table
from gamenight.stats import rules, streaks
from gamenight.stats.played import is_played
from gamenight.stats.schemas import Recap, RecapGame
from gamenight.stats.streaks import Streak

_turns = Prepared(
    select(turns.c.session_game_id, turns.c.started_at, turns.c.ended_at)
    .join(session_games)
    .where(session_games.c.session_id == bindparam("session_id"), is_played)
    .order_by(turns.c.started_at)
)
_voter_count = Prepared(select(sessions_table.c.voter_count).where(sessions_table.c.id == bindparam("session_id")))


class Turn(Struct, frozen=True):
    """A turn of a game, as far as it counts."""

    session_game_id: int
    started_at: str
    seconds: int


def recap(connection: Connection, session_id: int, zone: tzinfo) -> Recap:
    """A night to tell of; raises SessionNotFound."""
    state = sessions.state(connection, session_id)
    session = state.session
    found = _turns.all(connection, session_id=session_id)
    turns = [Turn(id_, started_at, turn_seconds(started_at, ended_at)) for id_, started_at, ended_at in found]
    played = [_game(game, turns) for game in state.games if game.status != "skipped"]
    ends = [later(turn.started_at, seconds=turn.seconds) for turn in turns]
    streak = streaks.streak_until(connection, session, zone) if played else Streak(0, 0)
    # While a night is on it may still have the games that were on every night until then.
    has_broken = played and not session.is_active
    counts = [game.player_count for game in played if game.player_count is not None]
    return Recap(
        session_id=session_id,
        day=rules.day_of(session.created_at, zone),
        notes=session.notes,
        has_notes=session.has_notes,
        is_active=session.is_active,
        started_at=min((turn.started_at for turn in turns), default=None),
        ended_at=None if session.is_active else max(ends, default=None),
        minutes_played=minutes(sum(turn.seconds for turn in turns)),
        player_count=max(counts, default=None),
        voter_count=_voter_count.scalar(connection, session_id=session_id),
        total_votes=sum(game.total_votes for game in played),
        games=played,
        skipped=[game.title for game in state.games if game.status == "skipped"],
        best_liked=next(iter(rules.best_liked(played)), None),
        most_divisive=rules.most_divisive(played),
        week_streak=streak.weeks,
        month_streak=streak.months,
        broken_streaks=streaks.broken_by(connection, session, (game.game_id for game in played)) if has_broken else [],
    )


def _game(game: SessionGame, turns: Sequence[Turn]) -> RecapGame:
    return RecapGame(
        id=game.id,
        game_id=game.game_id,
        title=game.title,
        source=game.source,
        pack_name=game.pack_name,
        played_at=game.played_at,
        minutes_played=minutes(sum(turn.seconds for turn in turns if turn.session_game_id == game.id)),
        player_count=game.player_count,
        upvotes=game.upvotes,
        downvotes=game.downvotes,
        popularity_score=game.popularity_score,
        total_votes=game.upvotes + game.downvotes,
        liked_share=rules.liked_share(game.upvotes, game.downvotes),
    )
