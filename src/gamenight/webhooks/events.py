"""The events of webhooks, and which events a webhook may ask for."""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from gamenight.catalogue import events as catalogue
from gamenight.core.database import Transaction
from gamenight.core.log import EVERYONE, SERVERS
from gamenight.polls import events as polls
from gamenight.rooms import events as rooms
from gamenight.sessions import events as sessions
from gamenight.votes import events as votes

WEBHOOK_DISABLED: Final = "webhook.disabled"
WEBHOOKS_CHANGED: Final = "webhooks.changed"
"""For the servers of the database; no client gets it."""

DisabledReason = Literal["gone", "failing"]


class WebhookDisabled(Struct, frozen=True, rename="camel"):
    """`gone`: its receiver answered 410; `failing`: it did nothing but fail for days. Its name is the admin's."""

    webhook_id: int
    reason: DisabledReason


EVENTS: Mapping[str, type[Struct]] = {WEBHOOK_DISABLED: WebhookDisabled}
"""What each event carries."""

EVENT_TYPES = (*sessions.EVENTS, *rooms.EVENTS, *votes.EVENTS, *polls.EVENTS, *catalogue.EVENTS, *EVENTS)
"""What a webhook may ask for: every event that live clients hear."""


def emit_webhook_disabled(transaction: Transaction, webhook_id: int, reason: DisabledReason) -> None:
    transaction.emit(WEBHOOK_DISABLED, WebhookDisabled(webhook_id, reason), topic=EVERYONE)
    emit_webhooks_changed(transaction)


def emit_webhooks_changed(transaction: Transaction) -> None:
    """Tell the process that sends to look at the webhooks again."""
    transaction.emit(WEBHOOKS_CHANGED, None, topic=SERVERS)
