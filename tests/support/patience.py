"""How long the tests wait for what has to come: as long as a busy machine may take. What has come ends the wait."""

import time
from collections.abc import Callable

PATIENCE = 120


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"not within {PATIENCE} s: {what}"
        time.sleep(0.02)
