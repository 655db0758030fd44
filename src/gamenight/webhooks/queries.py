from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, func, select

from gamenight.webhooks.errors import DeliveryNotFound, WebhookNotFound
from gamenight.webhooks.rules import secrets_at
from gamenight.webhooks.schemas import DeliveryState, LoggedAttempt, Webhook
from gamenight.webhooks.tables import webhook_attempts, webhook_deliveries, webhooks

_attempt = (
    *(webhook_attempts.c[name] for name in ("id", "webhook_id", "delivery_id")),
    *(webhook_deliveries.c[name] for name in ("message_id", "event_type", "event_id")),
    *(webhook_attempts.c[name] for name in ("attempted_at", "status", "error", "milliseconds", "answer")),
    *(webhook_deliveries.c[name] for name in ("state", "next_attempt_at")),
)


class Hook(Struct, frozen=True):
    """A webhook as the server needs it to send."""

    id: int
    name: str
    url: str
    secrets: list[str]
    enabled: bool


class Owed(Struct, frozen=True):
    """A delivery that is to be sent."""

    id: int
    message_id: str
    body: str


class Due(Struct, frozen=True):
    """What is to be sent, by hook, and when there will be more; None where nothing waits."""

    deliveries: list[tuple[Hook, list[Owed]]]
    next_at: str | None


def all_webhooks(connection: Connection) -> list[Webhook]:
    counts = _counts(connection)
    return [_webhook(row, counts) for row in connection.execute(select(webhooks).order_by(webhooks.c.id))]


def webhook(connection: Connection, webhook_id: int) -> Webhook:
    """Raises WebhookNotFound."""
    return _webhook(_row(connection, webhook_id), _counts(connection, webhook_id))


def hook(connection: Connection, webhook_id: int, now: str) -> Hook:
    """Raises WebhookNotFound."""
    return _hook(_row(connection, webhook_id), now)


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(webhooks)).scalar_one()


def wanted_types(connection: Connection) -> frozenset[str]:
    """The types of the events that an enabled webhook asks for."""
    rows = connection.execute(select(webhooks.c.events).where(webhooks.c.enabled == 1))
    return frozenset(type_ for (events,) in rows for type_ in events_of(events))


def events_of(text: str) -> list[str]:
    return msgspec.json.decode(text, type=list[str])


def due(connection: Connection, now: str, limits: Mapping[int, int], limit: int) -> Due:
    """Of each enabled webhook the deliveries that have waited longest, up to `limit` or its own one."""
    found: list[tuple[Hook, list[Owed]]] = []
    moments: list[str] = []
    table = webhook_deliveries
    for row in connection.execute(select(webhooks).where(webhooks.c.enabled == 1).order_by(webhooks.c.id)).all():
        waiting = (
            select(table.c.id, table.c.message_id, table.c.body, table.c.next_attempt_at)
            .where(table.c.webhook_id == row.id, table.c.state == "waiting")
            .order_by(table.c.next_attempt_at, table.c.id)
            .limit(limits.get(row.id, limit))
        )
        owed = connection.execute(waiting).all()
        moments += [each.next_attempt_at for each in owed if each.next_attempt_at > now]
        sendable = [Owed(each.id, each.message_id, each.body) for each in owed if each.next_attempt_at <= now]
        if sendable:
            found.append((_hook(row, now), sendable))
    return Due(found, min(moments, default=None))


def attempts(
    connection: Connection, webhook_id: int, *, before: int | None, limit: int, state: DeliveryState | None
) -> list[LoggedAttempt]:
    """The newest first. Raises WebhookNotFound."""
    _row(connection, webhook_id)
    query = select(*_attempt).join(webhook_deliveries, webhook_deliveries.c.id == webhook_attempts.c.delivery_id)
    query = query.where(webhook_attempts.c.webhook_id == webhook_id)
    if before is not None:
        query = query.where(webhook_attempts.c.id < before)
    if state is not None:
        query = query.where(webhook_deliveries.c.state == state)
    rows = connection.execute(query.order_by(webhook_attempts.c.id.desc()).limit(limit))
    return [LoggedAttempt(**row._mapping) for row in rows]


def attempt(connection: Connection, attempt_id: int) -> LoggedAttempt:
    query = select(*_attempt).join(webhook_deliveries, webhook_deliveries.c.id == webhook_attempts.c.delivery_id)
    row = connection.execute(query.where(webhook_attempts.c.id == attempt_id)).one()
    return LoggedAttempt(**row._mapping)


def refuse_unknown_delivery(connection: Connection, webhook_id: int, delivery_id: int) -> None:
    """Raises DeliveryNotFound."""
    query = select(webhook_deliveries.c.id).where(
        webhook_deliveries.c.id == delivery_id,
        webhook_deliveries.c.webhook_id == webhook_id,
        webhook_deliveries.c.state != "test",
    )
    if connection.execute(query).first() is None:
        raise DeliveryNotFound(
            f"The webhook has no delivery {delivery_id} that could be sent again. "
            f"GET /api/webhooks/{webhook_id}/logs lists those that are kept."
        )


def _row(connection: Connection, webhook_id: int) -> Row[tuple[object, ...]]:
    row = connection.execute(select(webhooks).where(webhooks.c.id == webhook_id)).first()
    if row is None:
        raise WebhookNotFound(f"There is no webhook {webhook_id}. GET /api/webhooks lists them all.")
    return row


def _counts(connection: Connection, webhook_id: int | None = None) -> Mapping[tuple[int, str], int]:
    """How many deliveries each webhook has in each state."""
    table = webhook_deliveries
    query = select(table.c.webhook_id, table.c.state, func.count()).group_by(table.c.webhook_id, table.c.state)
    if webhook_id is not None:
        query = query.where(table.c.webhook_id == webhook_id)
    return {(id_, state): number for id_, state, number in connection.execute(query)}


def _webhook(row: Row[tuple[object, ...]], counts: Mapping[tuple[int, str], int]) -> Webhook:
    return Webhook(
        id=row.id,
        name=row.name,
        url=row.url,
        events=events_of(row.events),
        enabled=bool(row.enabled),
        created_at=row.created_at,
        updated_at=row.updated_at,
        disabled_reason=row.disabled_reason,
        failing_since=row.failing_since,
        previous_secret_until=row.previous_until,
        waiting=counts.get((row.id, "waiting"), 0),
        dead=counts.get((row.id, "dead"), 0),
        dropped=row.dropped,
    )


def _hook(row: Row[tuple[object, ...]], now: str) -> Hook:
    secrets: Sequence[str] = secrets_at(now, row.secret, row.previous_secret, row.previous_until)
    return Hook(row.id, row.name, row.url, list(secrets), bool(row.enabled))
