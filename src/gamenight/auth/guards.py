"""Each route declares the scope that it needs; a route without one stops the server from starting."""

from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.handlers.base import BaseRouteHandler
from litestar.types import ASGIApp, Receive, Send
from litestar.types import Scope as ASGIScope

from gamenight.auth.callers import Callers, bearer_token, refuse_without
from gamenight.auth.tokens import Claims, Scope
from gamenight.http.response_cache import CACHEABLE
from gamenight.http.route_options import handlers_of

READS = {"GET", "HEAD", "OPTIONS"}
GIVES_COOKIE = "gives_cookie"
"""The option of a public route that sets a cookie, which pages of other sites must not cause."""


class ScopeGuard:
    """Lets a request pass whose token, or cookie, has the scope that the route declares.

    A middleware of the framework, which costs half of what its guards do: those copy the route at each request.
    """

    def __init__(self, app: ASGIApp, callers: Callers) -> None:
        self._app = app
        self._callers = callers

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        handler = scope["route_handler"]
        required = scope_of(handler) or Scope.ADMIN  # the start refuses a route that declares none
        if required is Scope.PUBLIC:
            scope["state"][CACHEABLE] = handler.opt.get(CACHEABLE, False)
            if handler.opt.get(GIVES_COOKIE):
                self._callers.cookies.refuse_other_pages(scope["headers"], by_cookie=False)
        else:
            claims = self._claims(scope, required)
            scope["auth"] = claims
            scope["state"]["subject"] = claims.subject
        await self._app(scope, receive, send)

    def _claims(self, scope: ASGIScope, required: Scope) -> Claims:
        token = bearer_token(scope["headers"])
        if token is not None:
            claims = self._callers.by_token(token, required)
        else:
            cookies = self._callers.cookies
            if scope.get("method") not in READS and any(cookies.sent(scope["headers"])):
                cookies.refuse_other_pages(scope["headers"], by_cookie=True)
            claims = self._callers.by_cookie(scope["headers"], required)
        scope["state"]["by_cookie"] = token is None
        return claims


def scope_of(handler: BaseRouteHandler) -> Scope | None:
    """The scope that a route declares. The OPTIONS answers, which the framework adds, are for everybody."""
    declared = handler.opt.get("scope")
    if isinstance(declared, Scope):
        return declared
    is_options = isinstance(handler, HTTPRouteHandler) and handler.http_methods == {HttpMethod.OPTIONS}
    return Scope.PUBLIC if is_options else None


def claims_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Claims:
    claims = connection.scope["auth"]
    assert isinstance(claims, Claims)  # noqa: S101
    return claims


def require(connection: ASGIConnection[Any, Any, Any, Any], required: Scope) -> None:
    """Refuse a caller who has the route's scope, but not the one that this request needs. Raises ScopeMissing."""
    refuse_without(claims_of(connection), required)


def routes_without_scope(app: Litestar) -> list[str]:
    """The paths of handlers that forgot to say who may call them."""
    return sorted({route.path for route, handler in handlers_of(app) if scope_of(handler) is None})
