"""Sums of months, years and all nights, and what is asked of all nights: rows of nights and of weeks, records."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

logger = logging.getLogger(__name__)

NIGHTS_AT_ONCE = 500
WEEK = timedelta(days=7)
MOST_AHEAD = timedelta(hours=14)


def upgrade() -> None:
    op.drop_index("ix_sessions_gaps", "sessions")
    op.execute("ALTER TABLE sessions DROP COLUMN gap_days")
    # SQLite adds no constraint to a table that is there, but takes one with the column that it is of.
    for name in ("is_after_free_week", "is_settled"):
        op.execute(
            f"ALTER TABLE sessions ADD COLUMN {name} INTEGER DEFAULT 0 NOT NULL "
            f"CONSTRAINT ck_sessions_{name} CHECK ({name} IN (0, 1))"
        )
    for name in ("total_votes", "minutes_played"):
        op.add_column("sessions", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("session_games", sa.Column("nights_in_row", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE sessions SET total_votes = upvotes + downvotes, minutes_played = (seconds_played + 30) / 60")
    _find_free_weeks()
    _count_rows()
    _index_nights()
    _create_sums()


def _find_free_weeks() -> None:
    connection = op.get_bind()
    nights = connection.execute(
        sa.text("SELECT id, created_at FROM sessions WHERE play_count > 0 ORDER BY created_at, id")
    ).all()
    before: datetime | None = None
    found: list[dict[str, int]] = []
    for id_, created_at in nights:
        began = datetime.fromisoformat(created_at)
        if before is None or _has_free_week(before, began):
            found.append({"id": id_})
        before = began
    if found:
        connection.execute(sa.text("UPDATE sessions SET is_after_free_week = 1 WHERE id = :id"), found)


def _has_free_week(before: datetime, began: datetime) -> bool:
    monday = before.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=before.weekday())
    while monday + MOST_AHEAD <= before:
        monday += WEEK
    return max(monday - MOST_AHEAD, before) + WEEK <= began


def _count_rows() -> None:
    connection = op.get_bind()
    rows: dict[int, int] = {}
    for nights, share in _nights_in_parts():
        found: list[dict[str, int]] = []
        for members in nights:
            rows = {game_id: rows.get(game_id, 0) + 1 for _id, game_id in members}
            found += [{"id": id_, "nights": rows[game_id]} for id_, game_id in members]
        connection.execute(sa.text("UPDATE session_games SET nights_in_row = :nights WHERE id = :id"), found)
        if share is not None:
            logger.info("Migration: counting nights in a row, %d %%", share)


def _nights_in_parts() -> Iterator[tuple[list[list[tuple[int, int]]], int | None]]:
    """The played session games of some nights in order, each with its game, and how far that is."""
    connection = op.get_bind()
    ids = list(connection.execute(sa.text("SELECT id FROM sessions WHERE play_count > 0 ORDER BY id")).scalars())
    games = sa.text(
        "SELECT session_id, id, game_id FROM session_games WHERE session_id >= :first AND session_id <= :last "
        "AND removed_at IS NULL AND status <> 'skipped' ORDER BY session_id, id"
    )
    for start in range(0, len(ids), NIGHTS_AT_ONCE):
        part = ids[start : start + NIGHTS_AT_ONCE]
        nights: dict[int, list[tuple[int, int]]] = {}
        for session_id, id_, game_id in connection.execute(games, {"first": part[0], "last": part[-1]}):
            nights.setdefault(session_id, []).append((id_, game_id))
        share = 100 * (start + len(part)) // len(ids) if len(ids) > NIGHTS_AT_ONCE else None
        yield list(nights.values()), share


def _index_nights() -> None:
    op.create_index("ix_session_games_nights_in_row", "session_games", ["nights_in_row", "session_id", "game_id"])
    recorded = ("minutes_played", "total_votes", "voter_count", "player_count")
    for name, table, columns, condition in (
        ("ix_sessions_after_free_week", "sessions", ["created_at"], "play_count > 0 AND is_after_free_week = 1"),
        ("ix_sessions_unsettled", "sessions", ["id"], "is_settled = 0"),
        ("ix_sessions_most_play_count", "sessions", ["play_count", "id"], "game_count > 0"),
        *((f"ix_sessions_most_{figure}", "sessions", [figure, "id"], "play_count > 0") for figure in recorded),
        ("ix_voters_user_id_id", "voters", ["user_id", "id"], "user_id IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _create_sums() -> None:
    """The tables of the sums, which the server fills in the background, night by night."""
    op.create_table(
        "settled_nights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("began", sa.Text(), nullable=False),
        sa.Column("is_near_edge", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.CheckConstraint("is_near_edge IN (0, 1)", name="ck_settled_nights_is_near_edge"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_settled_nights_session_id_sessions", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_settled_nights"),
        sqlite_strict=True,
    )
    op.create_index("uq_settled_nights_session_id", "settled_nights", ["session_id"], unique=True)
    op.create_index("ix_settled_nights_began", "settled_nights", ["began"])
    for name, column, condition in (
        ("ix_settled_nights_without_session", "id", "session_id IS NULL"),
        ("ix_settled_nights_near_edge", "began", "is_near_edge = 1"),
    ):
        where = sa.text(condition)
        op.create_index(name, "settled_nights", [column], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "period_sums",
        sa.Column("period", sa.Text(), nullable=False),
        *_figures("night_count", "play_count", "minutes_played", "upvotes", "downvotes", "voter_count"),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("player_count", "most_played_id", "best_liked_id")),
        sa.PrimaryKeyConstraint("period", name="pk_period_sums"),
        sqlite_strict=True,
    )
    op.create_table(
        "period_games",
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("game_id", sa.Integer(), nullable=False),
        *_figures("play_count", "night_count", "seconds_played", "upvotes", "downvotes"),
        sa.PrimaryKeyConstraint("period", "game_id", name="pk_period_games"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "period_people",
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        *_figures("night_count"),
        sa.Column("last_voter_id", sa.Integer(), nullable=False),
        sa.Column("is_named", sa.Integer(), nullable=False),
        sa.CheckConstraint("is_named IN (0, 1)", name="ck_period_people_is_named"),
        sa.PrimaryKeyConstraint("period", "person", name="pk_period_people"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    where = sa.text("is_named = 1")
    op.create_index(
        "ix_period_people_regulars",
        "period_people",
        ["period", "night_count", "last_voter_id"],
        sqlite_where=where,
        postgresql_where=where,
    )


def _figures(*names: str) -> Iterator[sa.Column[int]]:
    for name in names:
        yield sa.Column(name, sa.Integer(), nullable=False, server_default="0")
