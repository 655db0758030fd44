"""The API's description of itself, OpenAPI 3.1, and the page that shows it without the internet."""

from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Router
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin, SwaggerRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Reference,
    Schema,
    SecurityScheme,
)
from litestar.routes import HTTPRoute
from msgspec import inspect

from gamenight import __version__
from gamenight.auth.cookies import Cookies
from gamenight.auth.guards import GIVES_COOKIE, scope_of
from gamenight.auth.tokens import Scope, allows
from gamenight.web.files import API_DOCS

DOCS_PATH = "/api/docs"

NO_REFERENCE = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>gamenight</title></head>
<body><h1>gamenight is running, without the page of its API reference</h1>
<p>It was installed with GAMENIGHT_SKIP_PAGES. Install it again without that setting to have the page.</p>
<p>What the page would show is here as JSON: <a href="{DOCS_PATH}/openapi.json">the API's description</a>.</p>
</body></html>
""".encode()

ERROR = Schema(
    type=OpenAPIType.OBJECT,
    description="What went wrong. Some errors add fields of their own.",
    properties={
        "error": Schema(type=OpenAPIType.STRING, description="A sentence that says what to do."),
        "code": Schema(type=OpenAPIType.STRING, description="A word for programs, which stays the same."),
        "reason": Schema(
            type=OpenAPIType.STRING, description="Which of the code's sentences it is, where it has several."
        ),
        "field": Schema(type=OpenAPIType.STRING, description="The field of the request that is to be mended first."),
        "retryAfter": Schema(type=OpenAPIType.INTEGER, description="Seconds to wait, as the header Retry-After says."),
    },
    required=["error", "code"],
)
ERRORS = {
    "400": "The request can't be used, or not in the present state.",
    "401": "There is no token, or the key is wrong.",
    "403": "The token is wrong, has expired or was revoked, or lacks the scope; or another's page wrote with a cookie.",
    "404": "There is no such thing, or nothing fits.",
    "409": "It is there already, is not so just now, or the Idempotency-Key came with another request.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "429": "Too many requests. Retry-After says when to try again.",
    "503": "Not just now. Retry-After says when to try again.",
}
EVERYWHERE = {"400", "429", "503"}
WITH_BODY = {"413", "415"}
ALSO_AS_TEXT = "also_as_text"
"""The option of a route that answers with JSON, or on request with plain text."""


class NoReference(OpenAPIRenderPlugin):
    """Stands where the reference would be, when its files were not built."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return NO_REFERENCE


def openapi_config(cookies: Cookies, docs_files: Path = API_DOCS) -> OpenAPIConfig:
    """The description and its page, whose scripts are in the folder `docs_files`, if they were built."""
    return OpenAPIConfig(
        title="gamenight",
        version=__version__,
        description="The self-hosted companion of a party-game night. Live events: the WebSocket /api/sessions/live.",
        path=DOCS_PATH,
        use_handler_docstrings=True,
        render_plugins=[
            _reference() if docs_files.exists() else NoReference(path="/"),
            JsonRenderPlugin(path="/openapi.json"),
        ],
        openapi_router=Router(
            DOCS_PATH,
            route_handlers=[],
            opt={"scope": Scope.PUBLIC},
            include_in_schema=False,
            before_request=_describe_once,
        ),
        components=Components(
            security_schemes={
                "token": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT"),
                "login": SecurityScheme(type="apiKey", security_scheme_in="cookie", name=cookies.login_cookie_name),
                "guest": SecurityScheme(type="apiKey", security_scheme_in="cookie", name=cookies.guest_cookie_name),
            },
        ),
    )


async def _describe_once(request: Request[Any, Any, Any]) -> None:
    """Before the first answer about the API: at the start it would be a third of what a start costs."""
    state = request.app.state
    if not state.get("is_described"):
        describe(request.app)
        state["is_described"] = True


def _reference() -> SwaggerRenderPlugin:
    files = f"{DOCS_PATH}/files"
    return SwaggerRenderPlugin(
        path="/",
        js_url=f"{files}/swagger-ui-bundle.js",
        css_url=f"{files}/swagger-ui.css",
        standalone_preset_js_url=f"{files}/swagger-ui-standalone-preset.js",
        favicon="",
    )


def describe(app: Litestar) -> None:
    """Add what the framework can't know: who may call an operation, how errors look, which bodies may be empty."""
    # Here, since the framework replaces the schemas of its configuration by those that it finds in the routes.
    app.openapi_schema.components.schemas["Error"] = ERROR
    for route in app.routes:
        item = (app.openapi_schema.paths or {}).get(route.path_format)
        if not isinstance(route, HTTPRoute) or item is None:
            continue
        for handler in route.route_handlers:
            for method in handler.http_methods:
                operation: Operation | None = getattr(item, method.lower(), None)
                if operation is not None:
                    _describe_operation(operation, handler, method, has_parameters="{" in route.path_format)


def _describe_operation(operation: Operation, handler: HTTPRouteHandler, method: str, *, has_parameters: bool) -> None:
    required = scope_of(handler) or Scope.PUBLIC
    is_public = required is Scope.PUBLIC
    statuses = set(EVERYWHERE)
    if has_parameters:
        statuses.add("404")
    if not is_public:
        operation.security = [{"token": []}]
        if allows(Scope.HOST, required) or required is Scope.ADMIN:
            operation.security.append({"login": []})
        if allows(Scope.GUEST, required):
            operation.security.append({"guest": []})
        statuses |= {"401", "403"}
    elif handler.opt.get(GIVES_COOKIE):
        statuses.add("403")
    if method == "POST":
        # Of the public ones, login refuses a wrong key, and the picker may find nothing, or nobody counted just now.
        statuses |= {"404", "409"}
        if is_public:
            statuses.add("401")
    elif method == "PUT":
        statuses.add("409")
    if handler.opt.get(ALSO_AS_TEXT):
        _describe_text(operation)
    body = handler.parsed_data_field
    if body is not None:
        statuses |= WITH_BODY
        facts = inspect.type_info(body.annotation)
        optional = isinstance(facts, inspect.StructType) and not any(field.required for field in facts.fields)
        if optional and operation.request_body is not None and not isinstance(operation.request_body, Reference):
            operation.request_body.required = False
    responses = operation.responses or {}
    for status in sorted(statuses):
        content = {"application/json": OpenAPIMediaType(schema=Reference(ref="#/components/schemas/Error"))}
        responses[status] = OpenAPIResponse(description=ERRORS[status], content=content)
    operation.responses = responses


def _describe_text(operation: Operation) -> None:
    found = (operation.responses or {}).get("200")
    if isinstance(found, OpenAPIResponse) and found.content is not None:
        found.content["text/plain"] = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING))
