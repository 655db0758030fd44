"""`gamenight fake-rooms`: the service on a port, playing one script again and again until it is stopped."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import msgspec

from gamenight.core.errors import StartError
from gamenight.fake_rooms import faults, scripts
from gamenight.fake_rooms.faults import Faults
from gamenight.fake_rooms.scripts import Performance, Script
from gamenight.fake_rooms.service import FakeRooms

PAUSE_SECONDS = 10.0
"""Between the end of a script and its next beginning."""


def listing() -> str:
    rows = [f"  {name}: {scripts.load(name).about}" for name in scripts.names()]
    return "\n".join(["Scripts:", *rows, "Faults:", *(f"  {name}" for name in faults.known())])


def run(*, host: str, port: int, script: str, fault: str | None, speed: float, say: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. Raises StartError."""
    played, wrong = _script(script), _faults(fault)

    async def serve() -> None:
        fake = FakeRooms(host, port)
        fake.faults = wrong
        await _serve(fake, played, speed, say)

    try:
        asyncio.run(serve())
    except OSError as error:
        problem = f"Port {port} of {host} can't be used ({error.strerror}). Choose another with --port."
        raise StartError(problem) from error


async def _serve(fake: FakeRooms, script: Script, speed: float, say: Callable[[str], None]) -> None:
    async with fake:
        say(f"The fake room service is at {fake.url}. Ctrl+C stops it.")
        say(f"{script.about} Rooms: {', '.join(dict.fromkeys(room.options.code for room in script.rooms))}.")
        say(f"Point gamenight at it: GAMENIGHT_ROOMS_URL={fake.url}")
        await _until_stopped(_play_for_ever(fake, script, speed))


async def _play_for_ever(fake: FakeRooms, script: Script, speed: float) -> None:
    while True:
        await Performance(fake, script).run(speed)
        await asyncio.sleep(PAUSE_SECONDS / speed)


async def _until_stopped(playing: Coroutine[Any, Any, None]) -> None:
    """Raises what the playing raises."""
    task = asyncio.create_task(playing)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl+C is a KeyboardInterrupt there
            loop.add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


def _script(name: str) -> Script:
    try:
        return scripts.load(name)
    except OSError as error:
        known = ", ".join(scripts.names())
        raise StartError(
            f"There is no script {name} ({error.strerror}). Name a JSON file, or one of: {known}."
        ) from error
    except msgspec.DecodeError as error:
        raise StartError(f"The script {name} can't be played: {error}.") from error


def _faults(name: str | None) -> Faults:
    if name is None:
        return Faults()
    if name not in faults.known():
        raise StartError(f"There is no fault {name}. Name one of: {', '.join(faults.known())}.")
    return faults.named(name)
