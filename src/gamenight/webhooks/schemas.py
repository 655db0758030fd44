"""Webhooks on the wire."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from gamenight.core.clock import to_text
from gamenight.core.errors import BadRequest
from gamenight.core.text import MAX_NAME_LENGTH
from gamenight.http.schemas import Flag, Id, text
from gamenight.webhooks.addresses import MAX_URL_LENGTH
from gamenight.webhooks.events import DisabledReason
from gamenight.webhooks.rules import Failure

DeliveryState = Literal["waiting", "delivered", "dead", "test"]

Name = Annotated[str, text(MAX_NAME_LENGTH, min_length=1)]
Url = Annotated[str, text(MAX_URL_LENGTH, min_length=1)]
Secret = Annotated[str, text(256)]
EventTypes = Annotated[list[Annotated[str, text(64)]], Meta(min_length=1, max_length=100)]


class NewWebhook(Struct, frozen=True):
    """`secret` signs what is sent: `whsec_` and base64, or a text whose UTF-8 bytes sign."""

    name: Name
    url: Url
    secret: Secret
    events: EventTypes
    enabled: Flag = True


class WebhookChange(Struct, frozen=True):
    """What is left out stays. A new `secret` signs at once, and the one before it signs beside it for a day."""

    name: Name | UnsetType = UNSET
    url: Url | UnsetType = UNSET
    secret: Secret | UnsetType = UNSET
    events: EventTypes | UnsetType = UNSET
    enabled: Flag | UnsetType = UNSET


class Webhook(Struct, frozen=True):
    """A webhook without its secret. `waiting` deliveries are tried again, `dead` ones were given up, `dropped` ones
    went because too many waited. The secret before the present one signs until `previous_secret_until`."""

    id: int
    name: str
    url: str
    events: list[str]
    enabled: bool
    created_at: str
    updated_at: str
    disabled_reason: DisabledReason | None
    failing_since: str | None
    previous_secret_until: str | None
    waiting: int
    dead: int
    dropped: int


class WebhookRemoved(Struct, frozen=True, rename="camel"):
    message: str
    webhook_id: int


class LoggedAttempt(Struct, frozen=True):
    """One attempt, and how its delivery stands. `status` and `answer`, the beginning of the body, are what came back;
    `error` says why it counts as failed. `message_id` is the header `webhook-id`, the same at each attempt."""

    id: int
    webhook_id: int
    delivery_id: int
    message_id: str
    event_type: str
    event_id: int | None
    attempted_at: str
    status: int | None
    error: Failure | None
    milliseconds: int
    answer: str
    state: DeliveryState
    next_attempt_at: str | None


class Replay(Struct, frozen=True, rename="camel"):
    """One delivery by its id, or those since a moment that were given up, with `delivered` also those that arrived."""

    delivery_id: Id | None = None
    since: datetime | None = None
    delivered: bool = False

    @property
    def moment(self) -> str | None:
        """`since` as it is stored. Raises BadRequest for what no calendar has."""
        if self.since is None:
            return None
        try:
            return to_text(self.since if self.since.tzinfo else self.since.replace(tzinfo=UTC))
        except OverflowError:
            raise BadRequest("since: it lies beyond what a calendar has. Send a moment of these years.") from None


class Replayed(Struct, frozen=True):
    message: str
    replayed: int
