"""python -m benchmarks.history: lays years of nights into a new database, always the same ones for the same seed.

    python -m benchmarks.history --nights 10000 --votes 1000000 FOLDER-or-postgresql://...

The rows are those that the server would have by now: closed sessions of ten games with their turns, voters, every vote
as it was cast, and of the events those that are still kept.
"""

import argparse
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Table, delete, func, insert, select, text, update

from gamenight.catalogue.tables import games
from gamenight.core import log
from gamenight.core.clock import to_text
from gamenight.core.log import events, log_state
from gamenight.sessions.tables import session_games, sessions, turns
from gamenight.settings import Settings, load
from gamenight.store import open_store
from gamenight.votes.folding import fold_name
from gamenight.votes.tables import voters, votes

GAMES = 10
TURN = timedelta(minutes=20)
LAST_NIGHT = datetime(2025, 12, 30, 19, tzinfo=UTC)
NIGHTS_AT_ONCE = 100
"""In one transaction."""
VOTES_OF_ONE = 4
"""How many votes somebody casts on a night, on average."""
COMMUNITY = 10
"""How many times as many people there are as vote on one night."""
TABLES = (sessions, session_games, turns, voters, votes, events)
"""In the order in which their rows refer to one another."""


class Plan(Struct, frozen=True):
    nights: int
    votes: int
    seed: int = 1


class Played(Struct, frozen=True):
    """A game of a night as its events tell of it."""

    session_id: int
    id: int
    game_id: int
    title: str
    began: str


Rows = dict[Table, list[dict[str, Any]]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    parser.add_argument("--nights", type=int, default=10_000)
    parser.add_argument("--votes", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("where", help="a folder for SQLite, or the address of an empty PostgreSQL database")
    arguments = parser.parse_args()
    if arguments.nights < 1 or arguments.votes < 0:
        parser.error("it takes one night or more, and no fewer votes than none")
    try:
        fill(arguments.where, Plan(arguments.nights, arguments.votes, arguments.seed), progress=True)
    except ValueError as error:
        parser.error(str(error))
    return 0


def fill(where: str, plan: Plan, *, progress: bool = False) -> None:
    """Make the database and lay the nights into it. Raises ValueError for one that has sessions already."""
    option = "database_url" if "://" in where else "data_dir"
    settings = load({}, **{option: where})
    began = time.perf_counter()
    with open_store(settings) as database:
        with database.transaction() as transaction:
            past = Past(transaction.connection, plan, settings)
        for first in range(0, plan.nights, NIGHTS_AT_ONCE):
            after = min(first + NIGHTS_AT_ONCE, plan.nights)
            with database.transaction() as transaction:
                past.lay(transaction.connection, range(first, after))
            if progress and sys.stdout.isatty():
                print(f"\r{after} of {plan.nights} nights, {time.perf_counter() - began:.0f} s", end="", flush=True)
        with database.transaction() as transaction:
            past.finish(transaction.connection)
    fill_figures(f"--{option.replace('_', '-')}", where)
    if progress:
        line = "\r" if sys.stdout.isatty() else ""
        print(f"{line}{plan.nights} nights with {plan.votes} votes in {time.perf_counter() - began:.0f} s")


def fill_figures(*options: str) -> None:
    """Have the server's own command write the figures that follow from these rows."""
    command = [sys.executable, "-m", "gamenight", "recount", *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


class Past:
    """The nights that were, one after another."""

    def __init__(self, connection: Connection, plan: Plan, settings: Settings) -> None:
        if connection.execute(select(func.count()).select_from(sessions)).scalar_one():
            raise ValueError("This database has sessions already. Name a new folder, or an empty database.")
        self._plan = plan
        self._chance = random.Random(plan.seed)
        found = connection.execute(select(games.c.id, games.c.title).order_by(games.c.id))
        self._titles = {row.id: row.title for row in found}
        self._appeal = {game_id: self._chance.betavariate(3, 2) for game_id in self._titles}
        self._ids = dict.fromkeys(TABLES, 0) | {events: log.head(connection)}
        # A night has an event for each game and each vote, and three more.
        events_in_all = self._ids[events] + plan.votes + (GAMES + 3) * plan.nights
        self._pruned_through = max(0, events_in_all - settings.sessions.events_kept)
        self._rows: Rows = {}

    def lay(self, connection: Connection, numbers: range) -> None:
        self._rows = {table: [] for table in TABLES}
        for number in numbers:
            self._lay_night(number)
        for table, rows in self._rows.items():
            if rows:
                _insert(connection, table, rows)

    def finish(self, connection: Connection) -> None:
        """Say where the ids and the log stand."""
        connection.execute(delete(events).where(events.c.id <= self._pruned_through))
        connection.execute(update(log_state).values(pruned_through=self._pruned_through))
        if connection.dialect.name != "postgresql":
            return
        for table in TABLES:
            newest = select(func.max(table.c.id)).scalar_subquery()
            connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), newest)))
        connection.execute(text("ANALYZE"))

    def _lay_night(self, number: int) -> None:
        plan, chance = self._plan, self._chance
        begins = LAST_NIGHT - timedelta(days=plan.nights - 1 - number)
        began, ended = to_text(begins), to_text(begins + GAMES * TURN)
        session = {"notes": f"Night {number + 1}", "is_active": 0, "created_at": began, "closed_at": ended}
        session_id = self._add(sessions, session)
        self._emit("session.started", began, session_id, {"session": {"id": session_id, **session}})
        share = plan.votes * (number + 1) // plan.nights - plan.votes * number // plan.nights
        audience = self._audience(session_id, max(1, share // VOTES_OF_ONE))
        drawn = chance.sample(list(self._titles), GAMES)
        of_game = chance.choices(range(GAMES), [0.5 + self._appeal[game_id] for game_id in drawn], k=share)
        for place, game_id in enumerate(drawn):
            begun = begins + place * TURN
            played = self._play(session_id, game_id, begun)
            self._vote(played, begun, audience, of_game.count(place))
        self._emit("session.ended", ended, session_id, {"session": {"id": session_id, **session}})
        self._emit("sessions.changed", ended, None, {"sessionId": session_id, "listedSession": session})

    def _audience(self, session_id: int, size: int) -> list[int]:
        names = [f"viewer{number}" for number in self._chance.sample(range(size * COMMUNITY), size)]
        return [
            self._add(
                voters,
                {"session_id": session_id, "platform": "chat", "folded_name": fold_name(name), "username": name},
            )
            for name in names
        ]

    def _play(self, session_id: int, game_id: int, begins: datetime) -> Played:
        began, ended = to_text(begins), to_text(begins + TURN)
        status = "skipped" if self._chance.random() < 0.1 else "played"
        by_hand = int(self._chance.random() < 0.2)
        row = {
            "session_id": session_id,
            "game_id": game_id,
            "played_at": began,
            "status": status,
            "manually_added": by_hand,
            "source": "manual" if by_hand else "dice",
            "room_code": "".join(self._chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZ", k=4)),
            "player_count": self._chance.randint(3, 8),
            "player_count_check_status": "completed",
            "player_count_source": "hand",
        }
        played = Played(session_id, self._add(session_games, row), game_id, self._titles[game_id], began)
        turn = {"session_game_id": played.id, "started_at": began, "ended_at": ended}
        self._add(turns, turn)
        self._emit("game.added", began, session_id, {"session": {"id": session_id}, "sessionGame": row})
        return played

    def _vote(self, played: Played, begins: datetime, audience: list[int], count: int) -> None:
        """So many votes on a game. One in twenty comes from somebody who had said the opposite: the last one counts."""
        people = self._chance.sample(audience, max(1, min(len(audience), count - count // 20)))
        for number in range(count):
            moment = to_text(begins + TURN * (number + 1) / (count + 2))
            is_last = number >= count - len(people)
            likes = self._chance.random() < self._appeal[played.game_id]
            row = {
                "voter_id": people[number % len(people)],
                "vote": "up" if likes == is_last else "down",
                "timestamp": moment,
                "place": 0,
                "session_game_id": played.id,
                "game_id": played.game_id,
                "counts": int(is_last),
                "created_at": moment,
            }
            self._add(votes, row)
            self._emit("vote.received", moment, played.session_id, {"vote": row, "sessionGame": played})

    def _add(self, table: Table, row: dict[str, Any]) -> int:
        """Keep a row for the next insert; returns the id that it will have."""
        self._ids[table] += 1
        row["id"] = self._ids[table]
        self._rows[table].append(row)
        return self._ids[table]

    def _emit(self, type_: str, moment: str, session_id: int | None, data: object) -> None:
        """An event, unless it would have been forgotten by now."""
        if self._ids[events] < self._pruned_through:
            self._ids[events] += 1
            return
        row = {
            "topic": session_id or 0,
            "session_id": session_id,
            "type": type_,
            "created_at": moment,
            "data": msgspec.json.encode(data).decode(),
        }
        self._add(events, row)


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), rows)
        return
    names = list(rows[0])
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


if __name__ == "__main__":
    sys.exit(main())
