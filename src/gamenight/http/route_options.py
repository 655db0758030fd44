"""What routes declare beside themselves, found by their paths."""

import re
from functools import lru_cache
from pathlib import Path

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
        re.escape(part)
        if isinstance(part, str)
        else r"\d+"
        if part.type is int
        else ".+"
        if part.type is Path
        else "[^/]+"
        for part in route.path_components
    )
    return "".join(f"/{part}" for part in parts)


@lru_cache(1)
def _methods_by_path(app: Litestar) -> list[tuple[re.Pattern[str], set[str]]]:
    methods: dict[str, set[str]] = {}
    for route in sorted(app.routes, key=lambda route: len(route.path_parameters)):
        methods.setdefault(_pattern(route) or "/", set()).update(getattr(route, "methods", ()))
    return [(re.compile(path), taken) for path, taken in methods.items()]


def methods_of(app: Litestar, path: str) -> set[str]:
    """All methods that a path takes; none where there is nothing. Of two routes that fit, the one without parameters
    counts, as it does for the framework."""
    for pattern, methods in _methods_by_path(app):
        if pattern.fullmatch(path.rstrip("/") or "/"):
            return methods | ({"HEAD"} if "GET" in methods else set())
    return set()
