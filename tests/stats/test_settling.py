"""Nights that are over are brought into the sums in the background; before that the same is shown as afterwards."""

from typing import Any

from sqlalchemy import text

from gamenight.core.clock import utc_now
from gamenight.core.database import Database, Transaction
from gamenight.core.engines import writing_engine
from gamenight.stats import actions
from tests.stats.history import PastNight, Play, at, keep, people
from tests.support.clients import Host
from tests.support.patience import wait_until
from tests.support.server import Served


def is_settled(database_url: str) -> bool:
    engine = writing_engine(database_url)
    with engine.connect() as connection:
        left = connection.execute(text("SELECT count(*) FROM sessions WHERE is_settled = 0")).scalar_one()
        held = connection.execute(text("SELECT count(*) FROM settled_nights WHERE session_id IS NULL")).scalar_one()
    engine.dispose()
    return (left, held) == (0, 0)


def shown(hana: Host) -> list[Any]:
    return [hana.get(f"/api/stats/{path}").json() for path in ("highlights", "periods", "periods?by=year")]


def test_a_night_is_settled_when_it_is_over_and_again_after_each_change(
    hana: Host, server: Served, database_url: str
) -> None:
    keep(database_url, [PastNight(at("2026-02-06"), [Play(7, up=people("Pia"))])])
    session_id = hana.a_session()["id"]
    game = hana.a_game(session_id, 7)
    hana.ok(hana.vote("Pia", "up"))
    hana.ok(hana.post(f"/api/sessions/{session_id}/close"))
    at_first = shown(hana)
    assert at_first[0]["totals"]["night_count"] == 2
    assert at_first[0]["regulars"] == [{"username": "Pia", "platform": "chat", "night_count": 2}]
    wait_until(lambda: is_settled(database_url), "the night is settled")
    assert shown(hana) == at_first
    hana.ok(hana.patch(f"/api/sessions/{session_id}/games/{game['id']}/player-count", json={"player_count": 7}))
    changed = shown(hana)
    assert changed[0]["totals"]["player_count"] == 7
    wait_until(lambda: is_settled(database_url), "the night is settled")
    assert shown(hana) == changed
    hana.ok(hana.delete(f"/api/sessions/{session_id}"))
    left = shown(hana)
    assert left[0]["totals"]["night_count"] == 1
    wait_until(lambda: is_settled(database_url), "the night is settled")
    assert shown(hana) == left


def test_a_sum_that_is_wrong_is_found_named_and_set_right(database: Database, database_url: str) -> None:
    keep(database_url, [PastNight(at("2026-02-06"), [Play(7, up=people("Pia", "Omar"))])])
    with database.transaction() as transaction:
        for wrong in (
            "UPDATE period_games SET upvotes = 9 WHERE period = '2026'",
            "DELETE FROM period_people WHERE period = '' AND person = 'chat: pia'",
            "UPDATE period_sums SET voter_count = 5 WHERE period = '2026-02'",
            "UPDATE session_games SET downvotes = 3",
        ):
            transaction.connection.execute(text(wrong))
    with database.transaction() as transaction:
        found = {(each.table, each.column, each.stored, each.counted) for each in actions.recount(transaction)}
        assert actions.recount(transaction) == []
    assert ("period_sums", "voter_count in 2026-02", 5, 2) in found
    assert ("period_people", "night_count of chat: pia in all", None, 1) in found
    assert ("period_games", "upvotes in 2026", 9, 2) in found
    assert ("settled_nights", "downvotes of game 7", 0, 3) in found


def test_settling_can_be_done_twice(database: Database, database_url: str) -> None:
    keep(database_url, [PastNight(at("2026-02-06"), [Play(7)])], settled=False)
    with database.transaction() as transaction:
        assert actions.settle_some(transaction, 5) == 1
        assert actions.settle_some(Transaction(transaction.connection, utc_now()), 5) == 0
        assert actions.recount(transaction) == []
