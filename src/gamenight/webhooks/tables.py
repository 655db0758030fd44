from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from gamenight.core.tables import figure, flag, metadata

_event_id = BigInteger().with_variant(Integer, "sqlite")

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    # Signs beside the secret until that moment.
    Column("previous_secret", Text),
    Column("previous_until", Text),
    # A JSON list of types.
    Column("events", Text, nullable=False),
    flag("enabled"),
    # The newest event that is not owed to it: it was there before the hook was enabled.
    Column("after_event_id", _event_id, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    Column("disabled_reason", Text),
    # Since when nothing but failure was seen.
    Column("failing_since", Text),
    # How many deliveries were given up because too many waited.
    figure("dropped"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

webhook_cursor = Table(
    "webhook_cursor",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one"), primary_key=True, autoincrement=False),
    Column("position", _event_id, nullable=False),
    sqlite_strict=True,
)
"""Up to which event of the log deliveries are owed. It moves in the transaction that stores them."""

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("webhook_id", Integer, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("message_id", Text, nullable=False),
    Column("event_id", _event_id),
    Column("event_type", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    # waiting, delivered, dead, or test
    Column("state", Text, nullable=False),
    # Failed ones in a row: a replay begins anew.
    figure("attempts"),
    Column("next_attempt_at", Text),
    Index("ix_webhook_deliveries_due", "webhook_id", "state", "next_attempt_at"),
    Index("ix_webhook_deliveries_state", "webhook_id", "state", "id"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("webhook_id", Integer, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("delivery_id", Integer, ForeignKey("webhook_deliveries.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("attempted_at", Text, nullable=False),
    Column("status", Integer),
    Column("error", Text),
    Column("milliseconds", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Index("ix_webhook_attempts_webhook_id_id", "webhook_id", "id"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
