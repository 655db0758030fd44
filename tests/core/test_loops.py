"""Background loops that fail, and go on."""

import asyncio
import logging

import pytest

from gamenight.core.loops import MAX_LOOP_PAUSE, Loops, back_off
from tests.support.patience import PATIENCE

pytestmark = pytest.mark.anyio


class Away(Exception):
    """What a loop needs is not there."""


async def test_a_loop_that_failed_often_goes_on_soon_after_what_it_needs_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tries = 0
    is_back = asyncio.Event()

    async def body() -> None:
        nonlocal tries
        tries += 1
        if tries <= 4:
            raise Away
        is_back.set()

    loops = Loops()
    loops.start("tail", body)
    async with asyncio.timeout(PATIENCE):
        await is_back.wait()
    assert loops.report()["tail"].restarts == 4
    assert loops.report()["tail"].last_error == "Away"
    assert all(back_off(failures, maximum=MAX_LOOP_PAUSE) <= 2 for failures in range(1, 100))
    levels = [record.levelno for record in caplog.records if record.name == "gamenight.core.loops"]
    assert levels == [logging.ERROR] + [logging.WARNING] * 3, "one traceback for one outage"
    await loops.stop()
