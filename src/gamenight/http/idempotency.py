"""The writes of a request, done once even when the request is sent again.

A POST may carry an `Idempotency-Key`. Its first answer is stored with the key, in the transaction of the change itself,
and returned for the same key and body within a day.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import msgspec
from litestar import Request
from sqlalchemy import Column, Connection, Table, Text, delete, insert, select

from gamenight.core.clock import earlier
from gamenight.core.database import Database, Transaction, alone
from gamenight.core.errors import BadRequest, Conflict, GamenightError
from gamenight.core.tables import metadata

P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")

STORED_HOURS = 24
MAX_KEY_LENGTH = 255

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_hash", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("created_at", Text, nullable=False, index=True),
    sqlite_strict=True,
)


class IdempotencyKeyInvalid(BadRequest):
    code = "idempotency_key_invalid"


class IdempotencyKeyReused(Conflict):
    code = "idempotency_key_reused"


class IdempotentWriter:
    """Runs the actions of one request. Each request has a writer of its own."""

    def __init__(self, database: Database, request: Request[Any, Any, Any]) -> None:
        self._database = database
        self._request = request

    async def write(self, action: Callable[Concatenate[Transaction, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an action and return its result once it is committed.

        For a POST with a known Idempotency-Key nothing is run: returns the first answer encoded, as it was sent.
        """
        key = self._key()
        if key is None:
            return await self._database.write(action, *args, **kwargs)
        answer = await self._database.write(
            _once, self._request.state.subject, key, self._hash(), lambda tx: action(tx, *args, **kwargs)
        )
        return cast("T", msgspec.Raw(answer))

    async def write_together(
        self, action: Callable[[Transaction, Sequence[Item]], Sequence[T | GamenightError]], item: Item, /
    ) -> T:
        """The same for an action that takes many items at once, see Database.write_together; with a key it has one."""
        if self._key() is None:
            return await self._database.write_together(action, item)
        return await self.write(alone, action, item)

    async def first_answer(self) -> Any:
        """The answer that this request got the first time, encoded; None for a new request."""
        key = self._key()
        if key is None:
            return None
        answer = await self._database.read(_known_answer, self._request.state.subject, key, self._hash())
        return None if answer is None else msgspec.Raw(answer)

    def _key(self) -> str | None:
        key = self._request.headers.get("idempotency-key")
        if key is None or self._request.method != "POST":
            return None
        if not 0 < len(key) <= MAX_KEY_LENGTH or not key.isascii() or not key.isprintable():
            raise IdempotencyKeyInvalid(f"An Idempotency-Key is 1 to {MAX_KEY_LENGTH} visible ASCII characters.")
        return key

    def _hash(self) -> str:
        request = self._request
        payload = f"{request.method} {request.url.path}?{request.url.query}\n".encode() + request.state.body
        return hashlib.sha256(payload).hexdigest()


def _once(
    transaction: Transaction, subject: str, key: str, request_hash: str, run: Callable[[Transaction], T]
) -> bytes:
    connection = transaction.connection
    table = idempotency_keys
    connection.execute(delete(table).where(table.c.created_at < earlier(transaction.now, hours=STORED_HOURS)))
    known = _known_answer(connection, subject, key, request_hash)
    if known is not None:
        return known
    answer = msgspec.json.encode(run(transaction))
    connection.execute(
        insert(table).values(
            subject=subject, key=key, request_hash=request_hash, answer=answer.decode(), created_at=transaction.now
        )
    )
    return answer


def _known_answer(connection: Connection, subject: str, key: str, request_hash: str) -> bytes | None:
    """Raises IdempotencyKeyReused where the key came with another request."""
    table = idempotency_keys
    known = connection.execute(
        select(table.c.request_hash, table.c.answer).where(table.c.subject == subject, table.c.key == key)
    ).first()
    if known is None:
        return None
    if known.request_hash != request_hash:
        raise IdempotencyKeyReused("This Idempotency-Key came with another request. Use a new key for a new request.")
    return str(known.answer).encode()
