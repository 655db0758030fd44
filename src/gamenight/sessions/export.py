"""A night to keep: as JSON for programs, as text for people."""

from typing import Literal

import msgspec

from gamenight.sessions.schemas import SessionGame, SessionState

Format = Literal["json", "txt"]


def file_name(state: SessionState, format_: Format) -> str:
    return f"session-{state.session.id}-{state.session.created_at[:10]}.{format_}"


def as_json(state: SessionState) -> bytes:
    return msgspec.json.format(msgspec.json.encode(state))


def as_text(state: SessionState) -> bytes:
    session = state.session
    lines = [
        f"Session {session.id}",
        f"Started: {session.created_at}",
        f"Closed:  {session.closed_at or 'still active'}",
    ]
    if session.notes:
        lines.append(f"Notes:   {session.notes}")
    lines += ["", f"Games ({len(state.games)})"]
    lines += [_line(number, game) for number, game in enumerate(state.games, start=1)]
    return ("\n".join(lines) + "\n").encode()


def _line(number: int, game: SessionGame) -> str:
    details: list[str] = [game.status]
    if game.room_code:
        details.append(f"room {game.room_code}")
    if game.player_count is not None:
        details.append(f"{game.player_count} {'player' if game.player_count == 1 else 'players'}")
    return f"{number:3}. {game.played_at}  {game.title} ({game.pack_name}): {', '.join(details)}"
