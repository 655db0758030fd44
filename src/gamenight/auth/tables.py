from sqlalchemy import Column, Integer, Table, Text

from gamenight.core.tables import flag, metadata

credentials = Table(
    "credentials",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_strict=True,
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("jti", Text, nullable=False, unique=True),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("last_used_at", Text),
    Column("revoked_at", Text),
    flag("is_login", default=0),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
"""The tokens that have a name, and those of browsers that logged in with the admin key. The token itself is not kept:
it is signed, and `jti` is its id."""
