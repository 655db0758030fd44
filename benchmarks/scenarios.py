"""What is measured. Each scenario loads the servers in turn, a slice at a time."""

import asyncio
import time
from collections.abc import Callable, Iterator
from itertools import count, cycle
from typing import Protocol

from msgspec import Struct

from benchmarks.data import Nights
from benchmarks.http_load import Load, encode
from benchmarks.live_load import FanOut, LiveClient, handshake, open_clients
from benchmarks.processes import Server
from benchmarks.reader import Reader
from benchmarks.vote_load import VoteNight
from benchmarks.watched_votes import WatchedVotes

CONNECTIONS = 64
PACED_EVENTS = 10
BUSY_DELIVERIES = 50_000
STORM_AT_ONCE = 500
MAX_COUNT = 100_000
"""The largest player count that the server takes."""


class Outcome(Struct):
    """What one slice came to: operations (answers, deliveries or clients), and the seconds that each took.

    `deliveries` are those that went out meanwhile, where they are not what is counted.
    """

    seconds: float
    operations: int
    times: list[float]
    failures: int
    missed: int = 0
    deliveries: int = 0


class Running(Protocol):
    """A scenario's connections to one server."""

    async def open(self) -> None: ...

    async def run(self, seconds: float) -> Outcome: ...

    def close(self) -> None: ...


class Scenario(Struct, frozen=True):
    """`peers` says whether peers can do it too: those speak of votes, a session's games and a WebSocket only."""

    start: Callable[[Server, Nights, int], Running]
    peers: bool = False


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


class Votes:
    """Viewers that vote without a pause, on a night that has some votes already."""

    def __init__(self, server: Server, already: int) -> None:
        self._night = VoteNight(server)
        self._already = already

    async def open(self) -> None:
        await self._night.open(self._already)

    async def run(self, seconds: float) -> Outcome:
        done = await self._night.vote(seconds)
        return Outcome(done.seconds, len(done.times), done.times, done.failures, self._night.uncounted())

    def close(self) -> None:
        self._night.close()


class Watched:
    """The same while live clients look on. Votes are counted; the times are those of the deliveries."""

    def __init__(self, server: Server, clients: int) -> None:
        self._votes = WatchedVotes(server, clients)

    async def open(self) -> None:
        await self._votes.open()

    async def run(self, seconds: float) -> Outcome:
        done, votes = await self._votes.run(seconds)
        return Outcome(done.seconds, votes, done.times, done.failures, done.missed, done.deliveries)

    def close(self) -> None:
        self._votes.close()


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


class ReadsMeanwhile:
    """Reads at a steady pace beside a steady number of deliveries."""

    def __init__(self, server: Server, nights: Nights, clients: int) -> None:
        session = nights.sessions[-1]
        self._fan_out = FanOut(server, session, nights.games[session], clients)
        self._reader = Reader(server, nights.sessions)
        self._rate = BUSY_DELIVERIES / clients

    async def open(self) -> None:
        await self._fan_out.open()

    async def run(self, seconds: float) -> Outcome:
        events, read = await asyncio.gather(self._fan_out.run(seconds, rate=self._rate), self._reader.read(seconds))
        failures = events.failures + read.failures
        return Outcome(events.seconds, len(read.times), read.times, failures, events.missed, events.deliveries)

    def close(self) -> None:
        self._fan_out.close()
        self._reader.close()


class Storm:
    """Many live clients that come at once: how long until each is subscribed. However long it takes."""

    def __init__(self, server: Server, session_id: int, clients: int) -> None:
        self._server = server
        self._session_id = session_id
        self._count = clients

    async def open(self) -> None:
        pass

    async def run(self, _seconds: float) -> Outcome:
        opening = handshake(self._server, self._session_id)
        clients = [LiveClient(opening) for _number in range(self._count)]
        ready_at: list[float] = []
        for client in clients:
            client.ready.add_done_callback(lambda _ready: ready_at.append(time.perf_counter()))
        began = time.perf_counter()
        try:
            await open_clients(self._server.port, clients, STORM_AT_ONCE)
        finally:
            for client in clients:
                client.close()
        times = [moment - began for moment in ready_at]
        return Outcome(max(times), len(times), times, self._count - len(times))

    def close(self) -> None:
        pass


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


def vote(already: int) -> Callable[[Server, Nights, int], Running]:
    """POST /api/votes/live, each by somebody else, on a night that has so many votes already."""
    return lambda server, _nights, _clients: Votes(server, already)


def votes_watched(server: Server, _nights: Nights, clients: int) -> Running:
    """The same with live clients: until the last of them has the event of the last vote."""
    return Watched(server, clients)


def fan_out(server: Server, nights: Nights, clients: int) -> Running:
    """Ten hosts write as fast as their events reach all live clients of the session."""
    session = nights.sessions[-1]
    return Events(FanOut(server, session, nights.games[session], clients), rate=None)


def fan_out_paced(server: Server, nights: Nights, clients: int) -> Running:
    """Ten events a second in all, far from the limit: how long it takes from the write to each client."""
    session = nights.sessions[-1]
    return Events(FanOut(server, session, nights.games[session], clients), rate=PACED_EVENTS)


def storm(times: int) -> Callable[[Server, Nights, int], Running]:
    """All live clients of a session, or `times` as many, connect at once."""
    return lambda server, nights, clients: Storm(server, nights.sessions[-1], times * clients)


SCENARIOS = {
    "read": Scenario(read, peers=True),
    "read-fresh": Scenario(read_fresh, peers=True),
    "write": Scenario(write),
    "pick": Scenario(pick),
    "vote": Scenario(vote(0), peers=True),
    "vote-1000": Scenario(vote(1000), peers=True),
    "vote-5000": Scenario(vote(5000), peers=True),
    "votes-watched": Scenario(votes_watched, peers=True),
    "fan-out": Scenario(fan_out),
    "fan-out-paced": Scenario(fan_out_paced),
    "reads-meanwhile": Scenario(ReadsMeanwhile),
    "storm": Scenario(storm(1), peers=True),
    "storm-5": Scenario(storm(5), peers=True),
}


def _repeated(method: str, path: str, body: str | None = None) -> Scenario:
    """One connection that sends the same request again and again, each time to an address that is new."""

    def start(server: Server, _nights: Nights, _clients: int) -> Running:
        joint = "&" if "?" in path else "?"
        requests = (encode(method, path if body else f"{path}{joint}n={number}", body=body) for number in count())
        return Requests(server, [requests])

    return Scenario(start)


def _session_games(server: Server, nights: Nights, _clients: int) -> Running:
    sessions = cycle(nights.sessions)
    return Requests(server, [(encode("GET", f"/api/sessions/{next(sessions)}/games?n={n}") for n in count())])


HISTORY = {
    "history-pick": _repeated("POST", "/api/pick", '{"playerCount":4}'),
    "history-balanced": _repeated("POST", "/api/pick", '{"playerCount":4,"mode":"balanced"}'),
    "history-games": _repeated("GET", "/api/games"),
    "history-stats": _repeated("GET", "/api/stats"),
    "history-highlights": _repeated("GET", "/api/stats/highlights"),
    "history-year": _repeated("GET", "/api/stats/highlights?period=2025"),
    "history-periods": _repeated("GET", "/api/stats/periods?by=year"),
    "history-votes": _repeated("GET", "/api/votes?limit=50"),
    "history-sessions": _repeated("GET", "/api/sessions?limit=10"),
    "history-session": Scenario(_session_games),
}
"""The requests to two servers of ours, one with a few nights and one with years of them."""
