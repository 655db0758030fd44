"""Figures: votes and plays are kept in columns of the games, the session games and the sessions."""

import logging

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

logger = logging.getLogger(__name__)

ROWS_AT_ONCE = 20_000


def upgrade() -> None:
    for table, names in {
        "games": ("play_count", "upvotes", "downvotes"),
        "session_games": ("upvotes", "downvotes", "unpublished_votes"),
        "sessions": ("games_played",),
    }.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("sessions", sa.Column("most_players", sa.Integer(), nullable=True))
    op.add_column("session_games", sa.Column("unpublished_vote_id", sa.Integer(), nullable=True))
    op.add_column("votes", sa.Column("game_id", sa.Integer(), nullable=True))
    _uncount_votes_for_removed_games()
    _count_votes()
    _count_plays()
    _name_games_of_votes()
    _index_votes()


def _uncount_votes_for_removed_games() -> None:
    op.execute(
        "UPDATE votes SET counts = 0 WHERE counts = 1 AND session_game_id IN "
        "(SELECT id FROM session_games WHERE removed_at IS NOT NULL)"
    )


def _count_votes() -> None:
    counted = "(SELECT count(*) FROM votes WHERE session_game_id = session_games.id AND vote = '{}' AND counts = 1)"
    unpublished = "(SELECT {} FROM votes WHERE session_game_id = session_games.id AND announced = 0)"
    _in_parts(
        "session_games",
        "counting votes",
        f"""
        UPDATE session_games SET upvotes = {counted.format("up")}, downvotes = {counted.format("down")}
        WHERE id > :after AND id <= :through
        """,
    )
    op.execute(
        f"""
        UPDATE session_games
        SET unpublished_votes = {unpublished.format("count(*)")}, unpublished_vote_id = {unpublished.format("max(id)")}
        WHERE removed_at IS NULL AND id IN (SELECT session_game_id FROM votes WHERE announced = 0)
        """
    )


def _count_plays() -> None:
    of_game = "FROM session_games WHERE game_id = games.id AND removed_at IS NULL"
    op.execute(
        f"""
        UPDATE games SET
            play_count = (SELECT count(*) {of_game}),
            upvotes = (SELECT coalesce(sum(upvotes), 0) {of_game}),
            downvotes = (SELECT coalesce(sum(downvotes), 0) {of_game})
        """
    )
    of_session = "FROM session_games WHERE session_id = sessions.id AND removed_at IS NULL"
    op.execute(
        f"""
        UPDATE sessions SET
            games_played = (SELECT count(*) {of_session}),
            most_players = (SELECT max(player_count) {of_session})
        """
    )


def _name_games_of_votes() -> None:
    _in_parts(
        "votes",
        "naming the games of votes",
        """
        UPDATE votes SET game_id = (SELECT game_id FROM session_games WHERE id = votes.session_game_id)
        WHERE id > :after AND id <= :through AND session_game_id IS NOT NULL
        """,
    )


def _index_votes() -> None:
    op.drop_index("ix_votes_announced", "votes")
    op.drop_index("ix_votes_session_game_id_vote_counts", "votes")
    op.drop_index("ix_votes_import_id", "votes")
    # In place: a copy of the table would take its time with a million votes. The check goes with its column.
    op.execute("ALTER TABLE votes DROP COLUMN announced")
    op.create_index("ix_votes_session_game_id", "votes", ["session_game_id"])
    for name, columns, condition in (
        ("ix_votes_import_id", ["import_id"], "import_id IS NOT NULL"),
        ("ix_votes_timestamp_id", ["timestamp", "id"], "counts = 1"),
        ("ix_votes_game_id_timestamp_id", ["game_id", "timestamp", "id"], "counts = 1"),
    ):
        where = sa.text(condition)
        op.create_index(name, "votes", columns, sqlite_where=where, postgresql_where=where)
    waiting = sa.text("unpublished_votes > 0")
    op.create_index(
        "ix_session_games_unpublished", "session_games", ["id"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_index("ix_voters_folded_name", "voters", ["folded_name"])


def _in_parts(table: str, what: str, statement: str) -> None:
    """Run a statement on a large table some ids at a time, and say how far it is."""
    connection = op.get_bind()
    last = connection.execute(sa.text(f"SELECT max(id) FROM {table}")).scalar() or 0
    for after in range(0, last, ROWS_AT_ONCE):
        connection.execute(sa.text(statement), {"after": after, "through": after + ROWS_AT_ONCE})
        if last > ROWS_AT_ONCE:
            logger.info("Migration: %s, %d %%", what, min(100, 100 * (after + ROWS_AT_ONCE) // last))
