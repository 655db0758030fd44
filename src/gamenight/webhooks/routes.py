import asyncio
import secrets
from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, QueryParameter
from msgspec import UNSET

from gamenight.auth.tokens import Scope
from gamenight.core.clock import utc_now
from gamenight.core.database import Database
from gamenight.http.idempotency import IdempotentWriter
from gamenight.http.schemas import MAX_ID, PathId
from gamenight.webhooks import actions, addresses, queries
from gamenight.webhooks.client import AddressRefused, WebhookClient
from gamenight.webhooks.errors import TooManyTests, WebhookUrlRefused
from gamenight.webhooks.events import EVENT_TYPES
from gamenight.webhooks.schemas import (
    DeliveryState,
    LoggedAttempt,
    NewWebhook,
    Replay,
    Replayed,
    Webhook,
    WebhookChange,
    WebhookRemoved,
)
from gamenight.webhooks.sender import attempt

LOOKUP_SECONDS = 3.0
TESTS_AT_ONCE = 4
SENTENCES: dict[addresses.UrlFault, str] = {
    "not_a_url": "The URL can't be read. It has to be such as https://example.org/hook, without spaces.",
    "login": "The URL has a name or a password before its host. Leave them out; the signature says who sends.",
    "host": "The host of the URL is none. It has to be a whole name or an address.",
    "number": "The host of the URL is a number that programs read differently. Write the address as 192.0.2.1.",
    "own": "The URL leads to this server itself. Name the program that is to receive the events.",
    "address": "The host of the URL has an address that is not on the internet. If it is one of your own network, name "
    "that in GAMENIGHT_WEBHOOK_ALLOW_NETWORKS.",
}


def reading_routes(database: Database) -> list[HTTPRouteHandler]:
    @get("/", scope=Scope.ADMIN)
    async def list_webhooks() -> list[Webhook]:
        """All webhooks, oldest first."""
        return await database.read(queries.all_webhooks)

    @get("/event-types", scope=Scope.ADMIN, sync_to_thread=False)
    def list_event_types() -> list[str]:
        """The events that a webhook may ask for."""
        return list(EVENT_TYPES)

    @get("/{webhook_id:int}", scope=Scope.ADMIN)
    async def read_webhook(webhook_id: PathId) -> Webhook:
        return await database.read(queries.webhook, webhook_id)

    @get("/{webhook_id:int}/logs", scope=Scope.ADMIN)
    async def list_attempts(
        webhook_id: PathId,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
        before: Annotated[int | None, QueryParameter(ge=1, le=MAX_ID)] = None,
        delivery_state: Annotated[DeliveryState | None, QueryParameter(name="state")] = None,
    ) -> list[LoggedAttempt]:
        """The attempts to reach a webhook's receiver, newest first; `before` is the last id of the page before."""
        return await database.read(queries.attempts, webhook_id, before=before, limit=limit, state=delivery_state)

    return [list_webhooks, list_event_types, read_webhook, list_attempts]


def changing_routes(database: Database, client: WebhookClient) -> list[HTTPRouteHandler]:
    tests = asyncio.Semaphore(TESTS_AT_ONCE)

    @post("/", scope=Scope.ADMIN)
    async def add_webhook(data: JSONBody[NewWebhook], request: Request[Any, Any, Any]) -> Webhook:
        """Have events sent to another program. The secret, which signs them, is never shown."""
        url = await _allowed(client, data.url)
        return await IdempotentWriter(database, request).write(actions.create_webhook, data, url)

    @patch("/{webhook_id:int}", scope=Scope.ADMIN)
    async def change_webhook(webhook_id: PathId, data: JSONBody[WebhookChange]) -> Webhook:
        """Change what is given. A new secret signs at once, and the one before it signs beside it for a day."""
        url = None if data.url is UNSET else await _allowed(client, data.url)
        return await database.write(actions.change_webhook, webhook_id, data, url)

    @delete("/{webhook_id:int}", status_code=200, scope=Scope.ADMIN)
    async def remove_webhook(webhook_id: PathId) -> WebhookRemoved:
        """Remove a webhook with its log. What it is still owed is not sent."""
        removed = await database.write(actions.remove_webhook, webhook_id)
        return WebhookRemoved(f"{removed.name} was removed", removed.id)

    @post("/test/{webhook_id:int}", status_code=200, scope=Scope.ADMIN)
    async def test_webhook(webhook_id: PathId, request: Request[Any, Any, Any]) -> LoggedAttempt:
        """Send `webhook.test` now, once, also to a webhook that is disabled; the answer says what came back."""
        writer = IdempotentWriter(database, request)
        await writer.check_is_new()
        hook = await database.read(queries.hook, webhook_id, utc_now())
        if tests.locked():
            raise TooManyTests("Other tests of webhooks are under way. Try again in a moment.", retry_after=5)
        async with tests:
            message_id = f"msg_test_{secrets.token_hex(12)}"
            body = _test_body(hook)
            attempted = await attempt(client, hook, message_id, body)
        return await writer.write(actions.note_test, webhook_id, message_id, body, attempted)

    @post("/{webhook_id:int}/replay", status_code=200, scope=Scope.ADMIN)
    async def replay_deliveries(
        webhook_id: PathId, data: JSONBody[Replay], request: Request[Any, Any, Any]
    ) -> Replayed:
        """Send one delivery again, or all since a moment that were given up. They keep their `webhook-id`."""
        return await IdempotentWriter(database, request).write(actions.replay, webhook_id, data)

    return [add_webhook, change_webhook, remove_webhook, test_webhook, replay_deliveries]


def _test_body(hook: queries.Hook) -> str:
    data = {"webhook": {"id": hook.id, "name": hook.name}}
    return msgspec.json.encode({"type": actions.TEST_TYPE, "timestamp": utc_now(), "data": data}).decode()


async def _allowed(client: WebhookClient, text: str) -> str:
    """A URL as it is stored. Raises WebhookUrlRefused. A name that is not known just now is checked when it is used."""
    try:
        target = addresses.read_url(text)
    except addresses.UrlInvalid as error:
        raise _refused(error.fault) from None
    if client.is_own(target):
        raise _refused("own")
    try:
        async with asyncio.timeout(LOOKUP_SECONDS):
            await client.addresses_of(target.host, target.port)
    except AddressRefused:
        raise _refused("address") from None
    except (OSError, UnicodeError):
        pass
    return target.url


def _refused(fault: addresses.UrlFault) -> WebhookUrlRefused:
    return WebhookUrlRefused(SENTENCES[fault], details={"reason": fault, "field": "url"})
