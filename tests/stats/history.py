"""Nights of the past, laid into a database as they would be there."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Table, insert

from gamenight.core.clock import to_text, utc_now
from gamenight.core.database import Transaction
from gamenight.core.engines import writing_engine
from gamenight.sessions.tables import session_games, sessions, turns
from gamenight.stats import actions
from gamenight.votes.actions.recounting import recount_figures
from gamenight.votes.folding import fold_name
from gamenight.votes.tables import voters, votes


class Person(NamedTuple):
    username: str
    platform: str = "chat"
    user_id: str | None = None

    @property
    def known_as(self) -> tuple[str, str | None, str]:
        """By what somebody is the same voter: the platform's id, or the folded name."""
        return self.platform, self.user_id, "" if self.user_id else fold_name(self.username)


class Play(NamedTuple):
    """A game that was on for so many minutes, and who voted how."""

    game_id: int
    minutes: float = 20
    up: Sequence[Person] = ()
    down: Sequence[Person] = ()
    players: int | None = None
    status: Literal["played", "skipped"] = "played"
    removed: bool = False


class PastNight(NamedTuple):
    begins: datetime
    plays: Sequence[Play]
    notes: str | None = None


def people(*names: str) -> list[Person]:
    return [Person(name) for name in names]


def at(day: str, hour: int = 19, minute: int = 0) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=UTC)


def keep(database_url: str, nights: Iterable[PastNight], *, settled: bool = True) -> list[int]:
    """Lay closed nights into a database, settled as they are there after a while; returns their sessions' ids."""
    engine = writing_engine(database_url)
    try:
        with engine.begin() as connection:
            kept = [_Keeper(connection).keep(night) for night in nights]
            transaction = Transaction(connection, utc_now())
            recount_figures(transaction)
            if settled:
                actions.recount(transaction)
            return kept
    finally:
        engine.dispose()


class _Keeper:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._voters: dict[tuple[str, str | None, str], int] = {}

    def keep(self, night: PastNight) -> int:
        began = to_text(night.begins)
        session = {"notes": night.notes, "is_active": 0, "created_at": began, "closed_at": began}
        session_id = self._add(sessions, session)
        moment = night.begins
        for play in night.plays:
            moment = self._keep_play(session_id, moment, play)
        return session_id

    def _keep_play(self, session_id: int, moment: datetime, play: Play) -> datetime:
        start, end = to_text(moment), to_text(moment + timedelta(minutes=play.minutes))
        row = {
            "session_id": session_id,
            "game_id": play.game_id,
            "played_at": start,
            "status": play.status,
            "manually_added": 0,
            "player_count": play.players,
            "removed_at": end if play.removed else None,
        }
        id_ = self._add(session_games, row)
        turn = {"session_game_id": id_, "started_at": start, "ended_at": end}
        self._connection.execute(insert(turns), turn)
        cast = [(person, "up") for person in play.up] + [(person, "down") for person in play.down]
        rows = [
            {
                "voter_id": self._voter(session_id, person),
                "vote": vote,
                "timestamp": start,
                "place": 0,
                "session_game_id": id_,
                "game_id": play.game_id,
                "counts": int(not play.removed),
                "created_at": start,
            }
            for person, vote in cast
        ]
        if rows:
            self._connection.execute(insert(votes), rows)
        return moment + timedelta(minutes=play.minutes)

    def _voter(self, session_id: int, person: Person) -> int:
        if person.known_as not in self._voters:
            row = person._asdict() | {"session_id": session_id, "folded_name": fold_name(person.username)}
            self._voters[person.known_as] = self._add(voters, row)
        return self._voters[person.known_as]

    def _add(self, table: Table, row: dict[str, Any]) -> int:
        id_: int = self._connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one()
        return id_
