"""The families of errors. Features subclass them beside the rule that is broken; `http` renders them.

Each error is a stable code for programs and a sentence for people that says what to do next.
"""

from collections.abc import Mapping
from typing import ClassVar


class GamenightError(Exception):
    """An error that the caller can do something about. `details` joins the answer's JSON; `retry_after` is in seconds.

    Pages translate it by the code and the details, which hold the values in the sentence, and a `reason`, a stable
    word, where a code has several sentences.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"

    def __init__(
        self,
        sentence: str,
        *,
        details: Mapping[str, object] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.details = dict(details or {})
        self.retry_after = retry_after


class BadRequest(GamenightError):
    """The request can't be used, or not in the present state."""


class Unauthorized(GamenightError):
    status = 401
    code = "token_missing"


class Forbidden(GamenightError):
    status = 403
    code = "forbidden"


class NotFound(GamenightError):
    status = 404
    code = "not_found"


class Conflict(GamenightError):
    status = 409
    code = "conflict"


class TooLarge(GamenightError):
    status = 413
    code = "too_large"


class UnsupportedMediaType(GamenightError):
    status = 415
    code = "unsupported_media_type"


class TooManyRequests(GamenightError):
    status = 429
    code = "too_many_requests"


class Unavailable(GamenightError):
    """The server can't do it now; the same request may work in a moment."""

    status = 503
    code = "unavailable"

    def __init__(self, sentence: str, *, details: Mapping[str, object] | None = None, retry_after: float = 1) -> None:
        super().__init__(sentence, details=details, retry_after=retry_after)


class Busy(Unavailable):
    """The queue is full."""

    code = "busy"


class StorageFull(Unavailable):
    """The disk is full: reading goes on, writing has to wait for space."""

    code = "storage_full"


class StartError(Exception):
    """The server can't start; the sentence says what to do about it."""
