"""The figures of sessions and games: the only place that moves them, each in the transaction of its change.

Votes flow down: a session game has the votes that count for it. A game of the catalogue has the sums over its session
games that are not removed, and over its votes on nights on which it was named without being on. A session counts its
games that are not removed. So nobody sums votes to show a number; `recounting` proves that the columns are what a sum
would give.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, bindparam, case, func, insert, literal_column, select, true, tuple_, update

from gamenight.catalogue import actions as catalogue
from gamenight.catalogue.actions import FigureMove
from gamenight.core.database import Transaction
from gamenight.core.prepared import Prepared
from gamenight.sessions import rules
from gamenight.sessions.queries import is_played, is_shown
from gamenight.sessions.schemas import Status
from gamenight.sessions.tables import is_night, session_games, session_totals, sessions, unplayed_votes


def _minutes(seconds: Any) -> Any:
    return (seconds + 30) // 60


VoteMove = tuple[int, int]
"""By how much upvotes and downvotes move."""

_row = Prepared(
    select(
        session_games.c.session_id,
        session_games.c.game_id,
        session_games.c.upvotes,
        session_games.c.downvotes,
        session_games.c.removed_at,
        session_games.c.status,
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
_move_session_votes = Prepared(
    update(sessions)
    .where(sessions.c.id == bindparam("session_id"))
    .values(
        upvotes=sessions.c.upvotes + bindparam("up"),
        downvotes=sessions.c.downvotes + bindparam("down"),
        total_votes=sessions.c.total_votes + bindparam("up") + bindparam("down"),
        is_settled=0,
    )
)
_move_voters = Prepared(
    update(sessions)
    .where(sessions.c.id == bindparam("session_id"))
    .values(voter_count=sessions.c.voter_count + bindparam("more"), is_settled=0)
)
_move_seconds = Prepared(
    update(sessions)
    .where(sessions.c.id == bindparam("session_id"))
    .values(
        seconds_played=sessions.c.seconds_played + bindparam("more"),
        minutes_played=_minutes(sessions.c.seconds_played + bindparam("more")),
        is_settled=0,
    )
)
_set_seconds = Prepared(
    update(session_games)
    .where(session_games.c.id == bindparam("session_game_id"))
    .values(seconds_played=bindparam("seconds"))
)

COUNTED: Final = (
    "games_played",
    "most_players",
    "play_count",
    "game_count",
    "seconds_played",
    "minutes_played",
    "player_count",
    "upvotes",
    "downvotes",
    "total_votes",
)
"""The figures of a session that follow from its games."""
_was_played = session_games.c.status != "skipped"


def _sum_played(column: Any) -> Any:
    return func.coalesce(func.sum(case((_was_played, column), else_=0)), 0)


def _sum_unplayed(name: str) -> Any:
    summed = select(func.coalesce(func.sum(unplayed_votes.c[name]), 0))
    return summed.where(unplayed_votes.c.session_id == bindparam("session_id")).scalar_subquery()


_counted = (
    select(
        func.count().label("games_played"),
        func.max(session_games.c.player_count).label("most_players"),
        _sum_played(1).label("play_count"),
        func.count(case((_was_played, session_games.c.game_id)).distinct()).label("game_count"),
        _sum_played(session_games.c.seconds_played).label("seconds_played"),
        _minutes(_sum_played(session_games.c.seconds_played)).label("minutes_played"),
        func.max(case((_was_played, session_games.c.player_count))).label("player_count"),
        (_sum_played(session_games.c.upvotes) + _sum_unplayed("upvotes")).label("upvotes"),
        (_sum_played(session_games.c.downvotes) + _sum_unplayed("downvotes")).label("downvotes"),
        (
            _sum_played(session_games.c.upvotes + session_games.c.downvotes)
            + _sum_unplayed("upvotes")
            + _sum_unplayed("downvotes")
        ).label("total_votes"),
    )
    .where(session_games.c.session_id == bindparam("session_id"), is_shown)
    .subquery()
)
_stored_and_counted = Prepared(
    select(*(sessions.c[name] for name in COUNTED), *(_counted.c[name] for name in COUNTED))
    .select_from(sessions.join(_counted, true()))
    .where(sessions.c.id == bindparam("session_id"))
)
_set_counted = Prepared(update(sessions).where(sessions.c.id == bindparam("session_id")), [*COUNTED, "is_settled"])
_unsettle = Prepared(
    update(sessions)
    .where(sessions.c.id == bindparam("session_id"), sessions.c.is_settled == literal_column("1"))
    .values(is_settled=0)
)
_began = Prepared(select(sessions.c.created_at).where(sessions.c.id == bindparam("session_id")))
_place = tuple_(sessions.c.created_at, sessions.c.id)
_this_place = tuple_(bindparam("moment"), bindparam("session_id"))
_night_before = Prepared(
    select(sessions.c.created_at)
    .where(is_night, _place < _this_place)
    .order_by(sessions.c.created_at.desc(), sessions.c.id.desc())
    .limit(1)
)
_night_after = Prepared(
    select(sessions.c.id, sessions.c.created_at)
    .where(is_night, _place > _this_place)
    .order_by(sessions.c.created_at, sessions.c.id)
    .limit(1)
)
_set_after_free_week = Prepared(
    update(sessions).where(sessions.c.id == bindparam("session_id")), ["is_after_free_week"]
)
_before = (
    select(sessions.c.id)
    .where(is_night, sessions.c.id < bindparam("session_id"))
    .order_by(sessions.c.id.desc())
    .limit(1)
)
_last_night_before = Prepared(_before)
_next_night = Prepared(
    select(sessions.c.id).where(is_night, sessions.c.id > bindparam("session_id")).order_by(sessions.c.id).limit(1)
)
_on_night_before = session_games.alias("on_night_before")
_nights_before = (
    select(func.max(_on_night_before.c.nights_in_row))
    .where(
        _on_night_before.c.game_id == session_games.c.game_id,
        _on_night_before.c.session_id == _before.scalar_subquery(),
    )
    .correlate(session_games)
    .scalar_subquery()
)
_continue_row = Prepared(
    update(session_games)
    .where(session_games.c.id == bindparam("session_game_id"))
    .values(nights_in_row=func.coalesce(_nights_before, 0) + 1)
)
_games_of_night = Prepared(
    select(
        session_games.c.id,
        session_games.c.game_id,
        session_games.c.nights_in_row,
        case((is_played, 1), else_=0),
    ).where(session_games.c.session_id == bindparam("session_id"))
)
_set_nights_in_row = Prepared(
    update(session_games)
    .where(session_games.c.id == bindparam("session_game_id"))
    .values(nights_in_row=bindparam("nights"))
)
_move_totals = Prepared(
    update(session_totals).values(
        sessions=session_totals.c.sessions + bindparam("more_sessions"),
        nights=session_totals.c.nights + bindparam("more_nights"),
        archived=session_totals.c.archived + bindparam("more_archived"),
    )
)
_sums_of_session = Prepared(
    select(
        session_games.c.game_id,
        func.count(),
        func.sum(session_games.c.upvotes),
        func.sum(session_games.c.downvotes),
        _sum_played(1),
    )
    .where(session_games.c.session_id == bindparam("session_id"), is_shown)
    .group_by(session_games.c.game_id)
)

_unplayed = Prepared(
    select(unplayed_votes.c.game_id, unplayed_votes.c.upvotes, unplayed_votes.c.downvotes).where(
        unplayed_votes.c.session_id == bindparam("session_id")
    )
)
_insert_unplayed = Prepared(insert(unplayed_votes), ["session_id", "game_id"])
_move_unplayed = Prepared(
    update(unplayed_votes)
    .where(unplayed_votes.c.session_id == bindparam("of_session"), unplayed_votes.c.game_id == bindparam("of_game"))
    .values(
        upvotes=unplayed_votes.c.upvotes + bindparam("up"), downvotes=unplayed_votes.c.downvotes + bindparam("down")
    )
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
    of_sessions: dict[int, VoteMove] = {}
    for (up, down), rows in zip(moves.values(), _row.all_of_each(connection, named), strict=True):
        for session_id, game_id, _upvotes, _downvotes, removed_at, status in rows:
            if removed_at is None:
                of_games[game_id] = of_games.get(game_id, FigureMove()) + FigureMove(0, up, down)
                if status != "skipped":
                    moved_up, moved_down = of_sessions.get(session_id, (0, 0))
                    of_sessions[session_id] = moved_up + up, moved_down + down
    _move_votes.run_each(
        connection, [{"session_game_id": id_, "up": up, "down": down} for id_, (up, down) in moves.items()]
    )
    _move_session_votes.run_each(
        connection, [{"session_id": id_, "up": up, "down": down} for id_, (up, down) in of_sessions.items()]
    )
    catalogue.move_figures(transaction, of_games)


def move_unplayed_votes(transaction: Transaction, session_id: int, moves: Mapping[int, VoteMove]) -> None:
    """Votes of a session for games of the catalogue, by id, without a session game came to count or ceased to."""
    moves = {game_id: move for game_id, move in moves.items() if move != (0, 0)}
    if not moves:
        return
    connection = transaction.connection
    known = {game_id for game_id, _up, _down in _unplayed.all(connection, session_id=session_id)}
    new = [{"session_id": session_id, "game_id": game_id} for game_id in moves if game_id not in known]
    _insert_unplayed.run_each(connection, new)
    _move_unplayed.run_each(
        connection,
        [{"of_session": session_id, "of_game": id_, "up": up, "down": down} for id_, (up, down) in moves.items()],
    )
    ups, downs = (sum(move[place] for move in moves.values()) for place in range(2))
    _move_session_votes.run(connection, session_id=session_id, up=ups, down=downs)
    catalogue.move_figures(transaction, {id_: FigureMove(0, up, down) for id_, (up, down) in moves.items()})


def move_voters(transaction: Transaction, session_id: int, by: int) -> None:
    """It is other people than before whose votes count for games of the session that were not skipped: by so many
    more."""
    _move_voters.run(transaction.connection, session_id=session_id, more=by)


def unsettle(transaction: Transaction, session_id: int) -> None:
    """A person who voted in the session is known by something else than before."""
    _unsettle.run(transaction.connection, session_id=session_id)


def count_game(transaction: Transaction, session_game_id: int) -> None:
    """A session game was added, or is back: it counts with the votes that it has."""
    _move_game(transaction, session_game_id, 1)


def uncount_game(transaction: Transaction, session_game_id: int) -> None:
    """A session game was removed: neither it nor its votes count."""
    _move_game(transaction, session_game_id, -1)


def count_status(transaction: Transaction, session_game_id: int, before: Status, after: Status) -> None:
    """A session game has another status: the catalogue counts it as played unless it was skipped."""
    by = (after != "skipped") - (before != "skipped")
    if not by:
        return
    row = _row.first(transaction.connection, session_game_id=session_game_id)
    assert row is not None  # noqa: S101
    _session_id, game_id, _up, _down, removed_at, _status = row
    if removed_at is None:
        catalogue.move_figures(transaction, {game_id: FigureMove(times_played=by)})


def set_seconds(transaction: Transaction, session_game_id: int, seconds: int) -> None:
    """A session game was on for so long in all. Its session has to be counted after that."""
    _set_seconds.run(transaction.connection, session_game_id=session_game_id, seconds=seconds)


def move_seconds(transaction: Transaction, session_id: int, by: int) -> None:
    """The games of a session that were not skipped were on for so much longer than before."""
    if by:
        _move_seconds.run(transaction.connection, session_id=session_id, more=by)


def count_session(transaction: Transaction, session_id: int) -> None:
    """Something of the session's games has changed that it counts: their statuses, turns or players."""
    _count_figures(transaction, session_id)
    _count_rows(transaction, session_id)


def _count_figures(transaction: Transaction, session_id: int) -> None:
    row = _stored_and_counted.first(transaction.connection, session_id=session_id)
    assert row is not None  # noqa: S101
    stored, counted = (dict(zip(COUNTED, part, strict=True)) for part in (row[: len(COUNTED)], row[len(COUNTED) :]))
    # The same sums may be those of other games.
    _set_counted.run(transaction.connection, session_id=session_id, **counted, is_settled=0)
    was_night, is_one = stored["play_count"] > 0, counted["play_count"] > 0
    if was_night != is_one:
        _count_night(transaction, session_id, is_one=is_one)


def count_new_session(transaction: Transaction) -> None:
    """A session was started."""
    _move_totals_by(transaction, sessions=1)


def count_archived(transaction: Transaction, by: int) -> None:
    """So many more sessions are archived than before."""
    _move_totals_by(transaction, archived=by)


def uncount_session(transaction: Transaction, session_id: int, *, archived: int) -> None:
    """A session is about to be deleted, with games and votes that no action will remove one by one."""
    rows = _sums_of_session.all(transaction.connection, session_id=session_id)
    moves = {game_id: FigureMove(-plays, -up, -down, -played) for game_id, plays, up, down, played in rows}
    catalogue.move_figures(transaction, moves)
    unplayed = _unplayed.all(transaction.connection, session_id=session_id)
    catalogue.move_figures(transaction, {game_id: FigureMove(0, -up, -down) for game_id, up, down in unplayed})
    _move_totals_by(transaction, sessions=-1, archived=-archived)
    if any(move.times_played for move in moves.values()):
        _count_night(transaction, session_id, is_one=False)
        _count_rows(transaction, session_id, is_deleted=True)


def _move_game(transaction: Transaction, session_game_id: int, by: int) -> None:
    row = _row.first(transaction.connection, session_game_id=session_game_id)
    assert row is not None  # noqa: S101
    session_id, game_id, up, down, _removed_at, status = row
    played = by if status != "skipped" else 0
    _count_figures(transaction, session_id)
    if played > 0 and _next_night.scalar(transaction.connection, session_id=session_id) is None:
        _continue_row.run(transaction.connection, session_game_id=session_game_id, session_id=session_id)
    else:
        _count_rows(transaction, session_id)
    catalogue.move_figures(transaction, {game_id: FigureMove(by, by * up, by * down, played)})


def _move_totals_by(transaction: Transaction, *, sessions: int = 0, nights: int = 0, archived: int = 0) -> None:
    _move_totals.run(transaction.connection, more_sessions=sessions, more_nights=nights, more_archived=archived)


def _count_night(transaction: Transaction, session_id: int, *, is_one: bool) -> None:
    """A session has become a night, or has ceased to be one: what lies before it has changed, and after it."""
    connection = transaction.connection
    _move_totals_by(transaction, nights=1 if is_one else -1)
    began = _began.scalar(connection, session_id=session_id)
    place = {"moment": began, "session_id": session_id}
    before = _night_before.scalar(connection, **place)
    following = _night_after.first(connection, **place)
    is_after = is_one and rules.is_after_free_week(before, began)
    _set_after_free_week.run(connection, session_id=session_id, is_after_free_week=int(is_after))
    if following is not None:
        following_id, begins = following
        is_after = rules.is_after_free_week(began if is_one else before, begins)
        _set_after_free_week.run(connection, session_id=following_id, is_after_free_week=int(is_after))


def _count_rows(transaction: Transaction, session_id: int, *, is_deleted: bool = False) -> None:
    """Other games than before may have been played in a session: count anew on how many nights in a row each was
    played, up to this one, and on those that follow as far as that changes anything there."""
    connection = transaction.connection
    before = _last_night_before.scalar(connection, session_id=session_id)
    rows = {} if before is None else _rows_of(connection, before)
    night: int | None = session_id
    if is_deleted:
        night = _next_night.scalar(connection, session_id=session_id)
    while night is not None:
        games = _games_of_night.all(connection, session_id=night)
        rows_here = {game_id: rows.get(game_id, 0) + 1 for _id, game_id, _nights, played in games if played}
        right = {id_: rows_here[game_id] if played else 0 for id_, game_id, _nights, played in games}
        wrong = [id_ for id_, _game_id, nights, _played in games if nights != right[id_]]
        if not wrong:
            return
        _set_nights_in_row.run_each(connection, [{"session_game_id": id_, "nights": right[id_]} for id_ in wrong])
        rows = rows_here or rows
        night = _next_night.scalar(connection, session_id=night)


def _rows_of(connection: Connection, session_id: int) -> dict[int, int]:
    """On how many nights in a row each game of a night was played, up to that one."""
    games = _games_of_night.all(connection, session_id=session_id)
    return {game_id: nights for _id, game_id, nights, played in games if played}


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
