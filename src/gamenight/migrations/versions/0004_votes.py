"""Votes, imports of chat logs, when each game was playing, and what can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PLAYING = sa.text("status = 'playing' AND removed_at IS NULL")


def upgrade() -> None:
    _note_when_games_were_playing()
    _let_removed_games_stay()
    op.create_table(
        "session_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        _of_session("session_changes"),
        sa.PrimaryKeyConstraint("id", name="pk_session_changes"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_session_changes_session_id", "session_changes", ["session_id"])
    _create_chat_log()
    _create_votes()


def _note_when_games_were_playing() -> None:
    op.create_table(
        "playing_intervals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_game_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_game_id"],
            ["session_games.id"],
            name="fk_playing_intervals_session_game_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_playing_intervals"),
        sqlite_strict=True,
    )
    op.create_index("ix_playing_intervals_session_game_id", "playing_intervals", ["session_game_id"])
    # Of older nights it is known when a game was added, and that it gave way to the next one at the latest.
    op.execute(
        """
        INSERT INTO playing_intervals (session_game_id, started_at, ended_at)
        SELECT game.id, game.played_at, CASE WHEN game.status = 'playing' THEN NULL ELSE COALESCE(
            (SELECT MIN(next.played_at) FROM session_games AS next
             WHERE next.session_id = game.session_id AND next.id > game.id),
            (SELECT closed_at FROM sessions WHERE sessions.id = game.session_id),
            game.played_at) END
        FROM session_games AS game ORDER BY game.id
        """
    )


def _let_removed_games_stay() -> None:
    op.add_column("session_games", sa.Column("removed_at", sa.Text(), nullable=True))
    op.drop_index("uq_session_games_one_playing", "session_games")
    op.create_index(
        "uq_session_games_one_playing",
        "session_games",
        ["session_id"],
        unique=True,
        sqlite_where=PLAYING,
        postgresql_where=PLAYING,
    )


def _create_chat_log() -> None:
    op.create_table(
        "chat_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("touched_at", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('staging', 'applying', 'done', 'replaced')", name="state"),
        _of_session("chat_imports"),
        sa.PrimaryKeyConstraint("id", name="pk_chat_imports"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_chat_imports_session_id", "chat_imports", ["session_id"])
    op.create_table(
        "chat_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("timestamp", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        _of_import("chat_messages"),
        sa.PrimaryKeyConstraint("id", name="pk_chat_messages"),
        sqlite_strict=True,
    )
    op.create_index("ix_chat_messages_import_id_digest", "chat_messages", ["import_id", "digest"])


def _create_votes() -> None:
    op.create_table(
        "voters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        _of_session("voters"),
        sa.PrimaryKeyConstraint("id", name="pk_voters"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        "uq_voters_session_id_platform_user_id", "voters", ["session_id", "platform", "user_id"], unique=True
    )
    op.create_index("ix_voters_session_id_platform_folded_name", "voters", ["session_id", "platform", "folded_name"])
    op.create_table(
        "votes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voter_id", sa.Integer(), nullable=False),
        sa.Column("vote", sa.Text(), nullable=False),
        sa.Column("timestamp", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("target_game_id", sa.Integer(), nullable=True),
        sa.Column("target_session_game_id", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("session_game_id", sa.Integer(), nullable=True),
        _flag("counts"),
        _flag("announced"),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.CheckConstraint("vote IN ('up', 'down', 'unvote')", name="vote"),
        sa.ForeignKeyConstraint(["voter_id"], ["voters.id"], name="fk_votes_voter_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["session_game_id"], ["session_games.id"], name="fk_votes_session_game_id", ondelete="CASCADE"
        ),
        _of_import("votes"),
        sa.PrimaryKeyConstraint("id", name="pk_votes"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_votes_voter_id", "votes", ["voter_id"])
    op.create_index("ix_votes_import_id", "votes", ["import_id"])
    op.create_index("ix_votes_session_game_id_vote_counts", "votes", ["session_game_id", "vote", "counts"])
    silent = sa.text("announced = 0")
    op.create_index("ix_votes_announced", "votes", ["announced"], sqlite_where=silent, postgresql_where=silent)


def _flag(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.CheckConstraint(f"{name} IN (0, 1)", name=name), nullable=False)


def _of_session(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=f"fk_{table}_session_id", ondelete="CASCADE")


def _of_import(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["import_id"], ["chat_imports.id"], name=f"fk_{table}_import_id", ondelete="CASCADE")
