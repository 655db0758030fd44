"""The web framework with the routes of all slices."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from litestar import Litestar
from litestar.exceptions import HTTPException
from litestar.static_files import create_static_files_router

from gamenight.auth.cookies import Cookies
from gamenight.auth.guards import routes_without_scope
from gamenight.auth.tokens import Scope
from gamenight.core.errors import GamenightError, StartError
from gamenight.http import errors, idempotency
from gamenight.http.slices import Slice, routers
from gamenight.openapi import DOCS_PATH, openapi_config
from gamenight.web.files import API_DOCS


def framework(
    slices: Sequence[Slice], cookies: Cookies, lifespan: Callable[[Litestar], AbstractAsyncContextManager[None]]
) -> Litestar:
    """Raises StartError for a route that doesn't declare who may call it."""
    docs_files = create_static_files_router(
        f"{DOCS_PATH}/files", [API_DOCS], opt={"scope": Scope.PUBLIC}, include_in_schema=False
    )
    app = Litestar(
        [*routers(slices), docs_files],
        middleware=[middleware for each in slices for middleware in each.middleware],
        exception_handlers={
            GamenightError: errors.render,
            idempotency.AnsweredBefore: idempotency.send_again,
            HTTPException: errors.render_http_exception,
            Exception: errors.render_bug,
        },
        lifespan=[lifespan],
        logging_config=None,
        openapi_config=openapi_config(cookies),
        # The body has its limits in RequestLimits, before it gets here.
        request_max_body_size=None,
    )
    undeclared = routes_without_scope(app)
    if undeclared:
        raise StartError(f"These routes don't declare who may call them: {', '.join(undeclared)}.")
    return app
