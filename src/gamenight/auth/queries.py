from sqlalchemy import Connection, func, select

from gamenight.auth.errors import TokenNotFound
from gamenight.auth.schemas import NamedToken, StoredToken
from gamenight.auth.tables import tokens

_listed = [tokens.c[name] for name in NamedToken.__struct_fields__]


def named_tokens(connection: Connection) -> list[NamedToken]:
    """All that have not expired, newest first; revoked ones too."""
    return [NamedToken(**row._mapping) for row in connection.execute(select(*_listed).order_by(tokens.c.id.desc()))]


def stored_token(connection: Connection, token_id: int) -> StoredToken:
    """Raises TokenNotFound."""
    row = connection.execute(select(*_listed, tokens.c.jti).where(tokens.c.id == token_id)).first()
    if row is None:
        raise TokenNotFound(f"There is no token {token_id}. GET /api/tokens lists them all.")
    return StoredToken(**row._mapping)


def is_login(connection: Connection, token_id: int) -> bool:
    """Whether a token is that of a browser which logged in with the admin key."""
    return connection.execute(select(tokens.c.is_login).where(tokens.c.id == token_id)).scalar() == 1


def count_valid(connection: Connection, now: str) -> int:
    """How many tokens that somebody made are neither revoked nor expired."""
    valid = select(func.count()).where(tokens.c.is_login == 0, tokens.c.revoked_at.is_(None), tokens.c.expires_at > now)
    return connection.execute(valid).scalar_one()


def revoked_ids(connection: Connection) -> list[str]:
    """The ids, as tokens carry them, of all that were revoked."""
    return list(connection.execute(select(tokens.c.jti).where(tokens.c.revoked_at.is_not(None))).scalars())
