"""Who may say something of a room: the one follower that holds it, and nobody after that."""

from gamenight.core import log
from gamenight.core.database import Database
from gamenight.rooms import actions, rules, wire
from gamenight.sessions import actions as sessions
from gamenight.sessions.schemas import NewSessionGame


def test_a_follower_that_was_replaced_or_stopped_says_nothing_more(database: Database) -> None:
    with database.transaction() as transaction:
        session = sessions.start_session(transaction, None)
        game = sessions.add_game(transaction, session.id, NewSessionGame(1, room_code="AAAA"))
        (old,) = actions.assign(transaction, "old", alone=False, starts_itself=True)
        assert actions.assign(transaction, "other", alone=False, starts_itself=True) == []
        (new,) = actions.assign(transaction, "new", alone=True, starts_itself=True)

    seen = rules.observe(old.room, wire.Info(app_tag="quiplash3"), "rest")
    assert not _reported(database, "old", old, seen)
    assert _reported(database, "new", new, seen)
    with database.transaction() as transaction:
        actions.stop_following(transaction, session.id, game.id)
    over = rules.end(seen, "The room is gone.")
    assert not _reported(database, "new", new, over)


def _reported(database: Database, follower: str, followed: actions.FollowedRoom, room: rules.Room) -> bool:
    """Whether a report was taken, and events came of it: both or neither."""
    with database.snapshot() as connection:
        before = log.head(connection)
    with database.transaction() as transaction:
        taken = actions.report(transaction, follower, followed, room, status="monitoring", reason=None)
    with database.snapshot() as connection:
        assert (log.head(connection) > before) == taken
    return taken
