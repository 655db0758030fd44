"""Request bodies that are still on their way. They hold places of their own: who sends half of one and waits takes
nothing from requests that are being answered."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gamenight.core.errors import TooManyRequests, Unavailable


class ArrivingBodies:
    """Counts them: `limit` in all, `limit_of_address` of one address."""

    def __init__(self, limit: int, limit_of_address: int) -> None:
        self._limit = limit
        self._limit_of_address = limit_of_address
        self._of_address: Counter[str] = Counter()

    @contextmanager
    def place(self, address: str, is_host: Callable[[], bool]) -> Iterator[None]:
        """A place for one body until the block ends. Strangers may fill their own places, not those of hosts.

        Raises TooManyRequests or Unavailable.
        """
        if self._of_address[address] >= self._limit_of_address:
            raise TooManyRequests("Too many bodies of this address are still arriving. Finish them.", retry_after=1)
        if self._of_address.total() >= self._limit and not is_host():
            raise Unavailable("Too many requests at once. Try again in a moment.")
        self._of_address[address] += 1
        try:
            yield
        finally:
            self._of_address[address] -= 1
            if not self._of_address[address]:
                del self._of_address[address]
