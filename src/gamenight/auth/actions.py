import secrets
from typing import Any

import msgspec
from sqlalchemy import delete, insert, update

from gamenight.auth import queries
from gamenight.auth.cookies import LOGIN_SECONDS
from gamenight.auth.errors import TooManyTokens
from gamenight.auth.schemas import NewToken, StoredToken
from gamenight.auth.tables import tokens
from gamenight.auth.tokens import Scope
from gamenight.core import log
from gamenight.core.clock import earlier, later
from gamenight.core.database import Transaction
from gamenight.core.text import clean_name

MAX_TOKENS = 100
LOGIN_NAME = "Console"
TOKEN_REVOKED = "token.revoked"  # noqa: S105
"""An event for the other servers of the database; no client gets it."""


def create_token(transaction: Transaction, request: NewToken) -> StoredToken:
    """Raises TooManyTokens. The token isn't part of the result: it can be signed from it at any time."""
    now = transaction.now
    _forget_expired(transaction)
    if queries.count_valid(transaction.connection, now) >= MAX_TOKENS:
        raise TooManyTokens(
            f"There are {MAX_TOKENS} valid tokens already. Revoke one first.", details={"most": MAX_TOKENS}
        )
    name = clean_name(request.name) or request.scope
    return _insert(transaction, name=name, scope=request.scope, expires_at=later(now, days=request.days))


def log_in(transaction: Transaction) -> StoredToken:
    """The token of a browser whose user has the admin key: it can be revoked as others can."""
    _forget_expired(transaction)
    expires_at = later(transaction.now, seconds=LOGIN_SECONDS)
    return _insert(transaction, name=LOGIN_NAME, scope=Scope.ADMIN, expires_at=expires_at, is_login=1)


def _forget_expired(transaction: Transaction) -> None:
    # An hour late: a token is still taken for some seconds after its end.
    expired = delete(tokens).where(tokens.c.expires_at < earlier(transaction.now, hours=1))
    transaction.connection.execute(expired)


def _insert(transaction: Transaction, **values: Any) -> StoredToken:
    row = insert(tokens).values(jti=secrets.token_hex(16), created_at=transaction.now, **values)
    token_id = transaction.connection.execute(row.returning(tokens.c.id)).scalar_one()
    return queries.stored_token(transaction.connection, token_id)


def revoke_token(transaction: Transaction, token_id: int) -> StoredToken:
    """Refuse a token from now on, in every process. Again changes nothing. Raises TokenNotFound."""
    connection = transaction.connection
    token = queries.stored_token(connection, token_id)
    if token.revoked_at is not None:
        return token
    connection.execute(update(tokens).where(tokens.c.id == token_id).values(revoked_at=transaction.now))
    transaction.emit(TOKEN_REVOKED, {"jti": token.jti}, topic=log.SERVERS)
    return queries.stored_token(connection, token_id)


def revoked_token(event: log.Event) -> str | None:
    """The id that a revoked token carried, of the event that tells of it; None for another event."""
    if event.type != TOKEN_REVOKED:
        return None
    token_id: str = msgspec.json.decode(event.data)["jti"]
    return token_id


def note_last_use(transaction: Transaction, ids: list[str]) -> None:
    """Tokens, by the ids that they carry, were used just now."""
    transaction.connection.execute(update(tokens).where(tokens.c.jti.in_(ids)).values(last_used_at=transaction.now))
