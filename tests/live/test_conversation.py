"""A conversation whose hub lags behind the log, as it does for a moment after each commit."""

import asyncio
import json
from typing import Any, cast

from gamenight.auth.callers import Callers
from gamenight.auth.cookies import Cookies
from gamenight.auth.last_use import LastUse
from gamenight.auth.tokens import Scope, Tokens
from gamenight.core import log
from gamenight.core.database import Database
from gamenight.core.hub import Hub
from gamenight.http.address import Address
from gamenight.live.conversation import Conversation
from gamenight.live.protocol import LiveProtocol, frame_of
from gamenight.sessions import actions
from gamenight.sessions.schemas import NewSessionGame
from gamenight.settings import load

TOKENS = Tokens(b"a secret of thirty-two bytes or so")


class Wire:
    """The client's end: keeps what is written to it."""

    unsent = 0

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def write(self, frames: bytes) -> None:
        self.messages.append(json.loads(frames[frames.index(b"{") :]))

    async def drained(self, _seconds: float) -> bool:
        return True

    def types(self) -> list[str]:
        return [message["type"] for message in self.messages]


def test_a_second_subscribe_or_auth_loses_nothing_that_the_hub_has_still_to_hand_out(database: Database) -> None:
    async def talk() -> None:
        session = await database.write(actions.start_session, None)
        hub = Hub(await database.read(log.head), lambda event: frame_of(event.text()))
        wire = Wire()
        conversation = Conversation(
            cast("LiveProtocol", wire),
            database=database,
            hub=hub,
            callers=Callers(TOKENS, Cookies(Address(None)), LastUse()),
            handshake=[],
            limits=load({}).live,
            sockets_of_token={},
        )

        async def say(**message: Any) -> None:
            await conversation.handle({"text": json.dumps(message)})

        token = TOKENS.issue("admin", Scope.ADMIN, 60)
        await say(type="auth", token=token)
        await say(type="subscribe", sessionId=session.id)
        await database.write(actions.add_game, session.id, NewSessionGame(game_id=1))
        assert "game.added" not in wire.types(), "nobody has handed it out"
        await say(type="subscribe", sessionId=session.id)
        assert wire.types()[-1] == "game.added"
        await database.write(actions.close_session, session.id, None)
        await database.write(actions.start_session, None)
        await say(type="auth", token=token)
        assert wire.types()[-1] == "session.started"
        conversation.gone()

    asyncio.run(talk())
