"""One client's conversation with the server, from its first message to its last."""

import asyncio
import logging
import time
from typing import Any

import msgspec
from msgspec import UNSET

from gamenight import __version__
from gamenight.auth.callers import Callers
from gamenight.auth.errors import TokenMissing, TokenRefused
from gamenight.auth.tokens import LEEWAY, Claims, Scope, allows
from gamenight.core import stream
from gamenight.core.database import Database
from gamenight.core.errors import BadRequest, GamenightError, Unavailable
from gamenight.core.hub import Hub
from gamenight.core.log import EVERYONE, Event
from gamenight.core.rates import TokenBucket
from gamenight.core.transient import TransientEvents
from gamenight.http.errors import BUG
from gamenight.http.headers import Headers
from gamenight.live import messages, resume, soft
from gamenight.live.close_codes import CloseCode
from gamenight.live.limits import LiveLimits
from gamenight.live.moments import Moments
from gamenight.live.protocol import LiveProtocol, frame_of
from gamenight.sessions.schemas import SessionState

logger = logging.getLogger(__name__)

MAX_ERRORS = 20
MAX_FAILED_AUTHS = 3
SOFT_PER_SECOND = 4
SOFT_AT_ONCE = 20
"""How many messages are passed on, or answered, that change nothing. Of more a client is told once."""


class TooSlow(Exception):
    """The client does not read as fast as it has to."""


class Conversation:
    """Listens to a client, answers it, and hands it the events of the topics it subscribed to.

    Also a listener of the hub. `handshake` are the headers that the client came with, `sockets_of_token` counts the
    conversations of each token in this process.
    """

    def __init__(
        self,
        socket: LiveProtocol,
        *,
        database: Database,
        hub: Hub,
        transient: TransientEvents,
        moments: Moments,
        callers: Callers,
        handshake: Headers,
        limits: LiveLimits,
        sockets_of_token: dict[str, int],
    ) -> None:
        self._socket = socket
        self._database = database
        self._hub = hub
        self._transient = transient
        self._moments = moments
        self._callers = callers
        self._handshake = handshake
        self._limits = limits
        self._sockets_of_token = sockets_of_token
        self._claims: Claims | None = None
        self._topics: set[int] = set()
        self._errors = 0
        self._failed_auths = 0
        self._messages = TokenBucket(limits.messages_per_minute / 60, limits.messages_burst)
        self._soft_messages = TokenBucket(SOFT_PER_SECOND, SOFT_AT_ONCE)
        self._is_flooding = False
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(limits.auth_seconds, self.end, CloseCode.AUTH_TIMEOUT)

    @property
    def token_id(self) -> str | None:
        """The id of the token that the client came with."""
        return None if self._claims is None else self._claims.token_id

    @property
    def sees_all(self) -> bool:
        """Whether the client may hear what is not public: the notes of sessions. A guest may not."""
        return self._claims is not None and allows(self._claims.scope, Scope.READ)

    def end(self, code: CloseCode, details: str = "") -> None:
        """Close the connection; the reason is the code's word and what comes after it."""
        self._leave()
        self._socket.end(code, f"{code.word} {details}".strip())

    def offer(self, newest: Event, frames: bytes) -> None:
        """Write events of the hub; end the connection of a client that reads them too slowly."""
        self._socket.write(frames)
        if self._socket.unsent > self._limits.buffer_bytes:
            self.end(CloseCode.TOO_SLOW, f"resume after the last id you have, {newest.id} was the newest")

    async def handle(self, message: dict[str, Any]) -> None:
        """Answer one message as ASGI delivers it."""
        text = message.get("text")
        if text is None:
            self.end(CloseCode.BINARY)
            return
        understood: messages.ClientMessage | soft.SoftMessage | None
        try:
            understood, fault = messages.parse(text), ""
        except ValueError as error:
            understood, fault = None, str(error)
        if isinstance(understood, soft.SoftMessage):
            await self._take_soft(understood)
        elif not self._messages.take():
            self.end(CloseCode.TOO_MANY_MESSAGES)
        elif understood is None:
            self._complain(fault, "not_understood")
        else:
            await self._take(understood)

    def gone(self) -> None:
        """Clean up after the connection has ended."""
        self._leave()
        if self._claims is not None:
            self._count_socket(self._claims, -1)
            self._claims = None

    async def _take(self, message: messages.ClientMessage) -> None:
        try:
            await self._answer(message)
        except TooSlow:
            self.end(CloseCode.TOO_SLOW)
        except GamenightError as error:
            self._say(messages.Error(error.sentence, error.code))
            if isinstance(error, Unavailable):
                # It would wait for events of which it was never told the beginning.
                self.end(CloseCode.UNAVAILABLE)
        except Exception:
            logger.exception("A bug answered a live client")
            self._say(messages.Error(BUG, "bug"))
            self.end(CloseCode.UNAVAILABLE)

    async def _take_soft(self, message: soft.SoftMessage) -> None:
        """Pass on what leads a poll, if a host says so. All else gets an answer, and counts towards no close."""
        of = str(message.__struct_config__.tag)
        if not self._soft_messages.take():
            if not self._is_flooding:
                self._say(messages.Ignored(of, f"At most {SOFT_PER_SECOND} of these a second: some were let be."))
            self._is_flooding = True
            return
        self._is_flooding = False
        if not isinstance(message, soft.PollLeading):
            self._say(messages.Ignored(of, f"{of} was heard. Nothing follows from it here."))
        elif self._claims is None or not allows(self._claims.scope, Scope.HOST):
            self._say(messages.Ignored(of, "Nobody was told: that takes a token of the scope host or admin."))
        else:
            try:
                await self._transient.publish(soft.read_leading(message))
            except (ValueError, GamenightError) as error:
                self._say(messages.Ignored(of, f"Nobody was told: {error}"))

    async def _answer(self, message: messages.ClientMessage) -> None:
        match message:
            case messages.Ping():
                self._say(messages.Pong())
            case messages.Auth():
                await self._authenticate(message)
            case _ if self._claims is None:
                self._complain('Say who you are first: {"type": "auth", "token": ...}.', TokenMissing.code)
            case messages.Subscribe():
                await self._subscribe(message)
            case messages.Unsubscribe():
                session_id = message.session
                self._leave_topic(session_id)
                self._say(messages.Unsubscribed(session_id, f"Unsubscribed from session {session_id}"))

    async def _authenticate(self, message: messages.Auth) -> None:
        try:
            claims = self._callers.listener(message.token, self._handshake)
        except TokenMissing as error:
            self._complain(error.sentence, error.code)
            return
        except TokenRefused as error:
            self._failed_auths += 1
            self._say(messages.AuthError(error.sentence))
            if self._failed_auths >= MAX_FAILED_AUTHS:
                self.end(CloseCode.NOT_AUTHENTICATED)
            return
        if not self._accept(claims):
            self.end(CloseCode.TOO_MANY_CONNECTIONS)
            return
        start = await self._start_of_everyone(message)
        self._say(messages.AuthSuccess())
        self._say(
            messages.Hello(
                start.position.stream,
                start.position.head,
                self._limits.heartbeat_seconds,
                self._limits.message_bytes,
                self._limits.auth_seconds,
                f"gamenight/{__version__}",
            )
        )
        if start.resync is not None and start.state is not None:
            active = start.state.shown(notes=self.sees_all)
            self._say(messages.ResyncOfEveryone(start.resync, start.after, start.position.stream, active))
        await self._follow(EVERYONE, start.after, goes_on=message.since is UNSET)

    def _accept(self, claims: Claims) -> bool:
        """Replace the client's token. False if the new one has too many connections."""
        if self._claims is not None:
            self._count_socket(self._claims, -1)
        self._claims = claims
        self._count_socket(claims, 1)
        self._deadline.cancel()
        seconds = claims.expires_at + LEEWAY - time.time()
        self._deadline = asyncio.get_running_loop().call_later(seconds, self.end, CloseCode.TOKEN_EXPIRED)
        return self._sockets_of_token[claims.token_id] <= self._limits.sockets_per_token

    async def _subscribe(self, message: messages.Subscribe) -> None:
        session_id = message.session
        if len(self._topics - {EVERYONE, session_id}) >= self._limits.subscriptions:
            raise TooManySubscriptions(f"At most {self._limits.subscriptions} sessions. Unsubscribe from one first.")
        start = await self._start_of_session(session_id, message)
        stream_name = start.position.stream
        self._say(messages.Subscribed(session_id, f"Subscribed to session {session_id}", stream_name))
        if start.resync is not None and start.state is not None:
            state = start.state.shown(notes=self.sees_all)
            self._say(messages.Resync(start.resync, start.after, stream_name, state, session_id))
        elif start.snapshot is not None:
            self._socket.write(start.snapshot.snapshot(notes=self.sees_all))
        await self._drained()
        await self._follow(session_id, start.after, goes_on=message.since is UNSET and start.snapshot is None)

    async def _start_of_everyone(self, message: messages.Auth) -> resume.Start[messages.ActiveSession]:
        moment = await self._moments.of(EVERYONE)
        start = resume.start_at(moment, message.since, message.stream)
        if start is not None:
            return start
        return await self._database.read(resume.start_of_everyone, message.since, message.stream)

    async def _start_of_session(self, session_id: int, message: messages.Subscribe) -> resume.Start[SessionState]:
        moment = await self._moments.of(session_id)
        snapshot = bool(message.snapshot)
        start = resume.start_at(moment, message.since, message.stream, snapshot=snapshot)
        if start is not None:
            return start
        return await self._database.read(
            resume.start_of_session, session_id, message.since, message.stream, snapshot=snapshot
        )

    async def _follow(self, topic: int, after: int, *, goes_on: bool) -> None:
        """Follow a topic from an id, or on from where it is if it is followed already and only `goes_on`."""
        offered = self._leave_topic(topic)
        if goes_on and offered is not None:
            after = offered
        self._topics.add(topic)
        await stream.replay_then_join(
            self._database,
            self._hub,
            self,
            topic,
            after=after,
            send=self._replay,
            is_subscribed=lambda: topic in self._topics,
        )

    async def _replay(self, frames: bytes) -> None:
        self._socket.write(frames)
        await self._drained()

    async def _drained(self) -> None:
        """Wait until the client has read most of what was sent; raises TooSlow."""
        if not await self._socket.drained(self._limits.drain_seconds):
            raise TooSlow

    def _say(self, message: msgspec.Struct) -> None:
        self._socket.write(frame_of(msgspec.json.encode(message).decode()))

    def _complain(self, sentence: str, code: str) -> None:
        self._errors += 1
        self._say(messages.Error(sentence, code))
        if self._claims is None and self._errors >= MAX_FAILED_AUTHS:
            self.end(CloseCode.NOT_AUTHENTICATED)
        elif self._errors >= MAX_ERRORS:
            self.end(CloseCode.NOT_UNDERSTOOD)

    def _leave(self) -> None:
        self._deadline.cancel()
        for topic in list(self._topics):
            self._leave_topic(topic)

    def _leave_topic(self, topic: int) -> int | None:
        """Returns the id up to which the client has been sent the topic's events, if it followed the topic."""
        self._topics.discard(topic)
        return self._hub.leave(topic, self)

    def _count_socket(self, claims: Claims, change: int) -> None:
        count = self._sockets_of_token.get(claims.token_id, 0) + change
        if count > 0:
            self._sockets_of_token[claims.token_id] = count
        else:
            self._sockets_of_token.pop(claims.token_id, None)


class TooManySubscriptions(BadRequest):
    code = "too_many_subscriptions"
