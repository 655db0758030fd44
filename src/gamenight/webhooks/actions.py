import random
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Struct
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from gamenight.core import log
from gamenight.core.clock import earlier, later
from gamenight.core.database import Transaction
from gamenight.core.text import clean_name
from gamenight.webhooks import events, queries, rules
from gamenight.webhooks.errors import OneOrSince, TooManyWebhooks, UnknownEvent, WebhookIsDisabled, WebhookSecretInvalid
from gamenight.webhooks.rules import Failure
from gamenight.webhooks.schemas import LoggedAttempt, NewWebhook, Replay, Replayed, Webhook, WebhookChange
from gamenight.webhooks.tables import webhook_attempts, webhook_cursor, webhook_deliveries, webhooks

MAX_WEBHOOKS = 20
EVENTS_AT_ONCE = 200
MAX_WAITING = 10_000
KEPT = 1000
"""How many attempts, and how many deliveries that are done with, are kept of a webhook."""
KEPT_DAYS = 14
TEST_TYPE = "webhook.test"


class Attempted(Struct, frozen=True, kw_only=True):
    """What became of one attempt."""

    at: str
    status: int | None
    error: Failure | None
    milliseconds: int
    answer: str
    retry_after: float | None = None


def create_webhook(transaction: Transaction, request: NewWebhook, url: str) -> Webhook:
    """`url` is the request's, read and found to be allowed.

    Raises TooManyWebhooks, UnknownEvent or WebhookSecretInvalid.
    """
    connection = transaction.connection
    if queries.count(connection) >= MAX_WEBHOOKS:
        raise TooManyWebhooks(
            f"There are {MAX_WEBHOOKS} webhooks already. Remove one first.", details={"most": MAX_WEBHOOKS}
        )
    _begin_cursor(connection)
    row = insert(webhooks).values(
        name=clean_name(request.name) or "Webhook",
        url=url,
        secret=_checked_secret(request.secret),
        events=_checked_events(request.events),
        enabled=int(request.enabled),
        after_event_id=log.head(connection),
        created_at=transaction.now,
        updated_at=transaction.now,
    )
    webhook_id = connection.execute(row.returning(webhooks.c.id)).scalar_one()
    events.emit_webhooks_changed(transaction)
    return queries.webhook(connection, webhook_id)


def change_webhook(transaction: Transaction, webhook_id: int, change: WebhookChange, url: str | None) -> Webhook:
    """`url` is the change's, read and found to be allowed; None where it has none.

    Raises WebhookNotFound, UnknownEvent or WebhookSecretInvalid.
    """
    connection = transaction.connection
    before = queries.hook(connection, webhook_id, transaction.now)
    # What was committed until now is owed by what the webhook was.
    while owe(transaction):
        pass
    values: dict[str, Any] = {"updated_at": transaction.now}
    if url is not None:
        values["url"] = url
    if change.name is not UNSET:
        values["name"] = clean_name(change.name) or before.name
    if change.events is not UNSET:
        values["events"] = _checked_events(change.events)
    if change.secret is not UNSET and change.secret != before.secrets[0]:
        values |= {
            "secret": _checked_secret(change.secret),
            "previous_secret": before.secrets[0],
            "previous_until": later(transaction.now, hours=rules.ROTATION_HOURS),
        }
    if change.enabled is not UNSET:
        values |= {"enabled": int(change.enabled), "disabled_reason": None}
        if change.enabled and not before.enabled:
            _begin_cursor(connection)
            values |= {"after_event_id": log.head(connection), "failing_since": None}
    connection.execute(update(webhooks).where(webhooks.c.id == webhook_id).values(values))
    events.emit_webhooks_changed(transaction)
    return queries.webhook(connection, webhook_id)


def remove_webhook(transaction: Transaction, webhook_id: int) -> Webhook:
    """With its log, and with what it is owed. Raises WebhookNotFound."""
    removed = queries.webhook(transaction.connection, webhook_id)
    transaction.connection.execute(delete(webhooks).where(webhooks.c.id == webhook_id))
    events.emit_webhooks_changed(transaction)
    return removed


def owe(transaction: Transaction) -> bool:
    """Store the next deliveries that events of the log give rise to, and move the cursor behind those events; returns
    whether the log may have more."""
    connection = transaction.connection
    hooks = connection.execute(select(webhooks).where(webhooks.c.enabled == 1)).all()
    position = connection.execute(select(webhook_cursor.c.position)).scalar()
    if not hooks or position is None:
        return False
    wanted = {row.id: frozenset(queries.events_of(row.events)) for row in hooks}
    found = log.read_types_after(connection, sorted(frozenset().union(*wanted.values())), position, EVENTS_AT_ONCE)
    has_more = len(found) == EVENTS_AT_ONCE
    stream = log.position(connection).stream
    rows = [
        {
            "webhook_id": row.id,
            "message_id": f"msg_{stream[:16]}_{event.id}",
            "event_id": event.id,
            "event_type": event.type,
            "body": event.text(),
            "created_at": transaction.now,
            "state": "waiting",
            "next_attempt_at": transaction.now,
        }
        for event in found
        for row in hooks
        if event.type in wanted[row.id] and event.id > row.after_event_id
    ]
    if rows:
        connection.execute(insert(webhook_deliveries), rows)
        for webhook_id in {row["webhook_id"] for row in rows}:
            _drop_oldest(connection, webhook_id)
    reached = found[-1].id if has_more else max(position, log.head(connection))
    connection.execute(update(webhook_cursor).values(position=reached))
    transaction.touch()
    return has_more


def note_attempt(transaction: Transaction, delivery_id: int, attempted: Attempted, waits: Sequence[float]) -> None:
    """What became of an attempt, and when the next one is. Nothing where the delivery is gone or done meanwhile."""
    connection, now = transaction.connection, transaction.now
    transaction.touch()
    table = webhook_deliveries
    row = connection.execute(
        select(table.c.webhook_id, table.c.attempts, webhooks.c.failing_since, webhooks.c.enabled)
        .join(webhooks, webhooks.c.id == table.c.webhook_id)
        .where(table.c.id == delivery_id, table.c.state == "waiting")
    ).first()
    if row is None:
        return
    _insert_attempt(connection, row.webhook_id, delivery_id, attempted)
    if attempted.error is None:
        _update_delivery(connection, delivery_id, state="delivered", next_attempt_at=None)
        if row.failing_since is not None:
            _update_webhook(connection, row.webhook_id, failing_since=None)
        return
    chance = random.random()  # noqa: S311, so that many don't come at once
    next_at = rules.next_attempt_at(waits, row.attempts + 1, now, chance=chance, retry_after=attempted.retry_after)
    if attempted.error == "gone":
        next_at = None
    state = "dead" if next_at is None else "waiting"
    _update_delivery(connection, delivery_id, state=state, attempts=row.attempts + 1, next_attempt_at=next_at)
    _note_failure(transaction, row.webhook_id, row.failing_since, attempted.error, is_enabled=row.enabled == 1)


def _note_failure(
    transaction: Transaction, webhook_id: int, failing_since: str | None, error: Failure, *, is_enabled: bool
) -> None:
    if failing_since is None:
        _update_webhook(transaction.connection, webhook_id, failing_since=transaction.now)
    reason: events.DisabledReason | None = None
    if error == "gone":
        reason = "gone"
    elif failing_since is not None and rules.is_given_up(failing_since, transaction.now):
        reason = "failing"
    if reason is not None and is_enabled:
        _update_webhook(transaction.connection, webhook_id, enabled=0, disabled_reason=reason)
        events.emit_webhook_disabled(transaction, webhook_id, reason)


def note_test(
    transaction: Transaction, webhook_id: int, message_id: str, body: str, attempted: Attempted
) -> LoggedAttempt:
    """What came back from a test. Raises WebhookNotFound."""
    connection = transaction.connection
    transaction.touch()
    queries.hook(connection, webhook_id, transaction.now)
    row = insert(webhook_deliveries).values(
        webhook_id=webhook_id,
        message_id=message_id,
        event_type=TEST_TYPE,
        body=body,
        created_at=transaction.now,
        state="test",
    )
    delivery_id = connection.execute(row.returning(webhook_deliveries.c.id)).scalar_one()
    attempt_id = _insert_attempt(connection, webhook_id, delivery_id, attempted)
    return queries.attempt(connection, attempt_id)


def replay(transaction: Transaction, webhook_id: int, request: Replay) -> Replayed:
    """Have deliveries sent again, as if they had never been.

    Raises WebhookNotFound, WebhookIsDisabled, OneOrSince or DeliveryNotFound.
    """
    connection, since = transaction.connection, request.moment
    if not queries.hook(connection, webhook_id, transaction.now).enabled:
        raise WebhookIsDisabled("The webhook is disabled, and nothing is sent to it. Enable it first.")
    if (request.delivery_id is None) == (since is None):
        raise OneOrSince("Say which to send again: either deliveryId or since.")
    chosen: list[ColumnElement[bool]] = [webhook_deliveries.c.webhook_id == webhook_id]
    if request.delivery_id is not None:
        queries.refuse_unknown_delivery(connection, webhook_id, request.delivery_id)
        chosen.append(webhook_deliveries.c.id == request.delivery_id)
    else:
        states = ["dead", "delivered"] if request.delivered else ["dead"]
        chosen += [webhook_deliveries.c.created_at >= since, webhook_deliveries.c.state.in_(states)]
    again = update(webhook_deliveries).where(*chosen)
    done = connection.execute(again.values(state="waiting", attempts=0, next_attempt_at=transaction.now))
    events.emit_webhooks_changed(transaction)
    return Replayed(f"{done.rowcount} are sent again.", done.rowcount)


def tidy(transaction: Transaction) -> None:
    """Forget the attempts and the finished deliveries that are too old or too many."""
    connection = transaction.connection
    transaction.touch()
    oldest = earlier(transaction.now, days=KEPT_DAYS)
    done = webhook_deliveries.c.state != "waiting"
    connection.execute(delete(webhook_attempts).where(webhook_attempts.c.attempted_at < oldest))
    connection.execute(delete(webhook_deliveries).where(webhook_deliveries.c.created_at < oldest, done))
    for webhook_id in connection.execute(select(webhooks.c.id)).scalars().all():
        for table, which in ((webhook_attempts, None), (webhook_deliveries, done)):
            of_hook = table.c.webhook_id == webhook_id if which is None else (table.c.webhook_id == webhook_id) & which
            last = select(table.c.id).where(of_hook).order_by(table.c.id.desc()).offset(KEPT).limit(1)
            connection.execute(delete(table).where(of_hook, table.c.id <= last.scalar_subquery()))


def _begin_cursor(connection: Connection) -> None:
    """Nobody is owed what there is already, where no webhook is enabled."""
    if connection.execute(select(webhooks.c.id).where(webhooks.c.enabled == 1)).first() is not None:
        return
    head = log.head(connection)
    if connection.execute(update(webhook_cursor).values(position=head)).rowcount == 0:
        connection.execute(insert(webhook_cursor).values(id=1, position=head))


def _drop_oldest(connection: Connection, webhook_id: int) -> None:
    """Have no more than MAX_WAITING wait for a receiver that does not come back."""
    table = webhook_deliveries
    waiting = (table.c.webhook_id == webhook_id) & (table.c.state == "waiting")
    last = select(table.c.id).where(waiting).order_by(table.c.id.desc()).offset(MAX_WAITING).limit(1)
    dropped = connection.execute(delete(table).where(waiting, table.c.id <= last.scalar_subquery())).rowcount
    if dropped:
        _update_webhook(connection, webhook_id, dropped=webhooks.c.dropped + dropped)


def _insert_attempt(connection: Connection, webhook_id: int, delivery_id: int, attempted: Attempted) -> int:
    row = insert(webhook_attempts).values(
        webhook_id=webhook_id,
        delivery_id=delivery_id,
        attempted_at=attempted.at,
        status=attempted.status,
        error=attempted.error,
        milliseconds=attempted.milliseconds,
        answer=attempted.answer,
    )
    attempt_id: int = connection.execute(row.returning(webhook_attempts.c.id)).scalar_one()
    return attempt_id


def _update_delivery(connection: Connection, delivery_id: int, **values: Any) -> None:
    connection.execute(update(webhook_deliveries).where(webhook_deliveries.c.id == delivery_id).values(values))


def _update_webhook(connection: Connection, webhook_id: int, **values: Any) -> None:
    connection.execute(update(webhooks).where(webhooks.c.id == webhook_id).values(values))


def _checked_secret(secret: str) -> str:
    """Raises WebhookSecretInvalid."""
    try:
        length = len(rules.key_of(secret))
    except (ValueError, UnicodeEncodeError):
        raise WebhookSecretInvalid(
            "The secret can't be read. Behind whsec_ it has to be base64.", details={"reason": "not_base64"}
        ) from None
    if not rules.MIN_SECRET_BYTES <= length <= rules.MAX_SECRET_BYTES:
        raise WebhookSecretInvalid(
            f"The secret has {length} bytes. Take a random one of {rules.MIN_SECRET_BYTES} to "
            f"{rules.MAX_SECRET_BYTES}, such as whsec_ and the output of `openssl rand -base64 32`.",
            details={
                "reason": "length",
                "length": length,
                "least": rules.MIN_SECRET_BYTES,
                "most": rules.MAX_SECRET_BYTES,
            },
        )
    return secret


def _checked_events(types: Sequence[str]) -> str:
    """As they are stored, each once. Raises UnknownEvent."""
    for type_ in types:
        if type_ not in events.EVENT_TYPES:
            raise UnknownEvent(
                f"There is no event {type_!r}. GET /api/webhooks/event-types lists them all.",
                details={"event": type_},
            )
    return msgspec.json.encode(list(dict.fromkeys(types))).decode()
