"""Background loops, restarted with a back-off when they fail; /health reports their failures."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from msgspec import Struct

logger = logging.getLogger(__name__)

MAX_PAUSE = 30.0


class LoopHealth(Struct, frozen=True, rename="camel"):
    """Whether a loop runs, how often it was restarted, and its last error."""

    running: bool
    restarts: int
    last_error: str | None


class Loops:
    """The process's background loops, by name."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._restarts: dict[str, int] = {}
        self._last_errors: dict[str, str] = {}

    def start(self, name: str, body: Callable[[], Awaitable[None]]) -> None:
        """Run `body` until it returns; start it again whenever it raises."""
        self._restarts[name] = 0
        self._tasks[name] = asyncio.get_running_loop().create_task(self._supervise(name, body), name=name)

    async def stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def report(self) -> dict[str, LoopHealth]:
        """How each loop is, by its name."""
        return {
            name: LoopHealth(not task.done(), self._restarts[name], self._last_errors.get(name))
            for name, task in self._tasks.items()
        }

    async def _supervise(self, name: str, body: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await body()
            except Exception as error:
                self._restarts[name] += 1
                self._last_errors[name] = type(error).__name__
                pause = back_off(self._restarts[name])
                logger.exception("%s failed and starts again in %.1f s", name, pause)
                await asyncio.sleep(pause)
            else:
                return


def back_off(attempt: int, *, first: float = 0.5, maximum: float = MAX_PAUSE) -> float:
    """Seconds to wait before the n-th try, with full jitter so that many don't come back at once.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    return random.uniform(0, min(maximum, first * 2 ** min(attempt, 16)))  # noqa: S311
