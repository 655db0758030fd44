"""A night of the past, at whose times games were playing."""

from typing import Any

from tests.conftest import Meddle
from tests.support.clients import Host

A, B, C = 1, 2, 3
"""The games of the catalogue that were played one after the other."""
FRIDAY = [
    ("2026-11-20T19:00:00.000Z", "2026-11-20T19:30:00.000Z"),
    ("2026-11-20T19:30:00.000Z", "2026-11-20T20:00:00.000Z"),
    ("2026-11-20T20:00:00.000Z", "2026-11-20T20:30:00.000Z"),
]


def a_past_night(hana: Host, meddle: Meddle, turns: list[tuple[str, str]] = FRIDAY) -> int:
    """The id of a session, still active, in which A, B and C were playing at these times."""
    session_id: int = hana.a_session()["id"]
    games = [hana.a_game(session_id, game_id) for game_id in (A, B, C)[: len(turns)]]
    hana.set_status(games[-1], "played")
    meddle("UPDATE sessions SET created_at = :start", start=turns[0][0])
    for game, (start, end) in zip(games, turns, strict=True):
        change = "UPDATE turns SET started_at = :start, ended_at = :end WHERE session_game_id = :id"
        meddle(change, start=start, end=end, id=game["id"])
    return session_id


def send(hana: Host, session_id: int, log: str | bytes, **query: Any) -> Any:
    """The response to a log that is imported."""
    body = log.encode() if isinstance(log, str) else log
    return hana.post(f"/api/sessions/{session_id}/chat-import", content=body, params=query)


def counted(hana: Host, session_id: int) -> dict[str, tuple[int, int]]:
    """The upvotes and downvotes of the games that have some, by letter."""
    return {
        "ABC"[game["game_id"] - 1]: (game["upvotes"], game["downvotes"])
        for game in hana.games_of(session_id)
        if game["upvotes"] or game["downvotes"]
    }
