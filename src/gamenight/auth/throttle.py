"""Slows down guessing of the admin key without ever locking the host out, and the making of guests."""

import math

from gamenight.auth.errors import TooManyDevices, TooManyFailures
from gamenight.core.rates import Buckets, SlidingWindow

FAILURES_A_MINUTE = 5
ALL_FAILURES_A_MINUTE = 60
NEW_DEVICES_A_MINUTE = 30


class Throttle:
    """Five failures a minute for each address, and sixty a minute for all together, of which `processes` share.

    A device that was a host's before is counted by itself alone: it never waits for what others do, behind whatever
    address they are.
    """

    def __init__(self, processes: int = 1) -> None:
        self._by_address = Buckets(FAILURES_A_MINUTE / 60, FAILURES_A_MINUTE)
        self._by_device = Buckets(FAILURES_A_MINUTE / 60, FAILURES_A_MINUTE)
        self._all = SlidingWindow(max(1, ALL_FAILURES_A_MINUTE // processes), 60)

    def check(self, address: str, device: str | None) -> None:
        """Raises TooManyFailures where the client has to wait. `device` is that of a host, if it is known as one."""
        if device is not None:
            wait = self._by_device.of(device).wait()
        else:
            wait = max(self._by_address.of(address).wait(), self._all.wait())
        if wait > 0:
            raise TooManyFailures(f"Too many wrong keys. Try again in {math.ceil(wait)} s.", retry_after=wait)

    def failed(self, address: str, device: str | None) -> None:
        """Count a failure."""
        if device is not None:
            self._by_device.of(device).take()
        else:
            self._by_address.of(address).take()
            self._all.take()


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
