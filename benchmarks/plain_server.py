"""The baseline: the same answers in the usual way, as plain as it can be.

uvicorn (with uvloop and httptools, as ours), one ASGI function, `json`, the standard library's `sqlite3` on one
connection in the loop's thread with synchronous=FULL, a commit for each write, PyJWT at each request, and a `send` for
each live client. Nothing is checked or limited that a benchmark doesn't send, so it does less than ours does.

python -m benchmarks.plain_server FOLDER      serves FOLDER/baseline.db on a free port of loopback
"""

import json
import random
import re
import socket
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import uvicorn

SECRET = "a-secret-of-the-benchmarks-only-0123456789"
SCHEMA = """
CREATE TABLE IF NOT EXISTS games (id INTEGER PRIMARY KEY, enabled INTEGER, facts TEXT);
CREATE TABLE IF NOT EXISTS session_games (id INTEGER PRIMARY KEY, session_id INTEGER, game_id INTEGER, title TEXT,
  pack_name TEXT, game_type TEXT, min_players INTEGER, max_players INTEGER, played_at TEXT, status TEXT,
  manually_added INTEGER, source TEXT DEFAULT 'dice', room_code TEXT, player_count INTEGER,
  player_count_check_status TEXT, player_count_check_reason TEXT, player_count_source TEXT,
  popularity_score INTEGER, upvotes INTEGER, downvotes INTEGER, symbol TEXT, ticker TEXT);
CREATE INDEX IF NOT EXISTS of_session ON session_games (session_id);
CREATE INDEX IF NOT EXISTS of_game ON session_games (game_id);
CREATE TABLE IF NOT EXISTS sessions (id INTEGER PRIMARY KEY, is_active INTEGER);
CREATE TABLE IF NOT EXISTS votes (id INTEGER PRIMARY KEY, session_game_id INTEGER, username TEXT, vote TEXT,
  timestamp TEXT);
CREATE INDEX IF NOT EXISTS of_voter ON votes (username, timestamp);
CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id INTEGER, text TEXT);
"""
PLAYS = "(SELECT count(*) FROM session_games WHERE game_id = games.id)"
FAVOR = {1: 3.0, 0: 1.0, -1: 0.2}

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def open_database(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / "baseline.db", isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.executescript(SCHEMA)
    return connection


class Refused(Exception):
    """An answer that isn't 200."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class PlainServer:
    """The ASGI application."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._listeners: dict[int, set[Send]] = {}
        self._routes: list[tuple[str, re.Pattern[str], Callable[..., Awaitable[Any]]]] = [
            ("GET", re.compile(r"/api/sessions/(\d+)/games"), self._games),
            ("PATCH", re.compile(r"/api/sessions/(\d+)/games/(\d+)/player-count"), self._player_count),
            ("POST", re.compile(r"/api/pick"), self._pick),
            ("POST", re.compile(r"/api/sessions"), self._start_session),
            ("POST", re.compile(r"/api/sessions/(\d+)/games"), self._play),
            ("POST", re.compile(r"/api/sessions/(\d+)/chat-import"), self._import),
            ("POST", re.compile(r"/api/votes/live"), self._vote),
            ("POST", re.compile(r"/api/auth/login"), self._login),
            ("GET", re.compile(r"/health"), self._health),
        ]

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._listen(receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        try:
            status, answer = 200, await self._answer(scope, body)
        except Refused as refused:
            status, answer = refused.status, {"error": "This can't be done."}
        encoded = json.dumps(answer, separators=(",", ":")).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(encoded)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": encoded})

    async def _answer(self, scope: Message, body: bytes) -> Any:
        for method, pattern, handler in self._routes:
            found = pattern.fullmatch(scope["path"])
            if found and method == scope["method"]:
                numbers = [int(each) for each in found.groups()]
                return await handler(*numbers, scope=scope, data=json.loads(body) if body else {})
        raise Refused(404)

    async def _health(self, **_request: Any) -> Any:
        return {"status": "ok"}

    async def _login(self, **_request: Any) -> Any:
        claims = {"sub": "admin", "scope": "admin", "exp": int(time.time()) + 86_400}
        return {"token": jwt.encode(claims, SECRET, algorithm="HS256")}

    async def _games(self, session_id: int, **_request: Any) -> Any:
        query = "SELECT * FROM session_games WHERE session_id = ? ORDER BY id"
        games = [dict(row) for row in self._database.execute(query, (session_id,))]
        if not games:
            raise Refused(404)
        return games

    async def _player_count(self, session_id: int, game_id: int, *, scope: Message, data: Any) -> Any:
        _check_token(scope)
        count = data["player_count"]
        if type(count) is not int or count < 0:
            raise Refused(400)
        game, event = self._change_player_count(session_id, game_id, count)
        await self._publish(event)
        return game

    async def _publish(self, event: Message) -> None:
        text = json.dumps(event, separators=(",", ":"))
        for listener in list(self._listeners.get(event["sessionId"], ())):
            await listener({"type": "websocket.send", "text": text})

    def _change_player_count(self, session_id: int, game_id: int, count: int) -> tuple[Message, Message]:
        """The game as it is now, and the event that tells of it, both committed."""
        database = self._database
        database.execute("BEGIN IMMEDIATE")
        database.execute(
            "UPDATE session_games SET player_count = ?, player_count_check_status = 'completed' "
            "WHERE session_id = ? AND id = ?",
            (count, session_id, game_id),
        )
        game = dict(database.execute("SELECT * FROM session_games WHERE id = ?", (game_id,)).fetchone())
        data = {
            "sessionId": session_id,
            "gameId": game_id,
            "playerCount": count,
            "status": "completed",
            "sessionGame": game,
        }
        event = self._log("player-count.updated", session_id, data)
        database.execute("COMMIT")
        return game, event

    def _log(self, type_: str, session_id: int, data: Message) -> Message:
        event: Message = {"type": type_, "timestamp": _now(), "data": data}
        insert = "INSERT INTO events (session_id, text) VALUES (?, ?)"
        event["id"] = self._database.execute(insert, (session_id, json.dumps(event))).lastrowid
        event["sessionId"] = session_id
        return event

    async def _start_session(self, **_request: Any) -> Any:
        self._database.execute("UPDATE sessions SET is_active = 0 WHERE is_active = 1")
        return {"id": self._database.execute("INSERT INTO sessions (is_active) VALUES (1)").lastrowid}

    async def _play(self, session_id: int, *, data: Any, **_request: Any) -> Any:
        facts = self._database.execute("SELECT facts FROM games WHERE id = ?", (data["game_id"],)).fetchone()[0]
        game = json.loads(facts)
        names = ("title", "pack_name", "game_type", "min_players", "max_players", "symbol", "ticker")
        insert = (
            f"INSERT INTO session_games (session_id, game_id, {', '.join(names)}, played_at, status, manually_added, "
            "popularity_score, upvotes, downvotes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'playing', 0, 0, 0, 0)"
        )
        values = (session_id, game["id"], *(game[name] for name in names), _now())
        return {"id": self._database.execute(insert, values).lastrowid}

    async def _import(self, session_id: int, *, data: Any, **_request: Any) -> Any:
        """Votes for the session's only game, to begin with."""
        database, chat = self._database, data["chatData"]
        game_id = database.execute("SELECT id FROM session_games WHERE session_id = ?", (session_id,)).fetchone()[0]
        rows = [(game_id, each["username"], "up", each["timestamp"]) for each in chat]
        insert = "INSERT INTO votes (session_game_id, username, vote, timestamp) VALUES (?, ?, ?, ?)"
        database.execute("BEGIN IMMEDIATE")
        database.executemany(insert, rows)
        database.execute(
            "UPDATE session_games SET upvotes = ?, popularity_score = ? WHERE id = ?", (len(rows), len(rows), game_id)
        )
        database.execute("COMMIT")
        return {"votesProcessed": len(rows)}

    async def _vote(self, *, scope: Message, data: Any) -> Any:
        _check_token(scope)
        username, vote, timestamp = data["username"], data["vote"], data["timestamp"]
        if vote not in ("up", "down") or not 1 <= len(username) <= 64:
            raise Refused(400)
        self._database.execute("BEGIN IMMEDIATE")
        try:
            answer, event = self._cast(username, vote, timestamp)
        except Refused:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")
        await self._publish(event)
        return answer

    def _cast(self, username: str, vote: str, timestamp: str) -> tuple[Message, Message]:
        database = self._database
        moment = datetime.fromisoformat(timestamp)
        session = database.execute("SELECT id FROM sessions WHERE is_active = 1").fetchone()
        if session is None:
            raise Refused(404)
        playing = "SELECT id FROM session_games WHERE session_id = ? AND played_at <= ? ORDER BY played_at DESC LIMIT 1"
        found = database.execute(playing, (session["id"], timestamp)).fetchone()
        if found is None:
            raise Refused(404)
        recent = "SELECT 1 FROM votes WHERE username = ? AND timestamp > ? AND timestamp < ?"
        second = timedelta(seconds=1)
        if database.execute(recent, (username, _text(moment - second), _text(moment + second))).fetchone():
            raise Refused(409)
        insert = "INSERT INTO votes (session_game_id, username, vote, timestamp) VALUES (?, ?, ?, ?)"
        database.execute(insert, (found["id"], username, vote, timestamp))
        column = "upvotes" if vote == "up" else "downvotes"
        score = "+ 1" if vote == "up" else "- 1"
        move = (
            f"UPDATE session_games SET {column} = {column} + 1, popularity_score = popularity_score {score} "
            "WHERE id = ? RETURNING *"
        )
        row = dict(database.execute(move, (found["id"],)).fetchone())
        totals = {name: row[name] for name in ("upvotes", "downvotes", "popularity_score")}
        cast = {"username": username, "type": vote, "timestamp": timestamp}
        game = {"id": row["game_id"], "title": row["title"]}
        answer = {
            "success": True,
            "message": f"{username} votes {row['title']} {vote}.",
            "changed": True,
            "session": {"id": session["id"], "games_played": 1},
            "game": game | totals,
            "sessionGame": row,
            "vote": cast,
        }
        data = {
            "sessionId": session["id"],
            "game": game | {"pack_name": row["pack_name"]},
            "vote": cast,
            "totals": totals,
            "votes": 1,
            "sessionGame": row,
        }
        return answer, self._log("vote.received", session["id"], data)

    async def _pick(self, *, data: Any, **_request: Any) -> Any:
        query = f"SELECT facts, {PLAYS} FROM games WHERE enabled = 1 ORDER BY id"
        games = [{**json.loads(facts), "play_count": count} for facts, count in self._database.execute(query)]
        players = data["playerCount"]
        left = [game for game in games if game["min_players"] <= players <= game["max_players"]]
        weights = [FAVOR[game["favor_bias"]] for game in left]
        chosen = random.choices(range(len(left)), weights)[0]
        candidate = {
            "game": left[chosen],
            "odds": weights[chosen] / sum(weights),
            "weight": weights[chosen],
            "factors": {"favor": weights[chosen], "packFavor": 1.0},
        }
        steps = [{"filter": "enabled", "remaining": len(games)}, {"filter": "playerCount", "remaining": len(left)}]
        return {
            "game": left[chosen],
            "poolSize": len(left),
            "totalEnabled": len(games),
            "candidates": [candidate],
            "seed": None,
            "mode": "classic",
            "filters": steps,
            "relaxed": [],
        }

    async def _listen(self, receive: Receive, send: Send) -> None:
        topics: set[int] = set()
        await receive()
        await send({"type": "websocket.accept"})
        try:
            while (message := await receive())["type"] == "websocket.receive":
                payload = json.loads(message["text"])
                if payload["type"] == "auth":
                    jwt.decode(payload["token"], SECRET, algorithms=["HS256"])
                    await send({"type": "websocket.send", "text": '{"type":"auth_success"}'})
                else:
                    topics.add(payload["sessionId"])
                    self._listeners.setdefault(payload["sessionId"], set()).add(send)
                    await send({"type": "websocket.send", "text": '{"type":"subscribed"}'})
        finally:
            for topic in topics:
                self._listeners[topic].discard(send)


def _now() -> str:
    return _text(datetime.now(UTC))


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _check_token(scope: Message) -> None:
    header = dict(scope["headers"]).get(b"authorization", b"").decode()
    try:
        jwt.decode(header.removeprefix("Bearer "), SECRET, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        raise Refused(401) from None


def main(folder: str) -> None:
    application: Any = PlainServer(open_database(Path(folder)))
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    config = uvicorn.Config(
        application,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        access_log=False,
        log_config=None,
        lifespan="off",
        timeout_keep_alive=75,
    )
    print(f"http://localhost:{listening.getsockname()[1]}", flush=True)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(sys.argv[1])
