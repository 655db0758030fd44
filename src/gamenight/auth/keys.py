"""The admin key and the secret that signs tokens: made once, kept in the database, replaced together."""

import hashlib
import hmac
import secrets

from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select

from gamenight.auth.tables import credentials, tokens
from gamenight.core.database import Transaction

MIN_KEY_LENGTH = 12
PLACEHOLDERS = ("changeme", "password", "adminkey", "admin-key", "gamenight", "secret", "example", "your-key", "12345")


class Credentials(Struct, frozen=True):
    """The hash that logins are checked with, and the secret that signs tokens."""

    admin_key_hash: bytes
    token_secret: bytes

    def is_admin_key(self, key: str) -> bool:
        return hmac.compare_digest(hash_of(key), self.admin_key_hash)


def hash_of(key: str) -> bytes:
    """SHA-256 is enough here: a key that is stored is one of ours, 128 random bits, which no dictionary has."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def weakness_of(key: str) -> str | None:
    """Why a key chosen by a person is too easy to guess, or None."""
    if len(key) < MIN_KEY_LENGTH:
        return f"it has {len(key)} characters, at least {MIN_KEY_LENGTH} are needed"
    if len(set(key)) < 5:
        return "it repeats a few characters"
    if any(key.casefold().startswith(word) for word in PLACEHOLDERS):
        return "it looks like a placeholder"
    return None


def prepare(transaction: Transaction, chosen_key: str | None) -> tuple[Credentials, str | None]:
    """The credentials to serve with, and the admin key if it was made just now. A chosen key is used but not stored."""
    secret = token_secret(transaction)
    stored = _stored(transaction.connection)
    new_key = None
    if chosen_key is not None:
        key_hash = hash_of(chosen_key)
    elif "admin_key_hash" in stored:
        key_hash = bytes.fromhex(stored["admin_key_hash"])
    else:
        new_key = secrets.token_hex(16)  # one that begins with "-" would be taken for an option
        key_hash = hash_of(new_key)
        _store(transaction, "admin_key_hash", key_hash.hex())
    return Credentials(key_hash, secret), new_key


def token_secret(transaction: Transaction) -> bytes:
    """The secret that signs tokens; made if there is none yet."""
    stored = _stored(transaction.connection).get("token_secret")
    return bytes.fromhex(stored or _store(transaction, "token_secret", secrets.token_hex(32)))


def reset(transaction: Transaction) -> str:
    """A new admin key; the old one and every token made so far are worth nothing any more."""
    transaction.connection.execute(delete(credentials))
    transaction.connection.execute(delete(tokens))
    _credentials, new_key = prepare(transaction, None)
    assert new_key is not None  # noqa: S101
    return new_key


def _stored(connection: Connection) -> dict[str, str]:
    return {row.name: row.value for row in connection.execute(select(credentials.c.name, credentials.c.value))}


def _store(transaction: Transaction, name: str, value: str) -> str:
    transaction.connection.execute(insert(credentials).values(name=name, value=value))
    return value
