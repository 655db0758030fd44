"""What routes declare beside themselves, found by their paths."""

import re

from litestar import Litestar
from litestar.handlers.base import BaseRouteHandler
from litestar.routes import BaseRoute


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
