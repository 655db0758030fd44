"""What a capability brings to the server."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Self

from litestar import Router
from litestar.handlers.base import BaseRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.types import ASGIApp
from msgspec import Struct

from gamenight.core.runtime import Part
from gamenight.http.fast_path import Read, Write


class Routes(Struct, frozen=True):
    """Handlers below a path, under a tag of the API reference. Slices may share the path of other ones."""

    path: str
    tag: str
    handlers: Sequence[BaseRouteHandler]


class Slice(Part, frozen=True, kw_only=True):
    """What a capability brings: its routes, besides what runs and listens in the background.

    `in_front` makes an ASGI application that answers some requests before the framework, and hands on the others; of
    several the last slice's is asked first. `fast_reads` and `fast_writes` are what the fast path answers, see there.
    `health` are facts of /health by their names. `on_shutdown` is called before the server closes its connections,
    `close` is awaited when the loops have ended.
    """

    routes: Sequence[Routes] = ()
    middleware: Sequence[DefineMiddleware] = ()
    in_front: Callable[[ASGIApp], ASGIApp] | None = None
    fast_reads: Mapping[str, Read] = {}
    fast_writes: Mapping[bytes, Write] = {}
    health: Mapping[str, Callable[[], Any]] = {}
    on_shutdown: Callable[[], None] | None = None
    close: Callable[[], Awaitable[None]] | None = None


class _Router(Router):
    """A router of one application. The framework copies routers, deeply, so that they can be registered on several,
    which would be a third of what the start of a server takes."""

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return self


def routers(slices: Sequence[Slice]) -> list[Router]:
    """The routes of all slices, with one router a path: the framework doesn't let two share one."""
    handlers: dict[tuple[str, str], list[BaseRouteHandler]] = {}
    for each in slices:
        for routes in each.routes:
            handlers.setdefault((routes.path, routes.tag), []).extend(routes.handlers)
    return [_Router(path, route_handlers=found, tags=[tag]) for (path, tag), found in handlers.items()]
