"""A night of three games at known times, and what people said of it in logs and live."""

import json
from typing import Any, NamedTuple

from tests.conftest import Meddle
from tests.support.clients import Host

TURNS = {
    "A": ("2026-11-20T19:00:00.000Z", "2026-11-20T19:30:00.000Z"),
    "B": ("2026-11-20T19:30:00.000Z", "2026-11-20T20:00:00.000Z"),
    "C": ("2026-11-20T20:00:00.000Z", "2026-11-20T20:30:00.000Z"),
}


class Night(NamedTuple):
    """A night of three games, A, B and C, half an hour each from 19:00 UTC on."""

    host: Host
    session_id: int
    games: dict[int, str]

    def live(
        self, username: str, vote: str = "up", clock: str = "19:10:00", *, milliseconds: int = 0, **more: Any
    ) -> Any:
        timestamp = f"2026-11-20T{clock}.{milliseconds:03}Z"
        return self.host.post(
            "/api/votes/live", json={"username": username, "vote": vote, "timestamp": timestamp} | more
        )

    def log(self, log: str | list[dict[str, Any]], **options: Any) -> dict[str, Any]:
        content = log if isinstance(log, str) else json.dumps(log)
        path = f"/api/sessions/{self.session_id}/chat-import"
        answer: dict[str, Any] = self.host.ok(self.host.post(path, params=options, content=content.encode()))
        return answer

    def votes(self) -> dict[str, tuple[int, int]]:
        """The votes for and against each game that has any."""
        found = {
            self.games[game["id"]]: (game["upvotes"], game["downvotes"]) for game in self.host.games_of(self.session_id)
        }
        return {name: votes for name, votes in found.items() if votes != (0, 0)}


def a_night(hana: Host, meddle: Meddle) -> Night:
    session = hana.a_session()
    games = {hana.a_game(session["id"], number)["id"]: name for number, name in enumerate(TURNS, 1)}
    meddle("UPDATE sessions SET created_at = '2026-11-20T18:50:00.000Z'")
    for id_, name in games.items():
        start, end = TURNS[name]
        meddle("UPDATE turns SET started_at = :start, ended_at = :end WHERE session_game_id = :id",
               start=start, end=end, id=id_)  # fmt: skip
    return Night(hana, session["id"], games)


def irssi(*lines: str) -> str:
    return "\n".join(["--- Log opened Fri Nov 20 18:55:00 2026", *lines, ""])


def entry(clock: str, username: str, message: str, **more: Any) -> dict[str, Any]:
    return {"timestamp": f"2026-11-20T{clock}Z", "username": username, "message": message} | more
