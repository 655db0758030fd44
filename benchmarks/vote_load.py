"""Live votes: each by somebody else, for the game that is playing, with one of many tokens in turn."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count, cycle

from benchmarks.data import start_night
from benchmarks.http_load import Load, Slice, encode
from benchmarks.processes import Kind, Server

CONNECTIONS = 64
FILLING_SECONDS = 0.5
NAME = "v{:09d}"
"""A voter's name: always of the same length, so that all heads of one token are the same."""


class VoteNight:
    """A night that viewers vote in. `cast` votes have been answered, and `sent` tells when each was sent."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._numbers = count(1)
        self._load = Load(server.port, [self._requests() for _number in range(CONNECTIONS)])
        self.session_id = 0
        self.cast = 0
        self.sent: dict[int, float] = {}

    async def open(self, already: int = 0) -> None:
        """Begin the night, with so many votes in it already."""
        if self._server.kind is not Kind.PEER:
            self.session_id, _game = start_night(self._server)
        if already and self._server.kind is not Kind.PEER:
            self._import(already)
        await self._load.open()
        while self.cast < already:
            filled = await self.vote(FILLING_SECONDS)
            if filled.failures:
                raise RuntimeError(f"{self._server.name} refused {filled.failures} votes")

    async def vote(self, seconds: float) -> Slice:
        """Vote without a pause."""
        self.sent.clear()
        done = await self._load.run(seconds)
        self.cast += len(done.times) - done.failures
        return done

    def uncounted(self) -> int:
        """How many of the votes that were answered the night's game does not have, or has too many."""
        if self._server.kind is Kind.PEER:
            return 0
        (game,) = self._server.ask("GET", f"/api/sessions/{self.session_id}/games?votes={self.cast}")
        return abs(int(game["upvotes"]) + int(game["downvotes"]) - self.cast)

    def close(self) -> None:
        self._load.close()

    def _requests(self) -> Iterator[bytes]:
        moment, text = 0, ""
        for token in cycle(self._heads()):
            number = next(self._numbers)
            now = int(time.time() * 1000)
            if now != moment:
                moment, text = now, _text(now / 1000)
            self.sent[number] = time.perf_counter()
            yield token + _body(number, text).encode()

    def _heads(self) -> list[bytes]:
        body = _body(0, _text(0))
        return [
            encode("POST", "/api/votes/live", token=token, body=body).removesuffix(body.encode())
            for token in self._server.vote_tokens()
        ]

    def _import(self, already: int) -> None:
        now = _text(time.time())
        chat = [
            {"username": NAME.format(next(self._numbers)), "message": "thisgame++", "timestamp": now}
            for _number in range(already)
        ]
        path = f"/api/sessions/{self.session_id}/chat-import"
        self.cast += int(self._server.ask("POST", path, {"chatData": chat})["votesProcessed"])


def _body(number: int, moment: str) -> str:
    return f'{{"username":"{NAME.format(number)}","vote":"up","timestamp":"{moment}"}}'


def _text(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
