"""The scenarios that are measured. Each runs against both servers, which it loads in turn, a slice at a time."""

from collections.abc import Iterator
from itertools import count, cycle
from typing import Protocol

from msgspec import Struct

from benchmarks.data import Nights
from benchmarks.http_load import Load, encode
from benchmarks.live_load import FanOut
from benchmarks.processes import Server

CONNECTIONS = 64
PACED_EVENTS = 10
MAX_COUNT = 100_000
"""The largest player count that the server takes."""


class Outcome(Struct):
    """The result of one slice: operations (answers, or deliveries to a client), and the seconds that each took."""

    seconds: float
    operations: int
    times: list[float]
    failures: int
    missed: int = 0


class Running(Protocol):
    """A scenario's connections to one server."""

    async def open(self) -> None: ...

    async def run(self, seconds: float) -> Outcome: ...

    def close(self) -> None: ...


class Requests:
    """Keep-alive connections that ask without a pause."""

    def __init__(self, server: Server, requests: list[Iterator[bytes]]) -> None:
        self._load = Load(server.port, requests)

    async def open(self) -> None:
        await self._load.open()

    async def run(self, seconds: float) -> Outcome:
        done = await self._load.run(seconds)
        return Outcome(done.seconds, len(done.times), done.times, done.failures)

    def close(self) -> None:
        self._load.close()


class Events:
    """Live clients that receive what a few hosts write."""

    def __init__(self, fan_out: FanOut, rate: float | None) -> None:
        self._fan_out = fan_out
        self._rate = rate

    async def open(self) -> None:
        await self._fan_out.open()

    async def run(self, seconds: float) -> Outcome:
        done = await self._fan_out.run(seconds, rate=self._rate)
        return Outcome(done.seconds, done.deliveries, done.times, done.failures, done.missed)

    def close(self) -> None:
        self._fan_out.close()


def read(server: Server, nights: Nights, _clients: int) -> Running:
    """GET a session's ten games, of all sessions in turn. The same addresses again and again, as pages ask."""
    paths = [encode("GET", f"/api/sessions/{session}/games") for session in nights.sessions]
    return Requests(server, [cycle(paths[number % len(paths) :] + paths) for number in range(CONNECTIONS)])


def read_fresh(server: Server, nights: Nights, _clients: int) -> Running:
    """The same read, each time of an address that was never asked for: nothing kept from before can answer it."""
    numbers = count()

    def requests(first: int) -> Iterator[bytes]:
        for session in cycle(nights.sessions[first:] + nights.sessions[:first]):
            yield encode("GET", f"/api/sessions/{session}/games?n={next(numbers)}")

    return Requests(server, [requests(number % len(nights.games)) for number in range(CONNECTIONS)])


def write(server: Server, nights: Nights, _clients: int) -> Running:
    """PATCH the player count of games, each time another one: checked, durable and logged as an event when answered."""
    games = [(session, game) for session, of_session in nights.games.items() for game in of_session]
    values = cycle(range(1, MAX_COUNT))

    def requests(session: int, game: int) -> Iterator[bytes]:
        path = f"/api/sessions/{session}/games/{game}/player-count"
        for value in values:
            yield encode("PATCH", path, token=server.token, body=f'{{"player_count":{value}}}')

    return Requests(server, [requests(*games[number % len(games)]) for number in range(CONNECTIONS)])


def pick(server: Server, _nights: Nights, _clients: int) -> Running:
    """POST /api/pick for four players, out of the whole catalogue."""
    request = encode("POST", "/api/pick", body='{"playerCount":4}')
    return Requests(server, [cycle([request]) for _number in range(CONNECTIONS)])


def fan_out(server: Server, nights: Nights, clients: int) -> Running:
    """Ten hosts write as fast as their events are heard by all live clients of the session."""
    session = nights.sessions[-1]
    return Events(FanOut(server, session, nights.games[session], clients), rate=None)


def fan_out_paced(server: Server, nights: Nights, clients: int) -> Running:
    """Ten events a second in all, far from the limit: how long it takes from the write to each client."""
    session = nights.sessions[-1]
    return Events(FanOut(server, session, nights.games[session], clients), rate=PACED_EVENTS)


SCENARIOS = {
    "read": read,
    "read-fresh": read_fresh,
    "write": write,
    "pick": pick,
    "fan-out": fan_out,
    "fan-out-paced": fan_out_paced,
}
