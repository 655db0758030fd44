"""Bringing nights into the sums of their month, their year and all time, and taking them out again.

A night that is on, or was just changed, is read besides the sums; so no vote has to move them. When it is over it is
settled: what it comes to is brought into the sums and kept with it. What changes a night later notes that it is not
settled, and what it had brought in is taken out before it is brought in again.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, delete, desc, func, insert, literal_column, select, update

from gamenight.core.database import Transaction
from gamenight.core.prepared import Prepared, PreparedInsert
from gamenight.sessions import figures
from gamenight.sessions.recounting import Difference
from gamenight.sessions.tables import sessions
from gamenight.stats import rules, summaries
from gamenight.stats.played import within
from gamenight.stats.rules import ALL_TIME, PRIOR
from gamenight.stats.summaries import NightSummary
from gamenight.stats.sums import SUMMED, last_voter
from gamenight.stats.tables import period_games, period_people, period_sums, settled_nights

Key = tuple[Any, ...]
Numbers = tuple[int | None, ...]

_to_settle = Prepared(
    select(sessions.c.id, sessions.c.is_active)
    .where(summaries.is_to_settle)
    .order_by(sessions.c.id)
    .limit(bindparam("at_most"))
)
_deleted = Prepared(
    select(settled_nights.c.id, settled_nights.c.summary)
    .where(settled_nights.c.session_id.is_(None))
    .limit(bindparam("at_most"))
)
_held = Prepared(
    select(settled_nights.c.id, settled_nights.c.summary).where(settled_nights.c.session_id == bindparam("session"))
)
_all_held = select(settled_nights.c.session_id, settled_nights.c.summary, sessions.c.is_settled).join_from(
    settled_nights, sessions, settled_nights.c.session_id == sessions.c.id
)
_drop = Prepared(delete(settled_nights).where(settled_nights.c.id == bindparam("held_id")))
_keep = PreparedInsert(settled_nights, "session_id", "began", "is_near_edge", "summary")
_set_settled = Prepared(update(sessions).where(sessions.c.id == bindparam("session")).values(is_settled=1))
_most_players = Prepared(
    select(func.max(sessions.c.player_count)).where(within, sessions.c.is_settled == literal_column("1"))
)
_of_period = period_games.c.period == bindparam("of_period")
_votes = period_games.c.upvotes + period_games.c.downvotes
_share = (period_games.c.upvotes + float(PRIOR)) / (_votes + 2.0 * PRIOR)
_most_played = Prepared(
    select(period_games.c.game_id)
    .where(_of_period)
    .order_by(desc(period_games.c.play_count), period_games.c.game_id)
    .limit(1)
)
_best_liked = Prepared(
    select(period_games.c.game_id)
    .where(_of_period, period_games.c.upvotes > literal_column("0"))
    .order_by(desc(_share), desc(_votes), desc(period_games.c.play_count), period_games.c.game_id)
    .limit(1)
)


class _Rows:
    """The rows of a table of sums, by their keys."""

    def __init__(self, table: Table, *columns: str) -> None:
        self.name: Final = table.name
        self.columns: Final = columns
        self._keys: Final = tuple(column.name for column in table.primary_key)
        is_it = [table.c[name] == bindparam(f"its_{name}") for name in self._keys]
        shown = [table.c[name] for name in columns]
        self._all: Final = select(*table.primary_key, *shown)
        self._select: Final = Prepared(select(*shown).where(*is_it))
        self._insert: Final = Prepared(insert(table), [*self._keys, *columns])
        self._update: Final = Prepared(update(table).where(*is_it), columns)
        self._delete: Final = Prepared(delete(table).where(*is_it))

    def all(self, connection: Connection) -> dict[Key, Numbers]:
        length = len(self._keys)
        return {tuple(row[:length]): tuple(row[length:]) for row in connection.execute(self._all)}

    def stored(self, connection: Connection, keys: Sequence[Key]) -> dict[Key, Numbers]:
        """The rows of these keys, as far as they are there."""
        rows = self._select.all_of_each(connection, [self._bound(key) for key in keys])
        return {key: found[0] for key, found in zip(keys, rows, strict=True) if found}

    def store(self, connection: Connection, before: Mapping[Key, Numbers], after: Mapping[Key, Numbers | None]) -> None:
        """Store rows in place of those that were there; None is for one that goes."""
        values = {key: dict(zip(self.columns, row, strict=True)) for key, row in after.items() if row is not None}
        self._delete.run_each(connection, [self._bound(key) for key in before if after[key] is None])
        self._update.run_each(connection, [self._bound(key) | row for key, row in values.items() if key in before])
        self._insert.run_each(
            connection,
            [dict(zip(self._keys, key, strict=True)) | row for key, row in values.items() if key not in before],
        )

    def _bound(self, key: Key) -> dict[str, Any]:
        return {f"its_{name}": value for name, value in zip(self._keys, key, strict=True)}


_OF_PERIODS = _Rows(period_sums, *SUMMED, "player_count", "most_played_id", "best_liked_id")
_OF_GAMES = _Rows(period_games, "play_count", "night_count", "seconds_played", "upvotes", "downvotes")
_OF_PEOPLE = _Rows(period_people, "night_count", "last_voter_id", "is_named")


class _Tally:
    """What some nights bring into the sums together, or take out of them."""

    def __init__(self) -> None:
        self.of_periods: dict[Key, tuple[int, ...]] = {}
        self.of_games: dict[Key, tuple[int, ...]] = {}
        self.nights_of_people: dict[Key, int] = {}
        self.newest_voters: dict[Key, int] = {}
        self.taken_out: set[Key] = set()

    def add(self, night: NightSummary, sign: int = 1) -> None:
        figures_ = (1, night.play_count, night.minutes_played, night.upvotes, night.downvotes)
        for period in rules.periods_of(night.began):
            _add(self.of_periods, (period,), figures_, sign)
            for game in night.games:
                row = (game.play_count, 1, game.seconds_played, game.upvotes, game.downvotes)
                _add(self.of_games, (period, game.game_id), row, sign)
            for each in night.people:
                key = period, each.person
                self.nights_of_people[key] = self.nights_of_people.get(key, 0) + sign
                if sign > 0:
                    self.newest_voters[key] = max(self.newest_voters.get(key, 0), each.voter_id)
                else:
                    self.taken_out.add(key)


def settle_some(transaction: Transaction, most: int) -> int:
    """Settle some of the nights that are over, and take out what is outdated; returns how many nights those were."""
    connection = transaction.connection
    tally = _Tally()
    deleted = _deleted.all(connection, at_most=most)
    found = _to_settle.all(connection, at_most=most)
    changed = [row for rows in _held.all_of_each(connection, [{"session": id_} for id_, _ in found]) for row in rows]
    for _id, summary in (*deleted, *changed):
        tally.add(summaries.decode(summary), -1)
    _drop.run_each(connection, [{"held_id": id_} for id_, _summary in (*deleted, *changed)])
    over = [id_ for id_, is_active in found if not is_active]
    for night in summaries.as_they_are(connection, over):
        tally.add(night)
        _keep.one(
            connection,
            session_id=night.session_id,
            began=night.began,
            is_near_edge=int(rules.is_near_edge(night.began)),
            summary=summaries.encode(night),
        )
    _set_settled.run_each(connection, [{"session": id_} for id_ in over])
    _move(connection, tally)
    return len(deleted) + len(found)


def recount(transaction: Transaction, *, nights_at_once: int = 500) -> list[Difference]:
    """Settle all nights that are over, and set right each sum that is not what counting gives; returns those.

    Takes its time: it reads all nights.
    """
    connection = transaction.connection
    wrong = _outdated_unnoticed(transaction)
    while settle_some(transaction, nights_at_once):
        pass
    tally = _Tally()
    for _session_id, summary, _is_settled in connection.execute(_all_held):
        tally.add(summaries.decode(summary))
    people = {
        key: (nights, tally.newest_voters[key], int(summaries.is_named(key[1])))
        for key, nights in tally.nights_of_people.items()
    }
    voters: dict[str, int] = {}
    for period, _person in people:
        voters[period] = voters.get(period, 0) + 1
    wrong += _set_right(connection, _OF_GAMES, tally.of_games)
    wrong += _set_right(connection, _OF_PEOPLE, people)
    periods = {
        (period,): (*numbers, voters.get(period, 0), *_found_of(connection, period))
        for (period,), numbers in tally.of_periods.items()
    }
    return wrong + _set_right(connection, _OF_PERIODS, periods)


def _move(connection: Connection, tally: _Tally) -> None:
    games = _OF_GAMES.stored(connection, list(tally.of_games))
    _OF_GAMES.store(connection, games, {key: _sum(games.get(key), row) for key, row in tally.of_games.items()})
    voters = _move_people(connection, tally)
    periods = _OF_PERIODS.stored(connection, list(tally.of_periods))
    after: dict[Key, Numbers | None] = {}
    for key, row in tally.of_periods.items():
        (period,) = key
        numbers = _sum(periods.get(key, ())[: len(SUMMED)], (*row, voters.get(period, 0)))
        after[key] = None if numbers is None else (*numbers, *_found_of(connection, period))
    _OF_PERIODS.store(connection, periods, after)


def _move_people(connection: Connection, tally: _Tally) -> dict[str, int]:
    """By how many people more than before there are in each period."""
    stored = _OF_PEOPLE.stored(connection, list(tally.nights_of_people))
    after: dict[Key, Numbers | None] = {}
    more: dict[str, int] = {}
    for key, by in tally.nights_of_people.items():
        period, person = key
        nights, newest, _is_named = stored.get(key, (0, 0, 0))
        now = (nights or 0) + by
        if key in tally.taken_out:
            newest = last_voter(connection, person, rules.span_of(period), settled=True) if now else None
        newest = max(newest or 0, tally.newest_voters.get(key, 0))
        after[key] = (now, newest, int(summaries.is_named(person))) if now else None
        more[period] = more.get(period, 0) + bool(now) - bool(nights)
    _OF_PEOPLE.store(connection, stored, after)
    return more


def _found_of(connection: Connection, period: str) -> tuple[int | None, int | None, int | None]:
    """What is no sum: the most players, the most played game and the best liked one. Nobody asks for those of all time
    here."""
    if period == ALL_TIME:
        return None, None, None
    span = rules.span_of(period)
    most_played, best_liked = (each.scalar(connection, of_period=period) for each in (_most_played, _best_liked))
    return _most_players.scalar(connection, since=span.since, until=span.until), most_played, best_liked


def _outdated_unnoticed(transaction: Transaction) -> list[Difference]:
    """Nights that are not as they were settled, though nothing notes it: they have to be settled again."""
    connection = transaction.connection
    held = connection.execute(_all_held.where(sessions.c.is_settled == 1)).all()
    wrong: list[Difference] = []
    are = {night.session_id: night for night in summaries.as_they_are(connection, [row[0] for row in held])}
    for session_id, summary, _is_settled in held:
        before, after = _figures(summaries.decode(summary)), _figures(are.get(session_id))
        found = _differences(settled_nights.name, session_id, before, after)
        if found:
            figures.unsettle(transaction, session_id)
            wrong += found
    return wrong


def _figures(night: NightSummary | None) -> dict[str, int | None]:
    """The figures of a night, each under a name."""
    if night is None:
        return {}
    found: dict[str, int | None] = {
        name: getattr(night, name) for name in ("play_count", "minutes_played", "upvotes", "downvotes")
    }
    for game in night.games:
        for name in ("play_count", "seconds_played", "upvotes", "downvotes"):
            found[f"{name} of game {game.game_id}"] = getattr(game, name)
    return found | {f"voter of {each.person}": each.voter_id for each in night.people}


def _set_right(connection: Connection, rows: _Rows, right: Mapping[Key, Numbers]) -> list[Difference]:
    stored = rows.all(connection)
    wrong = [key for key in {**stored, **right} if stored.get(key) != right.get(key)]
    before = {key: stored[key] for key in wrong if key in stored}
    rows.store(connection, before, {key: right.get(key) for key in wrong})
    found: list[Difference] = []
    for period, *key in wrong:
        id_ = key[0] if key and isinstance(key[0], int) else 0
        of_whom = "".join(f" of {each}" for each in key if isinstance(each, str))
        names = [f"{name}{of_whom} in {period or 'all'}" for name in rows.columns]
        were, are = (
            dict(zip(names, numbers.get((period, *key), (None,) * len(names)), strict=True))
            for numbers in (stored, right)
        )
        found += _differences(rows.name, id_, were, are)
    return found


def _differences(
    table: str, id_: int, stored: Mapping[str, int | None], counted: Mapping[str, int | None]
) -> list[Difference]:
    return [
        Difference(table, id_, name, stored.get(name), counted.get(name))
        for name in {**stored, **counted}
        if stored.get(name) != counted.get(name)
    ]


def _add(sums: dict[Key, tuple[int, ...]], key: Key, row: tuple[int, ...], sign: int) -> None:
    sums[key] = tuple(old + sign * new for old, new in zip(sums.get(key, (0,) * len(row)), row, strict=True))


def _sum(stored: Numbers | None, more: tuple[int, ...]) -> Numbers | None:
    """A row with what is added to it; None where nothing is left."""
    numbers = tuple((old or 0) + new for old, new in zip(stored or (0,) * len(more), more, strict=True))
    return numbers if any(numbers) else None
