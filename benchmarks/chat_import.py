"""python -m benchmarks.chat_import: a chat log of a million messages goes in while viewers vote live.

How long it takes, how much more memory the server needs for it, and how long live votes wait meanwhile and otherwise.
"""

import argparse
import http.client
import json
import random
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from benchmarks.processes import Cores, Kind, Server, running

VOTERS = 20_000
CHATTER = ("lol", "what a night", "Kappa", "c++ is no game", "one more please")
LIVE_PAUSE = 0.02
PLAYED_SECONDS = 5


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chat_import", description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000, help="how many; one in ten is a vote")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gamenight-benchmarks-") as name:
        folder = Path(name)
        with running(Kind.PRODUCT, folder / "server", Cores()) as server:
            server.log_in()
            return measure(server, folder / "chat.csv", arguments.messages)


def measure(server: Server, log: Path, messages: int) -> int:
    session = server.ask("POST", "/api/sessions")["id"]
    began = datetime.now(UTC)
    server.ask("POST", f"/api/sessions/{session}/games", {"game_id": 1})
    with LiveVotes(server) as quiet:
        time.sleep(PLAYED_SECONDS)
    write_log(log, messages, began)
    server.forget_peak()
    before = server.peak_megabytes()
    with LiveVotes(server) as busy:
        took, answer = upload(server, f"/api/sessions/{session}/chat-import", log)
    size = f"{log.stat().st_size / 2**20:.0f} MB, {answer['votesProcessed']} votes"
    print(f"{messages} messages ({size}) in {took:.1f} s")
    print(f"the server's memory: {before:.0f} MB before, {server.peak_megabytes():.0f} MB at most")
    print(f"live votes meanwhile: {busy}")
    print(f"live votes otherwise: {quiet}")
    wrong = busy.refused + quiet.refused + (answer["messagesImported"] != messages)
    return 1 if wrong else 0


def write_log(file: Path, messages: int, began: datetime) -> None:
    """A CSV of messages within the seconds in which the game was playing, no two alike."""
    chance = random.Random(1)
    with file.open("w") as log:
        log.write("timestamp,username,message\n")
        for number in range(messages):
            moment = began + timedelta(milliseconds=chance.randrange(PLAYED_SECONDS * 1000))
            text = chance.choice(["thisgame++", "thisgame--"]) if number % 10 == 0 else chance.choice(CHATTER)
            log.write(f"{moment.isoformat()},viewer{chance.randrange(VOTERS)},{text} {number}\n")


def upload(server: Server, path: str, log: Path) -> tuple[float, dict[str, int]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    start = time.perf_counter()
    with log.open("rb") as body:
        headers = {"Authorization": f"Bearer {server.token}", "Content-Length": str(log.stat().st_size)}
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        answer: dict[str, int] = json.loads(response.read())
    if response.status != 200:
        raise RuntimeError(f"The import was answered {response.status}: {answer}")
    return time.perf_counter() - start, answer


class LiveVotes:
    """A voter who votes all the time on one connection, until the block ends."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._vote)
        self.milliseconds: list[float] = []
        self.refused = 0

    def __enter__(self) -> "LiveVotes":
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        self._thread.join()

    def __str__(self) -> str:
        percentile = quantiles(self.milliseconds, n=100)[98]
        return (
            f"{len(self.milliseconds)} answered, median {median(self.milliseconds):.1f} ms, p99 {percentile:.1f} ms, "
            f"longest {max(self.milliseconds):.1f} ms, {self.refused} refused"
        )

    def _vote(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=60)
        headers = {"Authorization": f"Bearer {self._server.token}", "Content-Type": "application/json"}
        number = 0
        while not self._ended.wait(LIVE_PAUSE):
            number += 1
            body = json.dumps({"username": f"live{id(self)}-{number}", "vote": "up"})
            start = time.perf_counter()
            connection.request("POST", "/api/votes/live", body, headers)
            response = connection.getresponse()
            response.read()
            self.milliseconds.append((time.perf_counter() - start) * 1000)
            self.refused += response.status != 200


if __name__ == "__main__":
    sys.exit(main())
