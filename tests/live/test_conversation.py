"""A conversation whose hub lags behind the log, as it does for a moment after each commit."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, cast

import pytest

from gamenight.auth.callers import Callers
from gamenight.auth.cookies import Cookies
from gamenight.auth.last_use import LastUse
from gamenight.auth.tokens import Scope, Tokens
from gamenight.core import log
from gamenight.core.database import Database
from gamenight.core.errors import Unavailable
from gamenight.core.hub import CHUNK, Hub
from gamenight.core.transient import TransientEvents
from gamenight.http.address import Address
from gamenight.live.conversation import Conversation
from gamenight.live.moments import Moments
from gamenight.live.protocol import LiveProtocol, frame_of
from gamenight.sessions import actions
from gamenight.sessions.schemas import NewSessionGame, Session
from gamenight.settings import load

TOKENS = Tokens(b"a secret of thirty-two bytes or so")


class Wire:
    """The client's end: keeps what is written to it."""

    unsent = 0

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def write(self, frames: bytes) -> None:
        self.messages += [json.loads(text) for text in _texts(frames)]

    async def drained(self, _seconds: float) -> bool:
        return True

    def types(self) -> list[str]:
        return [message["type"] for message in self.messages]


def _texts(frames: bytes) -> Iterator[bytes]:
    """What is in frames as a server sends them (RFC 6455, 5.2)."""
    while frames:
        begins, size = 2, frames[1]
        if size >= 126:
            begins = 4 if size == 126 else 10
            size = int.from_bytes(frames[2:begins])
        yield frames[begins : begins + size]
        frames = frames[begins + size :]


class Bystander:
    """A listener that the client shares the hub with."""

    sees_all = True

    def offer(self, newest: log.Event, frames: bytes) -> None:
        pass


class Read:
    """A database of which each reading is counted. `meanwhile` is done once, after a reading and before its answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.readings = 0
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    async def read(self, *arguments: Any, **options: Any) -> Any:
        return await self._counted(self._database.read(*arguments, **options))

    async def replay(self, *arguments: Any) -> Any:
        return await self._counted(self._database.replay(*arguments))

    async def _counted(self, reading: Awaitable[Any]) -> Any:
        self.readings += 1
        meanwhile, self.meanwhile = self.meanwhile, None
        result = await reading
        if meanwhile is not None:
            await meanwhile()
        return result


class Talk:
    """A client that is authenticated, and a hub that hands out when it is told to."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.read = Read(database)
        self.wire = Wire()
        with database.snapshot() as connection:
            self.hub = Hub(log.head(connection), lambda event: frame_of(event.text()))
        self.moments = Moments(cast("Database", self.read))
        database.on_commit = lambda _events: self.moments.forget()
        self.conversation = Conversation(
            cast("LiveProtocol", self.wire),
            database=cast("Database", self.read),
            hub=self.hub,
            transient=TransientEvents(database, self.hub),
            moments=self.moments,
            callers=Callers(TOKENS, Cookies(Address(None)), LastUse()),
            handshake=[],
            limits=load({}).live,
            sockets_of_token={},
        )
        self._handing_out: asyncio.Task[None] | None = None

    async def say(self, **message: Any) -> None:
        await self.conversation.handle({"text": json.dumps(message)})

    async def authenticate(self) -> None:
        await self.say(type="auth", token=TOKENS.issue("admin", Scope.ADMIN, 60))

    async def begin_to_hand_out(self) -> None:
        """Hand out the next event, to as many as are offered it before anybody else gets a turn."""
        run = await self.database.read(log.read_after, self.hub.position, 1)
        self._handing_out = asyncio.create_task(self.hub.hand_out(run))
        await asyncio.sleep(0)

    async def hand_out(self) -> None:
        """Hand out the next event."""
        await self.begin_to_hand_out()
        assert self._handing_out is not None
        await self._handing_out

    async def a_session(self) -> Session:
        return await self.database.write(actions.start_session, None)

    async def a_game(self, session: Session) -> None:
        await self.database.write(actions.add_game, session.id, NewSessionGame(game_id=1))


def test_a_second_subscribe_or_auth_loses_nothing_that_the_hub_has_still_to_hand_out(database: Database) -> None:
    async def talk() -> None:
        client = Talk(database)
        session = await client.a_session()
        await client.hand_out()
        await client.authenticate()
        await client.say(type="subscribe", sessionId=session.id)
        await client.a_game(session)
        await client.say(type="subscribe", sessionId=session.id)
        assert "game.added" not in client.wire.types(), "nobody has handed it out"
        await client.hand_out()
        assert client.wire.types().count("game.added") == 1
        await client.database.write(actions.close_session, session.id, None)
        await client.a_session()
        await client.authenticate()
        while client.hub.position < await database.read(log.head):
            await client.hand_out()
        assert client.wire.types().count("session.started") == 1
        assert client.wire.types().count("game.added") == 1
        client.conversation.gone()

    asyncio.run(talk())


def test_a_second_subscribe_in_the_middle_of_a_hand_out_neither_loses_nor_repeats_the_event(database: Database) -> None:
    async def talk() -> None:
        client = Talk(database)
        session = await client.a_session()
        for _ in range(CHUNK):
            client.hub.join(session.id, Bystander(), after=client.hub.position)
        await client.authenticate()
        await client.say(type="subscribe", sessionId=session.id)
        await client.hand_out()
        await client.a_game(session)
        # The others have been offered it when the second subscribe comes to its point.
        client.read.meanwhile = client.begin_to_hand_out
        await client.say(type="subscribe", sessionId=session.id)
        assert client.read.meanwhile is None
        assert client.wire.types().count("game.added") == 1, "read from the log"
        await asyncio.sleep(0)
        await client.a_game(session)
        while client.hub.position < await database.read(log.head):
            await client.hand_out()
        assert client.wire.types().count("game.added") == 2
        client.conversation.gone()

    asyncio.run(talk())


def test_all_who_come_before_something_changes_share_one_reading(database: Database) -> None:
    async def talk() -> None:
        first = Talk(database)
        session = await first.a_session()
        await first.a_game(session)
        moments = await asyncio.gather(*(first.moments.of(session.id) for _ in range(50)))
        assert first.read.readings == 1
        assert await first.moments.of(session.id) is moments[0]
        assert first.read.readings == 1
        await first.authenticate()
        await first.say(type="subscribe", sessionId=session.id, snapshot=True)
        assert first.read.readings == 2, "only the log's position"
        assert first.wire.messages[-1]["type"] == "snapshot"
        first.conversation.gone()

    asyncio.run(talk())


def test_a_reading_that_a_commit_overtakes_is_not_given_to_those_who_ask_after_the_commit(database: Database) -> None:
    async def race() -> None:
        client = Talk(database)
        session = await client.a_session()
        later: list[asyncio.Task[Any]] = []

        async def commit_and_ask() -> None:
            await client.a_game(session)
            later.append(asyncio.create_task(client.moments.of(session.id)))
            await asyncio.sleep(0)

        client.read.meanwhile = commit_and_ask
        before = await client.moments.of(session.id)
        after = await later[0]
        assert before.state is not None
        assert before.state.games == []
        assert len(after.state.games) == 1
        assert await client.moments.of(session.id) is after

    asyncio.run(race())


def test_a_reading_that_failed_is_tried_again(database: Database) -> None:
    async def fail() -> None:
        raise Unavailable("The database can't be reached just now.")

    async def ask() -> None:
        client = Talk(database)
        client.read.meanwhile = fail
        with pytest.raises(Unavailable):
            await client.moments.of(log.EVERYONE)
        assert (await client.moments.of(log.EVERYONE)).position.head == client.hub.position

    asyncio.run(ask())
