"""No request reads tables from end to end that grow with every night."""

from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from typing import Any, Literal, get_args

import pytest
from sqlalchemy import Connection, text

from gamenight.catalogue import queries as catalogue
from gamenight.core import log
from gamenight.core.clock import to_text, utc_now
from gamenight.core.database import Transaction
from gamenight.core.engines import writing_engine
from gamenight.core.log import NewEvent
from gamenight.core.zones import named_zone
from gamenight.picker import queries as picker
from gamenight.picker.schemas import PickRequest
from gamenight.picker.settings import PickerSettings
from gamenight.rooms import queries as rooms
from gamenight.sessions import actions, changes
from gamenight.sessions import queries as sessions
from gamenight.sessions.schemas import NewSessionGame, SessionFilter
from gamenight.stats import actions as settling
from gamenight.stats import periods, queries, recaps, summaries
from gamenight.stats.periods import LETTERS
from gamenight.votes import imports
from gamenight.votes import queries as votes
from gamenight.votes.actions import casting, night_changes, publishing
from gamenight.votes.actions.casting import VoteToCast
from gamenight.votes.exports import ChatMessage
from gamenight.votes.queries import VoteFilter
from gamenight.votes.schemas import PHONE, NewVote, Voter
from gamenight.votes.speakers import TakenBack
from gamenight.votes.staging import stage
from tests.stats.history import PastNight, Play, at, keep, people
from tests.support.plans import WATCHED, recorded, scans

VIENNA = named_zone("Europe/Vienna")
NIGHTS = 200
STATUSES: tuple[Literal["played", "skipped"], ...] = ("played", "played", "skipped", "played")
BEGIN = at("2025-01-03")
GRACE = 20.0
CAST = people(*(f"viewer{number}" for number in range(8)))
FILTERS = [
    VoteFilter(),
    VoteFilter(session_id=100),
    VoteFilter(game_id=3),
    VoteFilter(session_game_id=200),
    VoteFilter(username="viewer3"),
    VoteFilter(vote_type="up"),
    VoteFilter(session_id=100, game_id=3, vote_type="down"),
    VoteFilter(game_id=3, username="viewer3"),
]


def lay_history(database_url: str) -> None:
    """Nights with votes, and the events of the last ones."""
    past = [
        PastNight(
            BEGIN + timedelta(weeks=number),
            [
                Play(1 + (number * 3 + place) % 40, up=CAST[place:], down=CAST[:place], status=status)
                for place, status in enumerate(STATUSES)
            ],
        )
        for number in range(NIGHTS)
    ]
    ids = keep(database_url, past)
    engine = writing_engine(database_url)
    with engine.begin() as connection:
        for session_id in ids:
            moment = to_text(BEGIN)
            log.append(connection, [NewEvent(session_id, session_id, "vote.received", moment, "{}")] * 20)
    engine.dispose()


def reads(connection: Connection) -> None:
    """What the routes that list and count read, and the loops of the server."""
    for mode in ("classic", "balanced"):
        nights = PickerSettings().nights_remembered(mode)
        picker.draw_input(connection, PickRequest(mode=mode), nights_remembered=nights)
        picker.draw_input(connection, PickRequest(mode=mode, session_id=100), nights_remembered=nights)
    catalogue.all_packs(connection)
    queries.overview(connection)
    queries.page_of_nights(connection, VIENNA, page=3, limit=20)
    queries.page_of_nights(connection, VIENNA, page=1, limit=20, before=100)
    for period in (None, "2026", "2026-03"):
        for zone in (UTC, VIENNA):
            periods.highlights(connection, period, zone, 10)
    for by in LETTERS:
        periods.periods(connection, by, UTC)
        periods.periods(connection, by, VIENNA)
    summaries.is_any_to_settle(connection)
    recaps.recap(connection, NIGHTS - 5, VIENNA)
    for filter_ in FILTERS:
        for hidden in (PHONE, None):
            votes.page_of_votes(connection, filter_, page=1, limit=50, before=None, hidden_platform=hidden)
            votes.page_of_votes(connection, filter_, page=1, limit=50, before=2000, hidden_platform=hidden)
    votes.tallies(connection, 100)
    votes.own_votes(connection, 100, "device")
    votes.unpublished(connection)
    votes.has_unpublished(connection)
    votes.voters_since(connection, 100, "")
    votes.votes_after(connection, 500, session_id=100, limit=20, hidden_platform=PHONE)
    votes.chat_after(connection, 0, session_id=100, limit=20)
    list_pages(connection)
    sessions.state(connection, 100)
    sessions.night(connection, 100)
    changes.changes(connection, 100)
    rooms.followable(connection)
    log.read_after(connection, 3000, 100)
    log.read_topic_after(connection, 100, 0, 100)
    log.position(connection)
    log.has_event(connection, 100, "session.ended")


def list_pages(connection: Connection) -> None:
    for filter_ in get_args(SessionFilter):
        for place in ({}, {"before": 100}, {"skipped": 40}, {"before": 100, "skipped": 40}):
            sessions.page_of_sessions(connection, filter_, limit=20, **place)


def a_night(transaction: Transaction) -> None:
    """What hosts and voters do on a night."""
    connection = transaction.connection
    session_id = actions.start_session(transaction, None).id
    first = actions.add_game(transaction, session_id, NewSessionGame(1)).id
    item = VoteToCast(Voter("chat", None, "viewer1"), NewVote("up"), GRACE, publish=False)
    casting.cast_all(transaction, [item])
    publishing.publish_all(transaction)
    second = actions.add_game(transaction, session_id, NewSessionGame(2)).id
    actions.set_player_count(transaction, session_id, second, 5)
    night_changes.set_status(transaction, session_id, first, "skipped")
    night_changes.remove_game(transaction, session_id, second)
    night_changes.undo_change(transaction, session_id, None, grace_seconds=GRACE)
    import_id = imports.begin(transaction, session_id)
    message = ChatMessage(transaction.now, "viewer2", None, "thisgame++", 1)
    besides = ChatMessage(transaction.now, "viewer3", None, "thisgame++", 2, shown_name="viewer4")
    said: list[ChatMessage | TakenBack] = [message, besides, TakenBack(message)]
    stage(transaction, import_id, said, platform="chat", symbols={}, replacing=True)
    imports.apply(transaction, import_id, replacing=True)
    while imports.merge_some(transaction, import_id, grace_seconds=GRACE) is not None:
        pass
    known = imports.voters_to_recount(connection, import_id)
    changed = imports.recount(transaction, import_id, known, grace_seconds=GRACE)
    imports.finish(transaction, import_id, changed)
    imports.replaced(connection)
    imports.interrupted(connection, "staging", transaction.now)
    actions.close_session(transaction, session_id, None)
    actions.delete_session(transaction, 150)
    while settling.settle_some(transaction, 10):
        pass
    log.prune(connection, older_than=to_text(BEGIN), keep=1000, keep_session=session_id)
    log.prune(connection, older_than=utc_now(), keep=1000, keep_session=session_id)


@pytest.mark.parametrize("analyzed", [False, True])
def test_no_request_scans_votes_session_games_or_events(database_url: str, analyzed: bool) -> None:
    lay_history(database_url)
    engine = writing_engine(database_url)
    if analyzed:
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))
    found: list[str] = []
    for run in (reads, lambda connection: a_night(Transaction(connection, utc_now()))):
        found += _scans_of(engine, run)
    engine.dispose()
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("analyzed", [False, True])
def test_a_page_of_the_list_reads_no_more_nights_than_it_shows_and_skips(database_url: str, analyzed: bool) -> None:
    lay_history(database_url)
    engine = writing_engine(database_url)
    with engine.begin() as connection:
        for session_id in range(1, NIGHTS, 3):
            actions.archive_session(Transaction(connection, utc_now()), session_id)
        if analyzed:
            connection.execute(text("ANALYZE"))
    found = _scans_of(engine, list_pages, watched=("sessions",))
    engine.dispose()
    assert not found, "\n\n".join(found)


def _scans_of(engine: Any, run: Callable[[Connection], None], watched: Sequence[str] = WATCHED) -> list[str]:
    with engine.connect() as connection, connection.begin() as transaction:
        if connection.dialect.name == "postgresql":
            # With so few rows it would read whole tables wherever it may; shown is where it has to.
            for way in ("seqscan", "hashjoin", "mergejoin"):
                connection.execute(text(f"SET LOCAL enable_{way} = off"))
        with recorded(connection) as statements:
            run(connection)
        assert len(statements.run) > 20
        found = scans(connection, statements, watched)
        transaction.rollback()
        return found
