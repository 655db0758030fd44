"""More figures: what a night, a game and a voter come to, so that statistics sum nothing."""

import logging

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

logger = logging.getLogger(__name__)

ROWS_AT_ONCE = 20_000
IS_COUNTED = "INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_voters_is_counted CHECK (is_counted IN (0, 1))"


def upgrade() -> None:
    for table, names in {
        "games": ("times_played",),
        "session_games": ("seconds_played",),
        "sessions": ("play_count", "game_count", "seconds_played", "upvotes", "downvotes", "voter_count"),
    }.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("sessions", sa.Column("player_count", sa.Integer(), nullable=True))
    op.add_column("sessions", sa.Column("gap_days", sa.Integer(), nullable=True))
    # SQLite adds no constraint to a table that is there, but takes one with the column that it is of.
    op.execute(f"ALTER TABLE voters ADD COLUMN is_counted {IS_COUNTED}")
    op.create_index("ix_session_games_game_id_session_id_id", "session_games", ["game_id", "session_id", "id"])
    op.drop_index("ix_session_games_game_id", "session_games")
    followed = sa.text("player_count_check_status IN ('waiting', 'monitoring')")
    op.create_index(
        "ix_session_games_followed", "session_games", ["id"], sqlite_where=followed, postgresql_where=followed
    )
    _count_turns()
    _count_voters()
    _count_plays()
    _index_nights()
    _measure_gaps()
    _count_in_all()


def _count_turns() -> None:
    _in_parts(
        "session_games",
        "measuring turns",
        f"""
        UPDATE session_games SET seconds_played = coalesce((
            SELECT sum(CASE WHEN seconds > 10800 THEN 10800 WHEN seconds < 0 THEN 0 ELSE seconds END)
            FROM (
                SELECT {_second_of("ended_at")} - {_second_of("started_at")} AS seconds
                FROM turns WHERE session_game_id = session_games.id AND ended_at IS NOT NULL
            ) AS lengths
        ), 0)
        WHERE id > :after AND id <= :through
        """,
    )


def _second_of(moment: str) -> str:
    if op.get_bind().dialect.name == "sqlite":
        return f"CAST(strftime('%s', {moment}) AS INTEGER)"
    return f"CAST(floor(extract(epoch FROM CAST({moment} AS timestamp))) AS bigint)"


def _count_voters() -> None:
    _in_parts(
        "voters",
        "finding whose votes count",
        """
        UPDATE voters SET is_counted = 1
        WHERE id > :after AND id <= :through AND EXISTS (
            SELECT 1 FROM votes JOIN session_games ON session_games.id = votes.session_game_id
            WHERE votes.voter_id = voters.id AND votes.counts = 1
                AND session_games.removed_at IS NULL AND session_games.status <> 'skipped'
        )
        """,
    )


def _count_plays() -> None:
    played = "FROM session_games WHERE {} AND removed_at IS NULL AND status <> 'skipped'"
    op.execute(f"UPDATE games SET times_played = (SELECT count(*) {played.format('game_id = games.id')})")
    of_session = played.format("session_id = sessions.id")
    _in_parts(
        "sessions",
        "counting plays",
        f"""
        UPDATE sessions SET
            play_count = (SELECT count(*) {of_session}),
            game_count = (SELECT count(DISTINCT game_id) {of_session}),
            seconds_played = (SELECT coalesce(sum(seconds_played), 0) {of_session}),
            player_count = (SELECT max(player_count) {of_session}),
            upvotes = (SELECT coalesce(sum(upvotes), 0) {of_session}),
            downvotes = (SELECT coalesce(sum(downvotes), 0) {of_session}),
            voter_count = (SELECT count(*) FROM voters WHERE session_id = sessions.id AND is_counted = 1)
        WHERE id > :after AND id <= :through
        """,
    )


def _index_nights() -> None:
    for name, columns, condition in (
        ("ix_sessions_nights", ["id"], "play_count > 0"),
        ("ix_sessions_nights_created_at", ["created_at", "id"], "play_count > 0"),
        ("ix_sessions_gaps", ["created_at"], "play_count > 0 AND (gap_days IS NULL OR gap_days >= 7)"),
    ):
        where = sa.text(condition)
        op.create_index(name, "sessions", columns, sqlite_where=where, postgresql_where=where)


def _measure_gaps() -> None:
    op.execute(
        f"""
        UPDATE sessions SET gap_days = measured.days
        FROM (
            SELECT id, ({_second_of("created_at")} - {_second_of("before")}) / 86400 AS days
            FROM (
                SELECT id, created_at, lag(created_at) OVER (ORDER BY created_at, id) AS before
                FROM sessions WHERE play_count > 0
            ) AS nights
        ) AS measured
        WHERE measured.id = sessions.id
        """
    )


def _count_in_all() -> None:
    op.create_table(
        "session_totals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("nights", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_session_totals"),
        sqlite_strict=True,
    )
    op.execute(
        """
        INSERT INTO session_totals (id, sessions, nights)
        SELECT 1, count(*), coalesce(sum(CASE WHEN play_count > 0 THEN 1 ELSE 0 END), 0) FROM sessions
        """
    )


def _in_parts(table: str, what: str, statement: str) -> None:
    """Run a statement on a large table some ids at a time, and say how far it is."""
    connection = op.get_bind()
    last = connection.execute(sa.text(f"SELECT max(id) FROM {table}")).scalar() or 0
    for after in range(0, last, ROWS_AT_ONCE):
        connection.execute(sa.text(statement), {"after": after, "through": after + ROWS_AT_ONCE})
        if last > ROWS_AT_ONCE:
            logger.info("Migration: %s, %d %%", what, min(100, 100 * (after + ROWS_AT_ONCE) // last))
