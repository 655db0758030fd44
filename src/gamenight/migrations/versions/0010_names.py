"""Tables under the names that the code has for what is in them: turns, rooms that are followed, stored draws."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Copied, not renamed: SQLite renames no constraint and no index with its table.
    _create_turns()
    _move("playing_intervals", "turns", ["id", "session_game_id", "started_at", "ended_at"])
    op.create_index("ix_turns_session_game_id", "turns", ["session_game_id"])
    op.execute("""UPDATE session_changes SET "before" = REPLACE("before", '"intervals":', '"turns":')""")
    _create_followed_rooms()
    columns = ["id", "session_game_id", "room_code", "room", "leased_until"]
    _move("room_watches", "followed_rooms", [*columns, "follower"], [*columns, "watcher"])
    _create_stored_draws()
    _move("kept_draws", "stored_draws", ["session_game_id", "why"])
    if op.get_bind().dialect.name == "postgresql":
        for name in ("turns", "followed_rooms"):
            _go_on_counting(name)


def _move(old: str, new: str, columns: list[str], old_columns: list[str] | None = None) -> None:
    old_table = sa.table(old, *map(sa.column, old_columns or columns))
    new_table = sa.table(new, *map(sa.column, columns))
    op.execute(sa.insert(new_table).from_select(columns, sa.select(*old_table.columns)))
    op.drop_table(old)


def _go_on_counting(name: str) -> None:
    """The next id comes after those that were copied."""
    table = sa.table(name, sa.column("id"))
    following = sa.func.coalesce(sa.func.max(table.c.id), 0) + 1
    op.execute(
        sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(name, "id"), following, False)).select_from(table)
    )


def _create_turns() -> None:
    op.create_table(
        "turns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_game_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        _of_session_game("turns"),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        sqlite_strict=True,
    )


def _create_followed_rooms() -> None:
    op.create_table(
        "followed_rooms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_game_id", sa.Integer(), nullable=False),
        sa.Column("room_code", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("follower", sa.Text(), nullable=True),
        sa.Column("leased_until", sa.Text(), nullable=True),
        _of_session_game("followed_rooms"),
        sa.PrimaryKeyConstraint("id", name="pk_followed_rooms"),
        sa.UniqueConstraint("session_game_id", name="uq_followed_rooms_session_game_id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )


def _create_stored_draws() -> None:
    op.create_table(
        "stored_draws",
        sa.Column("session_game_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        _of_session_game("stored_draws"),
        sa.PrimaryKeyConstraint("session_game_id", name="pk_stored_draws"),
        sqlite_strict=True,
    )


def _of_session_game(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["session_game_id"], ["session_games.id"], name=f"fk_{table}_session_game_id", ondelete="CASCADE"
    )
