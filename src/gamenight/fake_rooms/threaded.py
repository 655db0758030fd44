"""The fake room service in a thread of its own, for callers without an event loop."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from gamenight.fake_rooms.room import Room
from gamenight.fake_rooms.service import FakeRooms

P = ParamSpec("P")
R = TypeVar("R")


class ThreadedFakeRooms:
    """Hands each call over to the thread of the service and waits for it."""

    def __init__(self, fake: FakeRooms, loop: asyncio.AbstractEventLoop) -> None:
        self.fake = fake
        self.url = fake.url
        self._loop = loop

    def do(self, act: Callable[P, R], *arguments: P.args, **options: P.kwargs) -> R:
        """Call this where the rooms live, as in `rooms.do(room.join, "ANN")`."""

        async def call() -> R:
            return act(*arguments, **options)

        return self.run(call())

    def run(self, steps: Coroutine[Any, Any, R], seconds: float = 30) -> R:
        """Run these where the rooms live."""
        return asyncio.run_coroutine_threadsafe(steps, self._loop).result(seconds)

    def open(self, code: str | None = None, **options: Any) -> Room:
        return self.do(self.fake.open, code, **options)

    def until(self, happened: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until this is so, as `FakeRooms.until` does."""
        self.run(self.fake.until(happened, seconds), seconds + 5)


@contextmanager
def running(**options: Any) -> Iterator[ThreadedFakeRooms]:
    """The service until the block ends; `options` are those of `FakeRooms`."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="fake-rooms", daemon=True)
    thread.start()
    fake = FakeRooms(**options)

    def wait_for(step: Any) -> None:
        asyncio.run_coroutine_threadsafe(step, loop).result(10)

    try:
        wait_for(fake.__aenter__())
        try:
            yield ThreadedFakeRooms(fake, loop)
        finally:
            wait_for(fake.__aexit__(None, None, None))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
