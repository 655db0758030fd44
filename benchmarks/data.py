"""The data of both servers: nights of ten games each, made through the API of ours and copied to the baseline."""

import json
import sqlite3
from pathlib import Path

from msgspec import Struct

from benchmarks.plain_server import open_database
from benchmarks.processes import Kind, Server

GAMES = 10


class Nights(Struct, frozen=True):
    """The ids of each session's games, by the session's id. Both servers have the same ones."""

    games: dict[int, list[int]]

    @property
    def sessions(self) -> list[int]:
        return list(self.games)


def make_nights(product: Server, count: int) -> Nights:
    """`count` closed sessions of ten games."""
    games: dict[int, list[int]] = {}
    for number in range(count):
        session_id: int = product.ask("POST", "/api/sessions", {"notes": f"Night {number}"})["id"]
        path = f"/api/sessions/{session_id}/games"
        games[session_id] = [product.ask("POST", path, {"game_id": game + 1})["id"] for game in range(GAMES)]
        product.ask("POST", f"/api/sessions/{session_id}/close", {})
    return Nights(games)


def copy_to_baseline(product: Server, nights: Nights, folder: Path) -> None:
    """The same rows in the baseline's database, before it starts."""
    database = open_database(folder)
    database.execute("BEGIN")
    with database:
        for game in product.ask("GET", "/api/games"):
            values = (game["id"], game["enabled"], json.dumps(game))
            database.execute("INSERT INTO games VALUES (?, ?, ?)", values)
        for session_id in nights.sessions:
            database.execute("INSERT INTO sessions VALUES (?, 0)", (session_id,))
            for row in product.ask("GET", f"/api/sessions/{session_id}/games"):
                _insert_row(database, row)
    database.close()


def start_night(server: Server) -> tuple[int, int]:
    """Open a session with a game that is playing, in place of the one that may be open; returns both ids."""
    if server.kind is Kind.PRODUCT:
        active = server.ask("GET", "/api/sessions/active").get("id")
        if active is not None:
            server.ask("POST", f"/api/sessions/{active}/close", {})
    session_id: int = server.ask("POST", "/api/sessions", {})["id"]
    game_id: int = server.ask("POST", f"/api/sessions/{session_id}/games", {"game_id": 1})["id"]
    return session_id, game_id


def _insert_row(database: sqlite3.Connection, row: dict[str, object]) -> None:
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    database.execute(f"INSERT INTO session_games ({names}) VALUES ({marks})", row)
