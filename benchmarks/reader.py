"""python -m benchmarks.reader PORT SESSION...: reads at a steady pace, in a process of its own.

So that what it measures is how long the server takes, and not how busy the process is that plays the live clients. Each
line of its input is how many seconds to read for; it answers with a line of JSON, the seconds that each answer took.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count, cycle

import msgspec
from msgspec import Struct

from benchmarks.http_load import Connection, encode
from benchmarks.processes import ROOT, Server

CONNECTIONS = 20
READS_PER_SECOND = 200


class Read(Struct):
    times: list[float]
    failures: int


class Reader:
    """The process, seen from the one that starts it."""

    def __init__(self, server: Server, sessions: list[int]) -> None:
        command = [sys.executable, "-m", "benchmarks.reader", str(server.port), *map(str, sessions)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    async def read(self, seconds: float) -> Read:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{seconds}\n".encode())
        self._process.stdin.flush()
        line = await asyncio.to_thread(self._process.stdout.readline)
        return msgspec.json.decode(line, type=Read)

    def close(self) -> None:
        self._process.communicate()


async def serve(port: int, sessions: list[int]) -> None:
    numbers = count()

    def requests(first: int) -> Iterator[bytes]:
        for session in cycle(sessions[first:] + sessions[:first]):
            yield encode("GET", f"/api/sessions/{session}/games?read={next(numbers)}")

    loop = asyncio.get_running_loop()
    connections = [Connection(requests(number % len(sessions))) for number in range(CONNECTIONS)]
    for connection in connections:
        await loop.create_connection(lambda this=connection: this, "127.0.0.1", port)  # type: ignore[misc]
    while line := await asyncio.to_thread(sys.stdin.readline):
        parts = await asyncio.gather(
            *(_read(each, place / READS_PER_SECOND, float(line)) for place, each in enumerate(connections))
        )
        done = Read([each for part in parts for each in part.times], sum(part.failures for part in parts))
        print(msgspec.json.encode(done).decode(), flush=True)


async def _read(connection: Connection, delay: float, seconds: float) -> Read:
    done = Read([], 0)
    began = time.perf_counter()
    due = began + delay
    while due < began + seconds:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await connection.begin(stop_at=0)
        done.times += connection.times
        done.failures += connection.failures
        due += CONNECTIONS / READS_PER_SECOND
    return done


if __name__ == "__main__":
    with suppress(OSError, AttributeError):
        os.nice(-10)  # it has next to nothing to do, and must not wait for its neighbour
    asyncio.run(serve(int(sys.argv[1]), [int(each) for each in sys.argv[2:]]))
