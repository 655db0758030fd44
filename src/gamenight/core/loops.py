"""Background loops, restarted with a back-off when they fail; /health reports their failures."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable

from msgspec import Struct

logger = logging.getLogger(__name__)

MAX_PAUSE = 30.0
MAX_LOOP_PAUSE = 1.5
"""What most loops wait for is the database; when it is back, live clients shall not wait for them."""
STEADY_SECONDS = 10.0
"""A loop that ran so long has recovered: its next failure is a new one."""


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
        failures = 0
        while True:
            began = time.monotonic()
            try:
                await body()
            except Exception as error:
                failures = 1 if time.monotonic() - began > STEADY_SECONDS else failures + 1
                self._restarts[name] += 1
                self._report_failure(name, error, is_new=failures == 1)
                await asyncio.sleep(back_off(failures, maximum=MAX_LOOP_PAUSE))
            else:
                return

    def _report_failure(self, name: str, error: Exception, *, is_new: bool) -> None:
        """Log where it failed, and while it goes on failing alike only that it does."""
        kind = type(error).__name__
        if is_new or kind != self._last_errors.get(name):
            logger.exception("%s failed and starts again", name)
        else:
            logger.warning("%s failed again: %s", name, kind)
        self._last_errors[name] = kind


def back_off(attempt: int, *, first: float = 0.5, maximum: float = MAX_PAUSE) -> float:
    """Seconds to wait before the n-th try, with full jitter so that many don't come back at once.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    return random.uniform(0, min(maximum, first * 2 ** min(attempt, 16)))  # noqa: S311
