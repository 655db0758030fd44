"""The proof of the figures: what counting all sessions and their games gives, and what is stored instead."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, Table, bindparam, func, insert, select, update

from gamenight.catalogue.tables import games
from gamenight.core.database import Transaction
from gamenight.core.prepared import Prepared
from gamenight.sessions import rules
from gamenight.sessions.figures import COUNTED, VoteMove
from gamenight.sessions.queries import Turns
from gamenight.sessions.tables import session_games, session_totals, sessions, turns, unplayed_votes

NO_GAMES = (0, None, 0, 0, 0, 0, None, 0, 0, 0)
"""The figures COUNTED of a session without games."""


class Difference(Struct, frozen=True):
    """A figure that is not what counting gives."""

    table: str
    id: int
    column: str
    stored: int | None
    counted: int | None


Unplayed = Mapping[tuple[int, int], VoteMove]
"""Upvotes and downvotes that count without a session game, by the ids of the session and of the catalogue's game."""


def recount(
    transaction: Transaction, votes: Mapping[int, VoteMove], unplayed: Unplayed, voters: Mapping[int, int]
) -> list[Difference]:
    """Set right each figure that counting finds to be wrong; returns those. `votes` are the upvotes and downvotes that
    count for each session game, `voters` how many people's votes count on each night. Takes its time: it reads all that
    was ever played."""
    connection = transaction.connection
    rows = connection.execute(select(session_games)).all()
    seconds = _seconds(connection)
    shown = [row for row in rows if row.removed_at is None]
    in_row = _nights_in_row(row for row in shown if row.status != "skipped")
    of_session_games = {
        row.id: (*votes.get(row.id, (0, 0)), seconds.get(row.id, 0), in_row.get(row.id, 0)) for row in rows
    }
    of_games: dict[int, list[int]] = {}
    of_sessions: dict[int, list[Row[Any]]] = {}
    for row in shown:
        up, down, _seconds_played, _in_row = of_session_games[row.id]
        figures = (1, up, down, row.status != "skipped")
        before = of_games.get(row.game_id, [0, 0, 0, 0])
        of_games[row.game_id] = [old + new for old, new in zip(before, figures, strict=True)]
        of_sessions.setdefault(row.session_id, []).append(row)
    for (session_id, game_id), (up, down) in unplayed.items():
        plays, ups, downs, played = of_games.get(game_id, [0, 0, 0, 0])
        of_games[game_id] = [plays, ups + up, downs + down, played]
        of_sessions.setdefault(session_id, [])
    counted = {id_: _counted(members, of_session_games) for id_, members in of_sessions.items()}
    for (session_id, _game_id), (up, down) in unplayed.items():
        for name, number in (("upvotes", up), ("downvotes", down), ("total_votes", up + down)):
            counted[session_id][name] = (counted[session_id][name] or 0) + number
    after_free_week = _after_free_week(connection, {id_ for id_, figures in counted.items() if figures["play_count"]})
    of_all_sessions = {
        id_: (*counted[id_].values(), voters.get(id_, 0), int(after_free_week.get(id_, False))) for id_ in counted
    }
    return [
        *_set_right(
            transaction,
            session_games,
            ("upvotes", "downvotes", "seconds_played", "nights_in_row"),
            of_session_games,
            (0, 0, 0, 0),
        ),
        *_set_right(transaction, games, ("play_count", "upvotes", "downvotes", "times_played"), of_games, (0, 0, 0, 0)),
        *_set_right(
            transaction, sessions, (*COUNTED, "voter_count", "is_after_free_week"), of_all_sessions, (*NO_GAMES, 0, 0)
        ),
        *_set_unplayed_right(transaction, unplayed),
        *_set_totals_right(transaction, len(after_free_week)),
    ]


def _seconds(connection: Connection) -> dict[int, int]:
    """How long each session game was on."""
    of_game: dict[int, Turns] = {}
    for id_, started_at, ended_at in connection.execute(
        select(turns.c.session_game_id, turns.c.started_at, turns.c.ended_at)
    ):
        of_game.setdefault(id_, []).append((started_at, ended_at))
    return {id_: rules.seconds_played(found) for id_, found in of_game.items()}


def _counted(members: Sequence[Row[Any]], of_session_games: Mapping[int, Sequence[int]]) -> dict[str, int | None]:
    """The figures COUNTED of a session with these games."""
    played = [row for row in members if row.status != "skipped"]
    ups, downs, seconds = (sum(of_session_games[row.id][place] for row in played) for place in range(3))
    figures = (
        len(members),
        _largest(row.player_count for row in members),
        len(played),
        len({row.game_id for row in played}),
        seconds,
        rules.minutes(seconds),
        _largest(row.player_count for row in played),
        ups,
        downs,
        ups + downs,
    )
    return dict(zip(COUNTED, figures, strict=True))


def _largest(numbers: Iterable[int | None]) -> int | None:
    return max((number for number in numbers if number is not None), default=None)


def _nights_in_row(played: Iterable[Row[Any]]) -> dict[int, int]:
    """On how many nights in a row the game of each session game was played, up to that one."""
    of_nights: dict[int, list[Row[Any]]] = {}
    for row in played:
        of_nights.setdefault(row.session_id, []).append(row)
    found: dict[int, int] = {}
    rows: dict[int, int] = {}
    for _session_id, members in sorted(of_nights.items()):
        rows = {row.game_id: rows.get(row.game_id, 0) + 1 for row in members}
        found |= {row.id: rows[row.game_id] for row in members}
    return found


def _after_free_week(connection: Connection, nights: set[int]) -> dict[int, bool]:
    """Of each night whether a whole week without one lies before it."""
    in_order = connection.execute(
        select(sessions.c.id, sessions.c.created_at).order_by(sessions.c.created_at, sessions.c.id)
    )
    found: dict[int, bool] = {}
    before: str | None = None
    for id_, created_at in in_order:
        if id_ in nights:
            found[id_] = rules.is_after_free_week(before, created_at)
            before = created_at
    return found


def _set_right(
    transaction: Transaction,
    table: Table,
    columns: Sequence[str],
    counted: Mapping[int, Sequence[int | None]],
    nothing: Sequence[int | None],
) -> list[Difference]:
    connection = transaction.connection
    found: list[Difference] = []
    wrong: list[dict[str, int | None]] = []
    for id_, *stored in connection.execute(select(table.c.id, *(table.c[name] for name in columns))).all():
        right = dict(zip(columns, counted.get(id_, nothing), strict=True))
        differing = [
            Difference(table.name, id_, name, value, right[name])
            for name, value in zip(columns, stored, strict=True)
            if value != right[name]
        ]
        if differing:
            wrong.append({"row_id": id_, **right})
            found += differing
    Prepared(update(table).where(table.c.id == bindparam("row_id")), columns).run_each(connection, wrong)
    return found


def _set_unplayed_right(transaction: Transaction, unplayed: Unplayed) -> list[Difference]:
    connection = transaction.connection
    columns = unplayed_votes.c
    keys = select(columns.session_id, columns.game_id, columns.id)
    stored = {(session_id, game_id) for session_id, game_id, _id in connection.execute(keys)}
    missing = [{"session_id": session_id, "game_id": game_id} for session_id, game_id in unplayed.keys() - stored]
    if missing:
        connection.execute(insert(unplayed_votes), missing)
    ids = {(session_id, game_id): id_ for session_id, game_id, id_ in connection.execute(keys)}
    counted = {ids[key]: numbers for key, numbers in unplayed.items()}
    return _set_right(transaction, unplayed_votes, ("upvotes", "downvotes"), counted, (0, 0))


def _set_totals_right(transaction: Transaction, nights: int) -> list[Difference]:
    connection = transaction.connection
    counting = select(func.count(), func.coalesce(func.sum(sessions.c.archived), 0)).select_from(sessions)
    all_sessions, archived = connection.execute(counting).one()
    if connection.execute(select(session_totals.c.id)).first() is None:
        connection.execute(insert(session_totals).values(id=1))
    return _set_right(
        transaction, session_totals, ("sessions", "nights", "archived"), {1: (all_sessions, nights, archived)}, (0,) * 3
    )
