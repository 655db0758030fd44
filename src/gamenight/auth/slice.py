"""Who may do what: logins, tokens and guests, and the guard that asks for them at each request."""

from litestar.middleware import DefineMiddleware

from gamenight.auth import queries
from gamenight.auth.actions import revoked_token
from gamenight.auth.callers import Callers
from gamenight.auth.cookies import Cookies
from gamenight.auth.guards import ScopeGuard
from gamenight.auth.guest_routes import guest_routes
from gamenight.auth.keys import Credentials
from gamenight.auth.last_use import LastUse
from gamenight.auth.routes import auth_routes
from gamenight.auth.token_routes import token_routes
from gamenight.auth.tokens import Tokens
from gamenight.core import log
from gamenight.core.runtime import Runtime
from gamenight.http.address import Address
from gamenight.http.slices import Routes, Slice


def callers_of(runtime: Runtime, credentials: Credentials, address: Address) -> Callers:
    """What identifies callers in this process. Of what is revoked from now on the runtime tells."""
    with runtime.database.snapshot() as connection:
        revoked = queries.revoked_ids(connection)
    return Callers(Tokens(credentials.token_secret, revoked=revoked), Cookies(address), LastUse())


def auth_slice(runtime: Runtime, callers: Callers, credentials: Credentials) -> Slice:
    database = runtime.database

    def revoke(event: log.Event) -> None:
        token_id = revoked_token(event)
        if token_id is not None:
            callers.tokens.revoke(token_id)

    return Slice(
        routes=[
            Routes(
                "/api/auth",
                "Auth",
                auth_routes(database, callers, credentials, processes=runtime.worker.count),
            ),
            Routes("/api/tokens", "Tokens", token_routes(database, callers.tokens)),
            Routes("/api/guests", "Guests", guest_routes(callers)),
        ],
        middleware=[DefineMiddleware(ScopeGuard, callers=callers)],
        loops=[lambda loops: loops.start("last-use", lambda: callers.last_use.write_for_ever(database))],
        on_server_event=[revoke],
    )
