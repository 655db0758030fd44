"""What follows from what for webhooks: signatures, and when to try again. Pure."""

import base64
import binascii
import hashlib
import hmac
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Literal

from gamenight.core.clock import later

Failure = Literal[
    "address_refused", "name_unknown", "unreachable", "timeout", "tls", "answer_invalid", "redirect", "gone", "status"
]
"""Why an attempt failed: it was not sent, was not answered, or was answered with no success."""

SECRET_PREFIX: Final = "whsec_"  # noqa: S105
MIN_SECRET_BYTES: Final = 24
MAX_SECRET_BYTES: Final = 128
ROTATION_HOURS: Final = 24
JITTER: Final = 0.2
MAX_RETRY_AFTER: Final = 3600.0
FAILING_DAYS: Final = 5
ASKS_TO_WAIT: Final = {429, 503}

IN_FLIGHT_OF_HOOK: Final = 4
IN_FLIGHT_BESIDES: Final = 12
"""How many may be on their way besides the first of each hook, which never waits for those of another one."""

ANSWER_KEPT: Final = 1024
HIDDEN: Final = "[hidden]"


def key_of(secret: str) -> bytes:
    """The bytes that sign. Raises ValueError for a `whsec_` secret that is no base64."""
    if not secret.startswith(SECRET_PREFIX):
        return secret.encode()
    encoded = secret.removeprefix(SECRET_PREFIX)
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error


def sign(secrets: Sequence[str], message_id: str, timestamp: int, body: str) -> str:
    """The value of `webhook-signature`: a signature for each secret, with spaces between them.

    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    """
    signed = f"{message_id}.{timestamp}.{body}".encode()
    digests = (hmac.digest(key_of(secret), signed, hashlib.sha256) for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def secrets_at(now: str, secret: str, previous: str | None, previous_until: str | None) -> list[str]:
    """The secrets that sign at a moment: the new one first, and for a day the one before it."""
    is_valid = previous is not None and previous_until is not None and now < previous_until
    return [secret, previous] if is_valid and previous is not None else [secret]


def next_attempt_at(
    waits: Sequence[float], attempts: int, now: str, *, chance: float, retry_after: float | None
) -> str | None:
    """When to try again after so many failed attempts; None after the last. `chance` is from 0 to 1."""
    if attempts > len(waits):
        return None
    wait = waits[attempts - 1] * (1 + JITTER * chance)
    return later(now, seconds=max(wait, min(retry_after or 0, MAX_RETRY_AFTER)))


def retry_after_of(header: str | None, now: datetime) -> float | None:
    """Seconds, of a Retry-After in either of its forms; None for what is neither."""
    if header is None:
        return None
    if header.isascii() and header.isdecimal():
        return float(header[:9])
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def failure_of(status: int) -> Failure | None:
    """Why an answer with this status is no success."""
    if 200 <= status < 300:
        return None
    if status == 410:
        return "gone"
    return "redirect" if 300 <= status < 400 else "status"


def may_send(of_hook: int, besides: int) -> bool:
    """Whether one more may be on its way, given how many of the hook are, and how many besides each hook's first."""
    return of_hook == 0 or (of_hook < IN_FLIGHT_OF_HOOK and besides < IN_FLIGHT_BESIDES)


def is_given_up(failing_since: str, now: str) -> bool:
    """Whether a hook that does nothing but fail is to be disabled."""
    return later(failing_since, days=FAILING_DAYS) <= now


def answer_to_keep(body: bytes, hidden: Sequence[str]) -> str:
    """The beginning of an answer as one that is safe to store and to show. What is `hidden` is not repeated."""
    text = body.decode(errors="replace")
    for each in hidden:
        text = text.replace(each, HIDDEN)
    kept = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
    return kept[:ANSWER_KEPT]


def seconds_until(moment: str, now: str) -> float:
    return max(0.0, (datetime.fromisoformat(moment) - datetime.fromisoformat(now)).total_seconds())


def milliseconds(seconds: float) -> int:
    return math.ceil(seconds * 1000)
