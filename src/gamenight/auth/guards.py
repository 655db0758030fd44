"""Each route declares the scope that it needs; a route without one stops the server from starting."""

from collections.abc import Iterable
from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.handlers.base import BaseRouteHandler

from gamenight.auth.errors import ScopeMissing, TokenMissing
from gamenight.auth.tokens import Claims, Scope, Tokens
from gamenight.http.kept import KEEPABLE

BEARER = "bearer "


class ScopeGuard:
    """Lets a request pass whose token has the scope that the route declares."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    # Async, though it awaits nothing: the framework runs a plain function in a thread, which costs more than all else.
    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        scope = scope_of(handler)
        if scope is Scope.PUBLIC:
            connection.scope["state"][KEEPABLE] = handler.opt.get(KEEPABLE, False)
            return
        claims = self._tokens.verify(bearer_token(connection))
        if claims.scope is not scope:
            raise ScopeMissing(f"This needs a token with the scope {scope}; yours has {claims.scope}.")
        connection.scope["auth"] = claims
        connection.state.subject = claims.subject


def scope_of(handler: BaseRouteHandler) -> Scope | None:
    """The scope that a route declares. The OPTIONS answers, which the framework adds, are for everybody."""
    if isinstance(handler, HTTPRouteHandler) and handler.http_methods == {HttpMethod.OPTIONS}:
        return Scope.PUBLIC
    declared = handler.opt.get("scope")
    return declared if isinstance(declared, Scope) else None


def bearer_token(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The token of the Authorization header; raises TokenMissing."""
    header = connection.headers.get("authorization", "")
    if not header[: len(BEARER)].lower() == BEARER or not header[len(BEARER) :].strip():
        raise TokenMissing("This needs a token: send the header Authorization: Bearer <token>.")
    return header[len(BEARER) :].strip()


def claims_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Claims:
    claims = connection.scope["auth"]
    assert isinstance(claims, Claims)  # noqa: S101
    return claims


def routes_without_scope(app: Litestar) -> list[str]:
    """The paths of handlers that forgot to say who may call them."""
    handlers: Iterable[tuple[str, BaseRouteHandler]] = (
        (route.path, handler)
        for route in app.routes
        for handler in getattr(route, "route_handlers", [getattr(route, "route_handler", None)])
        if handler is not None
    )
    return sorted({path for path, handler in handlers if scope_of(handler) is None})
