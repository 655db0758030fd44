"""uvicorn's WebSocket protocol with a way for the hub to write at once, and a close that always frees the socket.

An event is framed once and written to each client's transport in the same turn, without a task or a queue of ours: what
waits is what the transport has not sent yet, and that is bounded. uvicorn itself would wait for ever for a client that
stopped reading, since it closes a transport only after its buffer has drained.
"""

import asyncio
import logging
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol
from websockets.typing import StatusLike

from gamenight.core.errors import BadRequest
from gamenight.http.errors import body_of
from gamenight.live.close_codes import CloseCode

EXTENSION = "gamenight.socket"
MAX_SILENCE = 4 / 3
"""How long a client may be silent that answers no pings, by the time in which one that does is found dead: 60 s."""
CLOSE_SECONDS = 5.0


def frame_of(text: str) -> bytes:
    """A text message as a server sends it: one unmasked frame (RFC 6455, 5.2)."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


class HandshakeInvalid(BadRequest):
    code = "handshake_invalid"


class _Handshakes(ServerProtocol):
    """The library's side of a connection, with refusals as the API gives them: JSON with a sentence and a code."""

    def reject(self, status: StatusLike, text: str) -> Response:
        response = super().reject(status, text)
        body = body_of(HandshakeInvalid(text.partition("\n")[0]))
        for name, value in (("Content-Type", "application/json"), ("Content-Length", str(len(body)))):
            del response.headers[name]
            response.headers[name] = value
        return Response(response.status_code, response.reason_phrase, response.headers, body)


class LiveProtocol(WebSocketsSansIOProtocol):
    """Found by the application in the scope's extensions, under EXTENSION."""

    _heard_at = 0.0
    """When something came from the client last."""
    _answers_pings = False

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.conn = _Handshakes(max_size=config.ws_max_size, logger=logging.getLogger("uvicorn.error"))

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = self

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.accept":
            # They would be kept in memory for as long as the client stays.
            del self.request, self.response

    @property
    def unsent(self) -> int:
        """Bytes that the client has not taken yet, without those in the kernel."""
        return self.transport.get_write_buffer_size()

    def write(self, frames: bytes) -> None:
        """Send whole frames, if the connection is still open."""
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(frames)

    async def drained(self, seconds: float) -> bool:
        """Wait until most of what was written is sent. False if that took too long."""
        if self.writable.is_set():
            return True
        try:
            async with asyncio.timeout(seconds):
                await self.writable.wait()
        except TimeoutError:
            return False
        return True

    def end(self, code: int, reason: str) -> None:
        """Send a close frame; the socket is gone when the client answers, or after CLOSE_SECONDS whatever it does."""
        if self.close_sent or self.transport.is_closing():
            return
        self.stop_keepalive()
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(CLOSE_SECONDS, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        self._heard_at = self.loop.time()
        super().data_received(data)

    def handle_pong(self, event: Frame) -> None:
        self._answers_pings = True
        super().handle_pong(event)

    def keepalive_timeout(self) -> None:
        """End the connection of a client that has not answered a ping; of one that never does, if it is silent, too."""
        allowed = MAX_SILENCE * ((self.ping_interval or 0) + (self.ping_timeout or 0))
        left = self._heard_at + allowed - self.loop.time()
        if not self._answers_pings and left > 0:
            self.pong_timer = self.loop.call_later(left, self.keepalive_timeout)
            return
        self.end(CloseCode.KEEP_ALIVE, f"{CloseCode.KEEP_ALIVE.word} no answer to a ping")

    def handle_parser_exception(self) -> None:
        super().handle_parser_exception()
        self.close_timer = self.loop.call_later(CLOSE_SECONDS, self.transport.abort)
