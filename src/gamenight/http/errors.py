"""Errors as JSON: `{"error": "<a sentence that says what to do>", "code": "<stable_snake_case>", ...}`."""

import logging
import math
import re
from typing import Any

import msgspec
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException, ValidationException
from litestar.types import Receive, Send

from gamenight.core.errors import GamenightError
from gamenight.http.schemas import in_words

logger = logging.getLogger(__name__)
BUG = "Something is broken on our side; it was logged. Try again, or look at the server's log."
_UNKNOWN_FIELD = re.compile(r"Object contains unknown field `(.*)`(?: - at `.*`)?", re.DOTALL)
MAX_FIELD_SHOWN = 64
WHOLE_BODY = "data"
"""The framework's key for a body that is wrong as a whole."""


class UrlTooLong(GamenightError):
    status = 414
    code = "url_too_long"


class RequestTimeout(GamenightError):
    status = 408
    code = "request_timeout"


class HeaderTooLarge(GamenightError):
    status = 431
    code = "header_too_large"


def body_of(error: GamenightError) -> bytes:
    wait = _seconds_to_wait(error)
    body = {"error": error.sentence, "code": error.code, **error.details}
    return msgspec.json.encode(body if wait is None else {**body, "retryAfter": wait})


def headers_of(error: GamenightError) -> dict[str, str]:
    wait = _seconds_to_wait(error)
    return {} if wait is None else {"Retry-After": str(wait)}


def _seconds_to_wait(error: GamenightError) -> int | None:
    return None if error.retry_after is None else math.ceil(error.retry_after)


async def send_error(send: Send, error: GamenightError) -> None:
    """Answer a request that doesn't reach the framework."""
    body = body_of(error)
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "connection": "close",
        **headers_of(error),
    }
    await send(
        {
            "type": "http.response.start",
            "status": error.status,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def refuse_handshake(receive: Receive, send: Send, error: GamenightError) -> None:
    """Answer a WebSocket's handshake with an HTTP error (the ASGI extension websocket.http.response)."""
    headers = {"content-type": "application/json", **headers_of(error)}
    start: Any = {
        "type": "websocket.http.response.start",
        "status": error.status,
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    body: Any = {"type": "websocket.http.response.body", "body": body_of(error), "more_body": False}
    await send(start)
    await send(body)
    # uvicorn says first that it is closing, then that the connection is gone; it takes an earlier return for a bug.
    await receive()
    await receive()


def render(_request: Request[Any, Any, Any], error: GamenightError) -> Response[bytes]:
    return _response(error.status, body_of(error), headers_of(error))


def render_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """The response to an error that the framework itself raised."""
    field = None
    unknown = _unknown_field(error)
    if unknown is not None:
        code, sentence = "unknown_field", _why_unknown(request, unknown)
        field = unknown
    elif isinstance(error, ValidationException):
        code, sentence = "invalid_request", _what_is_invalid(request, error)
        field = _first_field(request, error)
    elif isinstance(error, NotFoundException):
        code, sentence = "no_such_address", f"There is nothing at {request.url.path}. All addresses: /api/docs."
    elif isinstance(error, MethodNotAllowedException):
        code, sentence = "method_not_allowed", f"{request.url.path} does not take {request.method}. See /api/docs."
    else:
        code, sentence = "invalid_request", f"The request can't be read: {error.detail}."
    extra = {} if field is None else {"field": field}
    body = msgspec.json.encode({"error": sentence, "code": code, **extra})
    return _response(error.status_code, body, dict(error.headers or {}))


def render_bug(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    return _response(500, body_of_bug(request.method, request.url.path, error), {})


def body_of_bug(method: str, path: str, error: BaseException) -> bytes:
    """Log what should not have happened; returns what its caller is told, with status 500."""
    logger.error("A bug answered %s %s", method, path, exc_info=error)
    return msgspec.json.encode({"error": BUG, "code": "bug"})


def _response(status: int, body: bytes, headers: dict[str, str]) -> Response[bytes]:
    return Response(body, status_code=status, headers=headers, media_type=MediaType.JSON)


def _what_is_invalid(request: Request[Any, Any, Any], error: ValidationException) -> str:
    """msgspec's words for what doesn't fit, with the name of the field."""
    faults = [
        f"{_name_on_the_wire(request, fault['key'])}: {fault['message']}" if fault.get("key") else str(fault["message"])
        for fault in _faults(error)
    ]
    return f"The request does not fit. {in_words('; '.join(faults)) or error.detail}."


def _first_field(request: Request[Any, Any, Any], error: ValidationException) -> str | None:
    """The field to mend first: `app_tags` where it is `app_tags[0]`. None where the whole request does not fit."""
    keys = [fault["key"] for fault in _faults(error) if fault.get("key") not in (None, "", WHOLE_BODY)]
    return _name_on_the_wire(request, keys[0]).partition("[")[0] if keys else None


def _unknown_field(error: HTTPException) -> str | None:
    """The field of a body that its route doesn't know, as much of its name as is worth repeating."""
    if isinstance(error, ValidationException):
        for fault in _faults(error):
            found = _UNKNOWN_FIELD.fullmatch(fault["message"])
            if found is not None:
                return found[1][:MAX_FIELD_SHOWN]
    return None


def _why_unknown(request: Request[Any, Any, Any], name: str) -> str:
    body = request.route_handler.parsed_data_field
    assert body is not None  # noqa: S101
    known = ", ".join(field.encode_name for field in msgspec.structs.fields(body.annotation))
    return f'"{name}" is no field of this request, which takes {known}. Mend its name, or leave it out.'


def _faults(error: ValidationException) -> list[dict[str, Any]]:
    extra = error.extra if isinstance(error.extra, list) else []
    return [fault for fault in extra if isinstance(fault, dict) and "message" in fault]


def _name_on_the_wire(request: Request[Any, Any, Any], key: str) -> str:
    """The name of a query parameter in the address; the framework's key is the function's argument."""
    parameter = request.route_handler.parsed_fn_signature.parameters.get(key)
    kwarg = None if parameter is None else parameter.kwarg_definition
    return getattr(kwarg, "name", None) or key
