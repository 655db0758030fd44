"""Figures that are shown are kept in columns; whatever happens to a night, they are what counting would give."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from gamenight.core.clock import to_text, utc_now
from gamenight.core.database import Database, Transaction
from gamenight.core.engines import writing_engine
from gamenight.core.errors import GamenightError
from gamenight.core.zones import offset_zone
from gamenight.sessions import actions
from gamenight.sessions import queries as sessions
from gamenight.sessions.schemas import NewSessionGame, Status
from gamenight.stats import actions as stats
from gamenight.stats import periods
from gamenight.votes import imports, queries
from gamenight.votes.actions import casting, night_changes, publishing
from gamenight.votes.actions.casting import VoteToCast
from gamenight.votes.actions.recounting import recount_and_emit, recount_figures
from gamenight.votes.exports import ChatMessage
from gamenight.votes.schemas import NewVote, Voter
from gamenight.votes.speakers import TakenBack
from gamenight.votes.staging import stage
from tests.stats import plain
from tests.support.clients import Host
from tests.support.server import sqlite_url

BEGIN = datetime.fromisoformat("2026-03-31T18:57:30+00:00")
"""A little before another month begins where clocks are five hours ahead."""
GRACE = 20.0
GAMES = [1, 2, 3]
SYMBOLS = {"DRF": 1, "FXL": 2, "LSW": 3, "WSP": 4}

people = st.sampled_from(
    [
        Voter("chat", None, "Pia"),
        Voter("chat", None, "pia"),
        Voter("chat", "17", "Pia"),
        Voter("chat", "17", "Pina"),
        Voter("chat", "18", "Omar"),
        Voter("chat", None, "Omar"),
        Voter("chat", None, "Bo", "Pina"),
        Voter("chat", "19", "Bo", "Omar"),
        Voter("phone", "d1", "Bix"),
    ]
)
places = st.integers(0, 4)
aims = st.sampled_from([None, "latest", "lost", "DRF", "FXL", "LSW", "WSP"])
"""What a vote names: nothing, a session game, or a game of the catalogue, of which the last is never on."""
one_vote = st.tuples(people, st.sampled_from(["up", "down", "unvote"]), aims, st.integers(-40, 1))
steps = st.one_of(
    st.tuples(st.just("votes"), st.lists(one_vote, min_size=1, max_size=6)),
    st.tuples(st.just("import"), st.lists(one_vote, min_size=1, max_size=6), st.booleans()),
    st.tuples(st.just("add"), st.sampled_from(GAMES)),
    st.tuples(st.just("status"), places, st.sampled_from(["playing", "played", "skipped"])),
    st.tuples(st.just("players"), places, st.integers(0, 9)),
    st.tuples(st.just("remove"), places),
    st.tuples(st.just("undo")),
    st.tuples(st.just("recount")),
    st.tuples(st.just("publish")),
    st.tuples(st.just("settle"), st.integers(1, 2)),
    st.tuples(st.just("next night")),
    st.tuples(st.just("reopen")),
    st.tuples(st.just("delete")),
    st.tuples(st.sampled_from(["archive", "unarchive"]), st.integers(0, 2)),
)
TWO_WHO_ARE_ONE: list[Any] = [
    ("votes", [(Voter("chat", None, name), "up", None, 0) for name in ("Pina", "Bo", "Hana")]),
    ("import", [(Voter("chat", None, "Bo", "Pina"), "up", None, 0)], False),
    ("import", [(Voter("chat", None, "Hana"), "unvote", None, -20)], False),
]
"""Both of them have voted on the same game before a log tells it; what somebody else said is taken back."""


class Nights:
    """Nights on a database whose clock goes ten seconds a step."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._moment = BEGIN
        self._messages = 0
        self.session_id = self._do(actions.start_session, None).id
        self._do(actions.add_game, self.session_id, NewSessionGame(GAMES[0]))

    def step(self, kind: str, *what: Any) -> None:
        self._moment += timedelta(seconds=10)
        kinds: dict[str, Callable[..., object]] = {
            "votes": self._votes,
            "import": self._import,
            "add": lambda game: self._do(actions.add_game, self.session_id, NewSessionGame(game)),
            "status": self._status,
            "players": lambda place, count: self._on_game(actions.set_player_count, place, count),
            "remove": lambda place: self._on_game(night_changes.remove_game, place),
            "undo": lambda: self._do(partial(night_changes.undo_change, grace_seconds=GRACE), self.session_id, None),
            "recount": self._recount,
            "publish": lambda: self._do(publishing.publish_all),
            "settle": lambda most: self._do(stats.settle_some, most),
            "next night": self._next_night,
            "reopen": self._reopen,
            "delete": self._delete,
            "archive": lambda place: self._on_session(actions.archive_session, place),
            "unarchive": lambda place: self._on_session(actions.unarchive_session, place),
        }
        kinds[kind](*what)

    def wrong(self) -> list[object]:
        """The figures that are not what counting gives."""
        with self._database.transaction() as transaction:
            return [
                *recount_figures(transaction),
                *_wrong_games_of_votes(transaction.connection),
                *_wrong_sums(transaction.connection),
            ]

    def wrong_sums(self) -> list[object]:
        """The stored sums that are not what counting gives, once all that is over is settled."""
        with self._database.transaction() as transaction:
            return [*stats.recount(transaction)]

    def leave(self) -> None:
        self._do(actions.close_session, self.session_id, None)
        with self._database.transaction() as transaction:
            for session in sessions.page_of_sessions(transaction.connection, "all").sessions:
                actions.delete_session(transaction, session.id)

    def _do(self, action: Callable[..., Any], *arguments: Any) -> Any:
        with self._database.transaction() as transaction:
            savepoint = transaction.connection.begin_nested()
            try:
                return action(Transaction(transaction.connection, to_text(self._moment)), *arguments)
            except GamenightError:
                savepoint.rollback()
                return None

    def _games(self) -> list[int]:
        with self._database.snapshot() as connection:
            return [game.id for game in sessions.games_of(connection, self.session_id)]

    def _on_game(self, action: Callable[..., Any], place: int, *arguments: Any) -> None:
        games = self._games()
        if games:
            self._do(action, self.session_id, games[place % len(games)], *arguments)

    def _status(self, place: int, status: Status) -> None:
        self._on_game(night_changes.set_status, place, status)

    def _votes(self, sent: list[tuple[Voter, Any, str | None, int]]) -> None:
        games = self._games()
        shown = {"latest": games[-1] if games else None, "lost": 2**30}
        items = [
            VoteToCast(
                voter,
                NewVote(
                    vote,
                    timestamp=to_text(self._moment + timedelta(seconds=seconds)),
                    session_game_id=shown.get(aim or ""),
                    symbol=None if aim in (None, *shown) else aim,
                ),
                GRACE,
                publish=seconds % 2 == 0,
            )
            for voter, vote, aim, seconds in sent
        ]
        self._do(casting.cast_all, items)

    def _import(self, sent: list[tuple[Voter, Any, str | None, int]], replacing: bool) -> None:
        """A log with these votes; in place of those who withdraw, messages that were taken back."""
        messages: list[ChatMessage | TakenBack] = []
        for voter, vote, aim, seconds in sent:
            self._messages += 1
            word = aim if aim in SYMBOLS else "thisgame"
            command = f"{word}--" if vote == "down" else f"{word}++"
            moment = to_text(self._moment + timedelta(seconds=seconds))
            message = ChatMessage(
                moment, voter.username, voter.user_id, command, self._messages, shown_name=voter.other_name
            )
            messages.append(TakenBack(message) if vote == "unvote" else message)
        import_id = self._do(imports.begin, self.session_id)
        with self._database.transaction() as transaction:
            transaction.now = to_text(self._moment)
            stage(transaction, import_id, messages, platform="chat", symbols=SYMBOLS, replacing=replacing)
            imports.apply(transaction, import_id, replacing=replacing)
            while imports.merge_some(transaction, import_id, grace_seconds=GRACE) is not None:
                pass
            voters = imports.voters_to_recount(transaction.connection, import_id)
            changed = imports.recount(transaction, import_id, voters, grace_seconds=GRACE)
            imports.finish(transaction, import_id, changed)
            for replaced in imports.replaced(transaction.connection):
                while imports.discard_some(transaction, replaced):
                    pass

    def _recount(self) -> None:
        with self._database.transaction() as transaction:
            voters = queries.voters_since(transaction.connection, self.session_id, "")
            recount_and_emit(transaction, self.session_id, voters, grace_seconds=GRACE)

    def _next_night(self) -> None:
        self._do(actions.close_session, self.session_id, None)
        self.session_id = self._do(actions.start_session, None).id

    def _on_session(self, action: Callable[..., Any], place: int) -> None:
        with self._database.snapshot() as connection:
            listed = sessions.page_of_sessions(connection, "all").sessions
        self._do(action, listed[place % len(listed)].id)

    def _reopen(self) -> None:
        """The night is closed; it may be settled before that is undone."""
        self._do(actions.close_session, self.session_id, None)
        self._do(stats.settle_some, 9)
        self._do(partial(night_changes.undo_change, grace_seconds=GRACE), self.session_id, None)

    def _delete(self) -> None:
        with self._database.snapshot() as connection:
            closed = [each.id for each in sessions.page_of_sessions(connection, "all").sessions if not each.is_active]
        if closed:
            self._do(actions.delete_session, closed[0])


def _wrong_games_of_votes(connection: Connection) -> list[object]:
    """Votes whose game is not that of their session game, or that count for a game that was removed."""
    wrong = text(
        "SELECT votes.id FROM votes LEFT JOIN session_games ON session_games.id = votes.session_game_id "
        "WHERE (votes.game_id IS NULL AND votes.counts = 1) OR votes.game_id <> session_games.game_id "
        "OR (votes.counts = 1 AND session_games.removed_at IS NOT NULL)"
    )
    return list(connection.execute(wrong))


def _wrong_sums(connection: Connection) -> list[object]:
    """The statistics that are not what plain counting gives, by clocks by which a night may begin in another month."""
    found: list[object] = []
    for zone in (UTC, offset_zone(300)):
        for shown, counted in (
            (periods.highlights(connection, None, zone, 3), plain.highlights(connection, None, zone, 3)),
            (periods.periods(connection, "month", zone), plain.periods(connection, "month", zone)),
        ):
            found += (
                []
                if shown == counted
                else [
                    (name, getattr(shown, name), getattr(counted, name))
                    for name in shown.__struct_fields__
                    if getattr(shown, name) != getattr(counted, name)
                ]
            )
    return found


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(steps, min_size=5, max_size=30))
@example(TWO_WHO_ARE_ONE)
def test_whatever_happens_to_nights_the_figures_are_what_counting_gives(database: Database, night: list[Any]) -> None:
    nights = Nights(database)
    try:
        for step in night:
            nights.step(*step)
            assert nights.wrong() == [], step
        assert nights.wrong_sums() == []
    finally:
        nights.leave()


def test_a_batch_of_votes_comes_to_the_same_as_its_votes_one_by_one(database: Database) -> None:
    sent: list[tuple[Voter, Any, str | None, int]] = [
        (Voter("chat", None, name), direction, None, seconds)
        for seconds, name, direction in [
            (-5, "pia", "up"),
            (-3, "omar", "down"),
            (-1, "pia", "down"),
            (0, "hana", "up"),
        ]
    ]
    shown = []
    for batches in ([sent], [[each] for each in sent]):
        nights = Nights(database)
        for batch in batches:
            nights._moment = BEGIN + timedelta(seconds=10)
            nights._votes(batch)
        with database.snapshot() as connection:
            shown.append([(game.upvotes, game.downvotes) for game in sessions.games_of(connection, nights.session_id)])
        nights.leave()
    assert shown == [[(1, 2)], [(1, 2)]]


def test_a_wrong_figure_is_found_named_and_set_right(hana: Host, database_url: str, meddle: Any) -> None:
    session_id = hana.a_session()["id"]
    game = hana.a_game(session_id, 1)
    hana.vote("pia", "up")
    meddle("UPDATE session_games SET upvotes = 5 WHERE id = :id", id=game["id"])
    meddle("UPDATE games SET play_count = 0 WHERE id = 1")
    engine = writing_engine(database_url)
    with engine.begin() as connection:
        found = recount_figures(Transaction(connection, utc_now()))
    engine.dispose()
    wrong = {(each.table, each.column, each.stored, each.counted) for each in found}
    assert wrong == {("session_games", "upvotes", 5, 1), ("games", "play_count", 0, 1)}
    assert hana.games_of(session_id)[0]["upvotes"] == 1


def test_the_command_recount_says_what_it_found(sqlite_template: Path, tmp_path: Path) -> None:
    (tmp_path / "gamenight.db").write_bytes(sqlite_template.read_bytes())
    command = [sys.executable, "-m", "gamenight", "recount", "--data-dir", str(tmp_path)]
    first = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert first.stdout == "All figures are right.\n"


def test_setting_a_game_playing_takes_few_statements(sqlite_template: Path, tmp_path: Path) -> None:
    (tmp_path / "gamenight.db").write_bytes(sqlite_template.read_bytes())
    engine = writing_engine(sqlite_url(tmp_path))
    statements: list[str] = []
    with engine.begin() as connection:
        transaction = Transaction(connection, utc_now())
        session = actions.start_session(transaction, None)
        first = actions.add_game(transaction, session.id, NewSessionGame(1))
        actions.add_game(transaction, session.id, NewSessionGame(2))
        driver: Any = connection.connection.dbapi_connection
        driver.set_trace_callback(statements.append)
        playing = night_changes.set_status(transaction, session.id, first.id, "playing")
        driver.set_trace_callback(None)
    engine.dispose()
    assert playing.status == "playing"
    assert 0 < len(statements) <= 8, statements
