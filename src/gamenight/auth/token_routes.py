from typing import Any

import msgspec
from litestar import Request, delete, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from gamenight.auth import actions, queries
from gamenight.auth.schemas import CreatedToken, NamedToken, NewToken, StoredToken
from gamenight.auth.tokens import Scope, Tokens
from gamenight.core.database import Database
from gamenight.http.idempotency import AnsweredBefore, IdempotentWriter
from gamenight.http.schemas import PathId


def token_routes(database: Database, tokens: Tokens) -> list[HTTPRouteHandler]:
    @post("/", scope=Scope.ADMIN)
    async def create_token(data: JSONBody[NewToken], request: Request[Any, Any, Any]) -> CreatedToken:
        """Make a token with a name, for a bot, an overlay or another host. Only this answer shows it."""
        try:
            stored = await IdempotentWriter(database, request).write(actions.create_token, data)
        except AnsweredBefore as before:
            # The row is stored for an Idempotency-Key, without the token.
            stored = msgspec.json.decode(before.answer, type=StoredToken)
        return CreatedToken(**_public(stored), token=tokens.sign_named(stored))

    @get("/", scope=Scope.ADMIN)
    async def list_tokens() -> list[NamedToken]:
        """All tokens with a name that have not expired, newest first."""
        return await database.read(queries.named_tokens)

    @delete("/{token_id:int}", status_code=200, scope=Scope.ADMIN)
    async def revoke_token(token_id: PathId) -> NamedToken:
        """Revoke a token: it is refused from now on, and its live connections end."""
        stored = await database.write(actions.revoke_token, token_id)
        # The other servers learn it from the log. This one refuses the next request already.
        tokens.revoke(stored.jti)
        return NamedToken(**_public(stored))

    return [create_token, list_tokens, revoke_token]


def _public(stored: StoredToken) -> dict[str, Any]:
    return {name: getattr(stored, name) for name in NamedToken.__struct_fields__}
