"""Live clients: the WebSocket, and what it has to hear of the other slices."""

from litestar import asgi
from litestar.types import Receive, Send
from litestar.types import Scope as ASGIScope

from gamenight.auth.actions import revoked_token
from gamenight.auth.tokens import Scope
from gamenight.core import log
from gamenight.http.slices import Routes, Slice
from gamenight.live.endpoint import PATH, LiveEndpoint, in_front


def live_slice(endpoint: LiveEndpoint) -> Slice:
    def end_revoked(event: log.Event) -> None:
        token_id = revoked_token(event)
        if token_id is not None:
            endpoint.end_token(token_id)

    # A function: the framework copies what it is given, whole.
    @asgi("/", scope=Scope.PUBLIC, copy_scope=False)
    async def live(scope: ASGIScope, receive: Receive, send: Send) -> None:
        await endpoint(scope, receive, send)

    return Slice(
        routes=[Routes(PATH, "Live", [live])],
        in_front=lambda app: in_front(endpoint, app),
        on_commit=[lambda _commit: endpoint.moments.forget()],
        on_publish=[endpoint.moments.forget],
        on_server_event=[end_revoked],
        health={"live_clients": lambda: endpoint.clients},
        on_shutdown=endpoint.end_all,
    )
