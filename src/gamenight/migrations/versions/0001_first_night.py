"""Sessions, their games, the catalogue, the log of events, credentials and idempotency keys."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _flag(name: str) -> sa.Column[int]:
    check = sa.CheckConstraint(f"{name} IN (0, 1)", name=name)
    return sa.Column(name, sa.Integer(), check, nullable=False)


def _favor_bias() -> sa.Column[int]:
    check = sa.CheckConstraint("favor_bias IN (-1, 0, 1)", name="favor_bias")
    return sa.Column("favor_bias", sa.Integer(), check, nullable=False)


def upgrade() -> None:
    op.create_table(
        "credentials",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_credentials"),
        sqlite_strict=True,
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "key", name="pk_idempotency_keys"),
        sqlite_strict=True,
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
    _create_log()
    _create_catalogue()
    _create_sessions()


def _create_log() -> None:
    op.create_table(
        "events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("topic", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_events_session_id", "events", ["session_id"])
    op.create_index("ix_events_topic_id", "events", ["topic", "id"])
    op.create_table(
        "log_state",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("pruned_through", BIG, nullable=False),
        sa.PrimaryKeyConstraint("stream", name="pk_log_state"),
        sqlite_strict=True,
    )


def _create_catalogue() -> None:
    op.create_table(
        "games",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pack_name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("min_players", sa.Integer(), nullable=False),
        sa.Column("max_players", sa.Integer(), nullable=False),
        sa.Column("length_minutes", sa.Integer(), nullable=True),
        _flag("has_audience"),
        _flag("family_friendly"),
        _flag("family_friendly_setting"),
        sa.Column("game_type", sa.Text(), nullable=True),
        sa.Column("secondary_type", sa.Text(), nullable=True),
        sa.Column("play_mode", sa.Text(), nullable=True),
        sa.Column("app_tags", sa.Text(), nullable=False),
        _flag("enabled"),
        _favor_bias(),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.Text(), nullable=True),
        sa.CheckConstraint("min_players >= 1 AND min_players <= max_players", name="players"),
        sa.PrimaryKeyConstraint("id", name="pk_games"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_games_pack_name_title", "games", ["pack_name", "title"], unique=True)
    op.create_table(
        "packs",
        sa.Column("name", sa.Text(), nullable=False),
        _favor_bias(),
        sa.PrimaryKeyConstraint("name", name="pk_packs"),
        sqlite_strict=True,
    )


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        _flag("is_active"),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    _create_partial_index("uq_sessions_one_active", "sessions", "is_active", "is_active = 1")
    status = sa.CheckConstraint("status IN ('playing', 'played', 'skipped')", name="status")
    player_count = sa.CheckConstraint("player_count >= 0", name="player_count")
    op.create_table(
        "session_games",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("game_id", sa.Integer(), nullable=False),
        sa.Column("played_at", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), status, nullable=False),
        _flag("manually_added"),
        sa.Column("room_code", sa.Text(), nullable=True),
        sa.Column("player_count", sa.Integer(), player_count, nullable=True),
        sa.Column("player_count_check_status", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["game_id"], ["games.id"], name="fk_session_games_game_id"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_session_games_session_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_session_games"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_session_games_game_id", "session_games", ["game_id"])
    op.create_index("ix_session_games_session_id", "session_games", ["session_id"])
    _create_partial_index("uq_session_games_one_playing", "session_games", "session_id", "status = 'playing'")


def _create_partial_index(name: str, table: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, [column], unique=True, sqlite_where=where, postgresql_where=where)
