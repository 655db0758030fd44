"""What a capability brings to the server."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from litestar import Litestar, Router
from litestar.handlers.base import BaseRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.routes import BaseRoute
from litestar.types import ASGIApp
from msgspec import Struct

from gamenight.core.runtime import Part


class Routes(Struct, frozen=True):
    """Handlers below a path, under a tag of the API reference. Slices may share the path of other ones."""

    path: str
    tag: str
    handlers: Sequence[BaseRouteHandler]


class Slice(Part, frozen=True, kw_only=True):
    """What a capability brings: its routes, besides what runs and listens in the background.

    `in_front` makes an ASGI application that answers some requests before the framework, and hands on the others; of
    several the last slice's is asked first. `health` are facts of /health by their names. `on_shutdown` is called
    before the server closes its connections, `close` is awaited when the loops have ended.
    """

    routes: Sequence[Routes] = ()
    middleware: Sequence[DefineMiddleware] = ()
    in_front: Callable[[ASGIApp], ASGIApp] | None = None
    health: Mapping[str, Callable[[], Any]] = {}
    on_shutdown: Callable[[], None] | None = None
    close: Callable[[], Awaitable[None]] | None = None


def routers(slices: Sequence[Slice]) -> list[Router]:
    """The routes of all slices, with one router a path: the framework doesn't let two share one."""
    handlers: dict[tuple[str, str], list[BaseRouteHandler]] = {}
    for each in slices:
        for routes in each.routes:
            handlers.setdefault((routes.path, routes.tag), []).extend(routes.handlers)
    return [Router(path, route_handlers=found, tags=[tag]) for (path, tag), found in handlers.items()]


def handlers_of(app: Litestar) -> list[tuple[BaseRoute, BaseRouteHandler]]:
    """All handlers with their routes, those that the framework adds as well."""
    return [
        (route, handler)
        for route in app.routes
        for handler in getattr(route, "route_handlers", [getattr(route, "route_handler", None)])
        if handler is not None
    ]


def paths_with(app: Litestar, option: str) -> re.Pattern[str]:
    """A pattern of the paths of all routes that declare an option."""
    paths = {_pattern(route) for route, handler in handlers_of(app) if handler.opt.get(option)}
    return re.compile("|".join(sorted(paths)) or "(?!)")


def _pattern(route: BaseRoute) -> str:
    parts = (
        re.escape(part) if isinstance(part, str) else r"\d+" if part.type is int else "[^/]+"
        for part in route.path_components
    )
    return "".join(f"/{part}" for part in parts)
