"""The writes of a request, done once even when the request is sent again.

A POST may carry an `Idempotency-Key`. Its first answer is stored with the key, in the transaction of the change itself,
and returned for the same key and body within a day.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec
from litestar import MediaType, Request, Response
from sqlalchemy import Column, Connection, Table, Text, delete, insert, select

from gamenight.core.clock import earlier
from gamenight.core.database import Database, Transaction
from gamenight.core.errors import BadRequest, Conflict, GamenightError
from gamenight.core.savepoints import alone
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


class AnsweredBefore(Exception):
    """The request was answered before, and nothing is run. `answer` is the body that it got, encoded."""

    def __init__(self, answer: bytes) -> None:
        super().__init__("The request was answered before.")
        self.answer = answer


def send_again(request: Request[Any, Any, Any], before: AnsweredBefore) -> Response[bytes]:
    """The first answer, with the status that the route always has."""
    return Response(before.answer, status_code=request.route_handler.status_code, media_type=MediaType.JSON)


class IdempotentWriter:
    """Runs the actions of one request. Each request has a writer of its own."""

    def __init__(self, database: Database, request: Request[Any, Any, Any]) -> None:
        self._database = database
        self._request = request

    async def write(self, action: Callable[Concatenate[Transaction, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an action and return its result once it is committed.

        Raises AnsweredBefore for a POST with a known Idempotency-Key. A route lets it pass: `send_again` answers.
        """
        key = self._key()
        if key is None:
            return await self._database.write(action, *args, **kwargs)
        return await self._database.write(
            _once, self._request.state.subject, key, self._hash(), lambda tx: action(tx, *args, **kwargs)
        )

    async def write_together(
        self, action: Callable[[Transaction, Sequence[Item]], Sequence[T | GamenightError]], item: Item, /
    ) -> T:
        """The same for an action that takes many items at once, see Database.write_together; with a key it has one."""
        if self._key() is None:
            return await self._database.write_together(action, item)
        return await self.write(alone, action, item)

    async def check_is_new(self) -> None:
        """Raises AnsweredBefore, as `write` would, for a route that has more to do before it writes."""
        key = self._key()
        if key is not None:
            await self._database.read(_check_is_new, self._request.state.subject, key, self._hash())

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


def _once(transaction: Transaction, subject: str, key: str, request_hash: str, run: Callable[[Transaction], T]) -> T:
    connection = transaction.connection
    table = idempotency_keys
    connection.execute(delete(table).where(table.c.created_at < earlier(transaction.now, hours=STORED_HOURS)))
    _check_is_new(connection, subject, key, request_hash)
    result = run(transaction)
    answer = msgspec.json.encode(result)
    connection.execute(
        insert(table).values(
            subject=subject, key=key, request_hash=request_hash, answer=answer.decode(), created_at=transaction.now
        )
    )
    return result


def _check_is_new(connection: Connection, subject: str, key: str, request_hash: str) -> None:
    """Raises AnsweredBefore where the key came with this request, IdempotencyKeyReused with another one."""
    table = idempotency_keys
    known = connection.execute(
        select(table.c.request_hash, table.c.answer).where(table.c.subject == subject, table.c.key == key)
    ).first()
    if known is None:
        return
    if known.request_hash != request_hash:
        raise IdempotencyKeyReused("This Idempotency-Key came with another request. Use a new key for a new request.")
    raise AnsweredBefore(known.answer.encode())
