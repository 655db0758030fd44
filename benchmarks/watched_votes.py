"""Live votes while many look on: each client has to receive the events of all votes."""

import time

import msgspec
from msgspec import Struct

from benchmarks.live_load import (
    FanOutSlice,
    LiveClient,
    Witness,
    all_have_received,
    different,
    handshake,
    open_clients,
    until,
)
from benchmarks.processes import Server
from benchmarks.vote_load import VoteNight

TIMED = 20
"""One client in so many has its times taken; what it received is checked for all."""


class _Vote(Struct):
    username: str


class _Data(Struct):
    vote: _Vote
    votes: int = 1


class _Event(Struct):
    """`vote.received` as we send it, and as a peer does: without `data`, `id` and `votes`."""

    type: str
    data: _Data | None = None
    vote: _Vote | None = None
    id: int = 0
    n: int = 0


class VoteWitness(Witness):
    """Receives votes. `events` has, for each, its end, its id and the number of the vote that it names."""

    def __init__(self, opening: tuple[bytes, bytes]) -> None:
        super().__init__(opening)
        self.events: list[tuple[int, int, int]] = []
        self.votes = 0

    def take(self, end: int, payload: bytes) -> None:
        event = msgspec.json.decode(payload, type=_Event)
        if event.type != "vote.received":
            return
        data = event.data or _Data(event.vote or _Vote("v0"))
        self.events.append((end, event.id or event.n, int(data.vote.username[1:])))
        self.votes += data.votes

    def forget(self) -> None:
        super().forget()
        self.events.clear()
        self.votes = 0


class WatchedVotes:
    """A night that `clients` live clients follow while viewers vote."""

    def __init__(self, server: Server, clients: int) -> None:
        self._server = server
        self._count = clients
        self._night = VoteNight(server)
        self._clients: list[LiveClient] = []

    async def open(self) -> None:
        await self._night.open()
        opening = handshake(self._server, self._night.session_id)
        self._clients = [VoteWitness(opening), *(LiveClient(opening) for _number in range(self._count - 1))]
        await open_clients(self._server.port, self._clients)

    def close(self) -> None:
        self._night.close()
        for client in self._clients:
            client.close()

    async def run(self, seconds: float) -> tuple[FanOutSlice, int]:
        """Vote for a while, until the last client has the last event; returns also how many votes it were."""
        for client in self._clients:
            client.forget()
        began = time.perf_counter()
        done = await self._night.vote(seconds)
        taken = len(done.times) - done.failures
        witness = self._clients[0]
        assert isinstance(witness, VoteWitness)
        await until(lambda: witness.votes >= taken)
        await all_have_received(self._clients)
        ids = [id_ for _end, id_, _number in witness.events]
        wrong = abs(witness.votes - taken) + (ids != sorted(set(ids))) + different(self._clients)
        sent = [(end, self._night.sent[number]) for end, _id, number in witness.events]
        times = [each for client in self._clients[::TIMED] for each in client.times(sent)]
        ended = max((client.marks[-1][0] for client in self._clients if client.marks), default=began)
        deliveries = len(witness.events) * len(self._clients)
        missed = wrong + self._night.uncounted()
        return FanOutSlice(max(ended, began + done.seconds) - began, deliveries, times, done.failures, missed), taken
