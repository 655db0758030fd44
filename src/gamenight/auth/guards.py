"""Each route declares the scope that it needs; a route without one stops the server from starting."""

from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.handlers.base import BaseRouteHandler
from litestar.types import ASGIApp, Receive, Send
from litestar.types import Scope as ASGIScope

from gamenight.auth.errors import ScopeMissing, TokenMissing
from gamenight.auth.tokens import Claims, Scope, Tokens
from gamenight.http.kept import KEEPABLE

BEARER = b"bearer "


class ScopeGuard:
    """Lets a request pass whose token has the scope that the route declares.

    A middleware of the framework, which costs half of what its guards do: those copy the route at each request.
    """

    def __init__(self, app: ASGIApp, tokens: Tokens) -> None:
        self._app = app
        self._tokens = tokens

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        handler = scope["route_handler"]
        needed = scope_of(handler)
        if needed is Scope.PUBLIC:
            scope["state"][KEEPABLE] = handler.opt.get(KEEPABLE, False)
        else:
            claims = self._tokens.verify(bearer_token(scope))
            if claims.scope is not needed:
                raise ScopeMissing(f"This needs a token with the scope {needed}; yours has {claims.scope}.")
            scope["auth"] = claims
            scope["state"]["subject"] = claims.subject
        await self._app(scope, receive, send)


def scope_of(handler: BaseRouteHandler) -> Scope | None:
    """The scope that a route declares. The OPTIONS answers, which the framework adds, are for everybody."""
    declared = handler.opt.get("scope")
    if isinstance(declared, Scope):
        return declared
    is_options = isinstance(handler, HTTPRouteHandler) and handler.http_methods == {HttpMethod.OPTIONS}
    return Scope.PUBLIC if is_options else None


def bearer_token(scope: ASGIScope) -> str:
    """The token of the Authorization header; raises TokenMissing."""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[: len(BEARER)].lower() == BEARER:
            token = value[len(BEARER) :].strip()
            if token:
                return token.decode("latin-1")
    raise TokenMissing("This needs a token: send the header Authorization: Bearer <token>.")


def claims_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Claims:
    claims = connection.scope["auth"]
    assert isinstance(claims, Claims)  # noqa: S101
    return claims


def routes_without_scope(app: Litestar) -> list[str]:
    """The paths of handlers that forgot to say who may call them."""
    handlers = (
        (route.path, handler)
        for route in app.routes
        for handler in getattr(route, "route_handlers", [getattr(route, "route_handler", None)])
        if handler is not None
    )
    return sorted({path for path, handler in handlers if scope_of(handler) is None})
