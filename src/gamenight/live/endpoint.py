"""The WebSocket `/api/sessions/live`, as an ASGI application."""

import random
from collections import Counter
from typing import Any

from litestar.types import ASGIApp, Receive, Scope, Send

from gamenight.auth.callers import Callers
from gamenight.core.batch_worker import ASKED_BY
from gamenight.core.database import Database
from gamenight.core.errors import BadRequest, NotFound, Unavailable
from gamenight.core.hub import Hub
from gamenight.core.transient import TransientEvents
from gamenight.http.errors import refuse_handshake, send_error
from gamenight.live.close_codes import CloseCode
from gamenight.live.conversation import Conversation
from gamenight.live.limits import LiveLimits
from gamenight.live.moments import Moments
from gamenight.live.protocol import EXTENSION, LiveProtocol

PATH = "/api/sessions/live"
MAX_RETRY_AFTER = 5.0


class WebSocketExpected(BadRequest):
    status = 426
    code = "websocket_expected"


class NoLiveEvents(NotFound):
    code = "no_such_address"


class TooManySockets(Unavailable):
    code = "too_many_sockets"


def in_front(live: "LiveEndpoint", app: ASGIApp) -> ASGIApp:
    """An ASGI application that takes live clients to the endpoint at once, and everything else to `app`.

    The framework's own route would do, but would keep several of its coroutines in memory for each client.
    """

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        kind: str = scope["type"]
        if kind == "websocket" and scope["path"] == PATH:
            await live(scope, receive, send)
        elif kind == "websocket":
            await receive()
            await refuse_handshake(receive, send, NoLiveEvents(f"Live events are at {PATH}. Connect there."))
        else:
            await app(scope, receive, send)

    return route


class LiveEndpoint:
    """Accepts live clients and keeps count of them."""

    def __init__(
        self,
        *,
        database: Database,
        hub: Hub,
        transient: TransientEvents,
        callers: Callers,
        limits: LiveLimits,
    ) -> None:
        self._database = database
        self._hub = hub
        self._transient = transient
        self.moments = Moments(database)
        self._callers = callers
        self._limits = limits
        self._conversations: set[Conversation] = set()
        self._sockets_of_client: Counter[str] = Counter()
        self._sockets_of_token: dict[str, int] = {}

    @property
    def clients(self) -> int:
        """How many live clients this process has."""
        return len(self._conversations)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind: str = scope["type"]
        if kind != "websocket":
            await send_error(send, WebSocketExpected("This address speaks WebSocket. Connect to it with ws://."))
            return
        await receive()
        if self.clients >= self._limits.sockets:
            refusal = TooManySockets("Too many live clients. Try again in a moment.")
            await refuse_handshake(receive, send, refusal)
            return
        await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
        await self._talk(scope, receive)

    def end_token(self, token_id: str) -> None:
        """Close the connections of a token that was revoked."""
        for conversation in list(self._conversations):
            if conversation.token_id == token_id:
                conversation.end(CloseCode.TOKEN_REVOKED)

    def end_all(self) -> None:
        """The server stops: tell each client when to come back, at different times."""
        for conversation in list(self._conversations):
            retry_after = random.uniform(0.5, MAX_RETRY_AFTER)  # noqa: S311
            conversation.end(CloseCode.RESTARTING, f"retryAfter={retry_after:.1f}")

    async def _talk(self, scope: Scope, receive: Receive) -> None:
        extensions: dict[str, Any] = scope["extensions"] or {}
        socket: LiveProtocol = extensions[EXTENSION]
        client: str = scope["state"]["client"]
        ASKED_BY.set(client)
        conversation = Conversation(
            socket,
            database=self._database,
            hub=self._hub,
            transient=self._transient,
            moments=self.moments,
            callers=self._callers,
            handshake=scope["headers"],
            limits=self._limits,
            sockets_of_token=self._sockets_of_token,
        )
        self._conversations.add(conversation)
        self._sockets_of_client[client] += 1
        try:
            if self._sockets_of_client[client] > self._limits.sockets_per_client:
                conversation.end(CloseCode.TOO_MANY_CONNECTIONS)
            while True:
                message: Any = await receive()
                if message["type"] == "websocket.disconnect":
                    return
                await conversation.handle(message)
        finally:
            conversation.gone()
            self._conversations.discard(conversation)
            self._sockets_of_client[client] -= 1
            if not self._sockets_of_client[client]:
                del self._sockets_of_client[client]
