import secrets

from sqlalchemy import delete, insert, update

from gamenight.auth import queries
from gamenight.auth.errors import TooManyTokens
from gamenight.auth.schemas import NewToken, StoredToken
from gamenight.auth.tables import tokens
from gamenight.core import log
from gamenight.core.clock import earlier, later
from gamenight.core.database import Transaction
from gamenight.core.text import clean_name

MOST_TOKENS = 100
LONGEST_NAME = 64
TOKEN_REVOKED = "token.revoked"  # noqa: S105
"""What the servers of a database tell one another; no client hears it."""


def create_token(transaction: Transaction, wanted: NewToken) -> StoredToken:
    """Raises TooManyTokens. The token isn't part of the result: it can be signed from it at any time."""
    connection, now = transaction.connection, transaction.now
    # An hour late: a token is still taken for some seconds after its end.
    connection.execute(delete(tokens).where(tokens.c.expires_at < earlier(now, hours=1)))
    if queries.count_valid(connection, now) >= MOST_TOKENS:
        raise TooManyTokens(
            f"There are {MOST_TOKENS} valid tokens already. Revoke one first.", details={"most": MOST_TOKENS}
        )
    token_id = connection.execute(
        insert(tokens)
        .values(
            name=clean_name(wanted.name, LONGEST_NAME) or wanted.scope,
            scope=wanted.scope,
            jti=secrets.token_hex(16),
            created_at=now,
            expires_at=later(now, days=wanted.days),
        )
        .returning(tokens.c.id)
    ).scalar_one()
    return queries.stored_token(connection, token_id)


def revoke_token(transaction: Transaction, token_id: int) -> StoredToken:
    """Refuse a token from now on, in every process. Again changes nothing. Raises TokenNotFound."""
    connection = transaction.connection
    token = queries.stored_token(connection, token_id)
    if token.revoked_at is not None:
        return token
    connection.execute(update(tokens).where(tokens.c.id == token_id).values(revoked_at=transaction.now))
    transaction.emit(TOKEN_REVOKED, {"jti": token.jti}, topic=log.SERVERS)
    return queries.stored_token(connection, token_id)


def note_last_use(transaction: Transaction, ids: list[str]) -> None:
    """Tokens, by the ids that they carry, were used just now."""
    transaction.connection.execute(update(tokens).where(tokens.c.jti.in_(ids)).values(last_used_at=transaction.now))
