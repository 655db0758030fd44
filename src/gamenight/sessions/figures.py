"""The figures of sessions and games: the only place that moves them, each in the transaction of its change.

Votes flow down: a session game has the votes that count for it, a game of the catalogue has the sums over its session
games that are not removed, and a session counts its games that are not removed. So nobody sums votes to show a number;
`recount` proves that the columns are what a sum would give.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Table, bindparam, func, select, update

from gamenight.catalogue import actions as catalogue
from gamenight.catalogue.actions import FigureMove
from gamenight.catalogue.tables import games
from gamenight.core.database import Transaction
from gamenight.core.prepared import Prepared
from gamenight.sessions.tables import session_games, sessions

VoteMove = tuple[int, int]
"""By how much upvotes and downvotes move."""

_is_shown = session_games.c.removed_at.is_(None)
_row = Prepared(
    select(
        session_games.c.session_id,
        session_games.c.game_id,
        session_games.c.upvotes,
        session_games.c.downvotes,
        session_games.c.removed_at,
    ).where(session_games.c.id == bindparam("session_game_id"))
)
_move_votes = Prepared(
    update(session_games)
    .where(session_games.c.id == bindparam("session_game_id"))
    .values(
        upvotes=session_games.c.upvotes + bindparam("up"),
        downvotes=session_games.c.downvotes + bindparam("down"),
    )
)
_most_players = (
    select(func.max(session_games.c.player_count))
    .where(session_games.c.session_id == bindparam("session_id"), _is_shown)
    .scalar_subquery()
)
_move_plays = Prepared(
    update(sessions)
    .where(sessions.c.id == bindparam("session_id"))
    .values(games_played=sessions.c.games_played + bindparam("plays"), most_players=_most_players)
)
_count_players = Prepared(
    update(sessions).where(sessions.c.id == bindparam("session_id")).values(most_players=_most_players)
)
_sums_of_session = Prepared(
    select(
        session_games.c.game_id,
        func.count(),
        func.sum(session_games.c.upvotes),
        func.sum(session_games.c.downvotes),
    )
    .where(session_games.c.session_id == bindparam("session_id"), _is_shown)
    .group_by(session_games.c.game_id)
)

_clear_votes = Prepared(
    update(session_games)
    .where(session_games.c.id == bindparam("session_game_id"))
    .values(upvotes=0, downvotes=0, unpublished_votes=0, unpublished_vote_id=None)
)
_removed_games = Prepared(
    select(session_games.c.id).where(
        session_games.c.session_id == bindparam("session_id"),
        session_games.c.removed_at.is_not(None),
        session_games.c.upvotes + session_games.c.downvotes + session_games.c.unpublished_votes > 0,
    )
)
_unpublished_of_session = Prepared(
    select(session_games.c.id, session_games.c.unpublished_votes).where(
        session_games.c.session_id == bindparam("session_id"), session_games.c.unpublished_votes > 0
    )
)
_note_unpublished = Prepared(
    update(session_games)
    .where(session_games.c.id == bindparam("session_game_id"))
    .values(unpublished_votes=bindparam("number"), unpublished_vote_id=bindparam("last"))
)


def move_votes(transaction: Transaction, moves: Mapping[int, VoteMove]) -> None:
    """Votes of session games, by id, came to count or ceased to. Those of removed games don't reach the catalogue."""
    moves = {session_game_id: move for session_game_id, move in moves.items() if move != (0, 0)}
    if not moves:
        return
    connection = transaction.connection
    named = [{"session_game_id": session_game_id} for session_game_id in moves]
    of_games: dict[int, FigureMove] = {}
    for (up, down), rows in zip(moves.values(), _row.all_of_each(connection, named), strict=True):
        for _session_id, game_id, _upvotes, _downvotes, removed_at in rows:
            if removed_at is None:
                of_games[game_id] = of_games.get(game_id, FigureMove()) + FigureMove(0, up, down)
    _move_votes.run_each(
        connection, [{"session_game_id": id_, "up": up, "down": down} for id_, (up, down) in moves.items()]
    )
    catalogue.move_figures(transaction, of_games)


def count_game(transaction: Transaction, session_game_id: int) -> None:
    """A session game was added, or is back: it counts with the votes that it has."""
    _move_game(transaction, session_game_id, 1)


def uncount_game(transaction: Transaction, session_game_id: int) -> None:
    """A session game was removed: neither it nor its votes count."""
    _move_game(transaction, session_game_id, -1)


def count_players(transaction: Transaction, session_id: int) -> None:
    """The count of players of one of the session's games has changed."""
    _count_players.run(transaction.connection, session_id=session_id)


def uncount_session(transaction: Transaction, session_id: int) -> None:
    """A session is about to be deleted, with games and votes that no action will remove one by one."""
    rows = _sums_of_session.all(transaction.connection, session_id=session_id)
    catalogue.move_figures(transaction, {game_id: FigureMove(-plays, -up, -down) for game_id, plays, up, down in rows})


def _move_game(transaction: Transaction, session_game_id: int, by: int) -> None:
    row = _row.first(transaction.connection, session_game_id=session_game_id)
    assert row is not None  # noqa: S101
    session_id, game_id, up, down, _removed_at = row
    _move_plays.run(transaction.connection, session_id=session_id, plays=by)
    catalogue.move_figures(transaction, {game_id: FigureMove(by, by * up, by * down)})


class Difference(Struct, frozen=True):
    """A figure that is not what counting gives."""

    table: str
    id: int
    column: str
    stored: int | None
    counted: int | None


def recount(transaction: Transaction, votes: Mapping[int, VoteMove]) -> list[Difference]:
    """Set right each figure that counting finds to be wrong; returns those. `votes` are the upvotes and downvotes that
    count for each session game. Takes its time: it reads all that was ever played."""
    connection = transaction.connection
    rows = connection.execute(select(session_games)).all()
    shown = [row for row in rows if row.removed_at is None]
    of_games: dict[int, list[int]] = {}
    of_sessions: dict[int, list[Any]] = {}
    for row in shown:
        up, down = votes.get(row.id, (0, 0))
        plays, upvotes, downvotes = of_games.get(row.game_id, [0, 0, 0])
        of_games[row.game_id] = [plays + 1, upvotes + up, downvotes + down]
        played, most = of_sessions.get(row.session_id, [0, None])
        of_sessions[row.session_id] = [
            played + 1,
            max((n for n in (most, row.player_count) if n is not None), default=None),
        ]
    return [
        *_set_right(transaction, session_games, ("upvotes", "downvotes"), votes, (0, 0)),
        *_set_right(transaction, games, ("play_count", "upvotes", "downvotes"), of_games, (0, 0, 0)),
        *_set_right(transaction, sessions, ("games_played", "most_players"), of_sessions, (0, None)),
    ]


def _set_right(
    transaction: Transaction,
    table: Table,
    columns: Sequence[str],
    counted: Mapping[int, Sequence[int | None]],
    nothing: Sequence[int | None],
) -> list[Difference]:
    connection = transaction.connection
    found: list[Difference] = []
    for id_, *stored in connection.execute(select(table.c.id, *(table.c[name] for name in columns))).all():
        right = dict(zip(columns, counted.get(id_, nothing), strict=True))
        wrong = [
            Difference(table.name, id_, name, value, right[name])
            for name, value in zip(columns, stored, strict=True)
            if value != right[name]
        ]
        if wrong:
            connection.execute(update(table).where(table.c.id == id_).values(right))
            found += wrong
    return found


def clear_votes(transaction: Transaction, session_game_ids: Iterable[int]) -> None:
    """No vote counts for these session games, which are removed, nor waits to be published."""
    _clear_votes.run_each(transaction.connection, [{"session_game_id": id_} for id_ in session_game_ids])


def removed_games(transaction: Transaction, session_id: int) -> list[int]:
    """The removed session games that still have votes."""
    return [id_ for (id_,) in _removed_games.all(transaction.connection, session_id=session_id)]


def unpublished_votes(connection: Connection, session_id: int) -> dict[int, int]:
    """How many votes of session games of a session live clients have not heard of, where there are some."""
    return dict(_unpublished_of_session.all(connection, session_id=session_id))


def note_unpublished(transaction: Transaction, waiting: Mapping[int, tuple[int, int | None]]) -> None:
    """How many votes of session games wait to be published by now, and the last of them."""
    _note_unpublished.run_each(
        transaction.connection,
        [{"session_game_id": id_, "number": number, "last": last} for id_, (number, last) in waiting.items()],
    )
