"""Slows down guessing of the admin key without ever locking the host out, and the making of guests."""

import asyncio
import math

from gamenight.auth.errors import TooManyDevices, TooManyFailures
from gamenight.core.rates import Buckets, TokenBucket

FAILURES_A_MINUTE = 5
ALL_FAILURES_A_MINUTE = 60
DELAY = 1.0
NEW_DEVICES_A_MINUTE = 30


class Throttle:
    """Five failures a minute for each client; beyond sixty a minute in all, each failure takes a second longer."""

    def __init__(self) -> None:
        self._by_client = Buckets(FAILURES_A_MINUTE / 60, FAILURES_A_MINUTE)
        self._all = TokenBucket(ALL_FAILURES_A_MINUTE / 60, ALL_FAILURES_A_MINUTE)

    def check(self, client: str) -> None:
        """Raises TooManyFailures where the client has to wait."""
        wait = self._by_client.of(client).wait()
        if wait > 0:
            raise TooManyFailures(f"Too many wrong keys. Try again in {math.ceil(wait)} s.", retry_after=wait)

    async def failed(self, client: str) -> None:
        self._by_client.of(client).take()
        if not self._all.take():
            await asyncio.sleep(DELAY)


class NewDevices:
    """How many guests may come from one address: a household at a time, not a thousand votes of one person."""

    def __init__(self) -> None:
        self._by_client = Buckets(NEW_DEVICES_A_MINUTE / 60, NEW_DEVICES_A_MINUTE)

    def check(self, client: str) -> None:
        """Count one more; raises TooManyDevices where the client has to wait."""
        bucket = self._by_client.of(client)
        if not bucket.take():
            wait = bucket.wait()
            raise TooManyDevices(
                f"Too many new guests from this address. Try again in {math.ceil(wait)} s.", retry_after=wait
            )
