"""A night to keep: as JSON for programs, with all that there is of it, and as text for people."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import IO, Any, Final, Literal

import msgspec

from gamenight.core.database import Database
from gamenight.sessions.schemas import GameSource, SessionGame, SessionState
from gamenight.stats.download import ROWS_AT_ONCE, in_steps
from gamenight.votes import queries as votes
from gamenight.votes.schemas import PHONE

Format = Literal["json", "txt"]

SOURCES_IN_WORDS: Final[dict[GameSource, str]] = {"dice": "drawn", "manual": "chosen by hand", "poll": "voted for"}

encode = msgspec.json.encode


def file_name(state: SessionState, format_: Format) -> str:
    return f"session-{state.session.id}-{state.session.created_at[:10]}.{format_}"


async def write_json(file: IO[bytes], database: Database, state: SessionState) -> None:
    """Write the session, its games, each vote that counts, and the chat that was imported.

    The file may be passed on, so guests are not named.
    """
    session_id = state.session.id

    def votes_after(last: int) -> Awaitable[Sequence[Any]]:
        return database.read(votes.votes_after, last, session_id=session_id, limit=ROWS_AT_ONCE, hidden_platform=PHONE)

    def chat_after(last: int) -> Awaitable[Sequence[Any]]:
        return database.read(votes.chat_after, last, session_id=session_id, limit=ROWS_AT_ONCE)

    file.write(b'{\n"session": ' + encode(state.session))
    file.write(b',\n"games": [\n' + _joined(state.games) + b"\n]")
    await _write_rows(file, "votes", votes_after)
    await _write_rows(file, "chat", chat_after)
    file.write(b"\n}\n")


async def _write_rows(file: IO[bytes], name: str, read_after: Callable[[int], Awaitable[Sequence[Any]]]) -> None:
    file.write(f',\n"{name}": ['.encode())
    comma = b"\n"
    async for rows in in_steps(read_after):
        await asyncio.to_thread(file.write, comma + _joined(rows))
        comma = b",\n"
    file.write(b"\n]")


def _joined(rows: Sequence[Any]) -> bytes:
    return b",\n".join(map(encode, rows))


def as_text(state: SessionState, zone: tzinfo | None) -> str:
    """For people, with the times of where the night was. None: they are told in UTC."""
    session = state.session

    def local(moment: str) -> str:
        time = datetime.fromisoformat(moment).astimezone(zone or UTC)
        return f"{time:%Y-%m-%d %H:%M}{' UTC' if zone is None else ''}"

    lines = [
        session.notes or f"Session {session.id}",
        f"Started: {local(session.created_at)}",
        f"Closed:  {local(session.closed_at) if session.closed_at else 'still active'}",
        "",
        f"Games ({len(state.games)})",
        *(_line(number, local(game.played_at), game) for number, game in enumerate(state.games, start=1)),
    ]
    return "\n".join(lines) + "\n"


def _line(number: int, time: str, game: SessionGame) -> str:
    details: list[str] = [game.status, SOURCES_IN_WORDS[game.source]]
    if game.room_code:
        details.append(f"room {game.room_code}")
    if game.player_count is not None:
        details.append(f"{game.player_count} {'player' if game.player_count == 1 else 'players'}")
    if game.upvotes or game.downvotes:
        details.append(f"+{game.upvotes} -{game.downvotes}")
    return f"{number:3}. {time}  {game.title} ({game.pack_name}): {', '.join(details)}"
