"""Rate limits: token buckets, one alone or one for each caller; and an exact limit for any span of time."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable


class TokenBucket:
    """Lets `burst` through at once and `rate` a second after that."""

    __slots__ = ("_burst", "_filled_at", "_level", "_now", "_rate")

    def __init__(self, rate: float, burst: float, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._now = now
        self._filled_at = now()

    def take(self) -> bool:
        """Whether one more may pass now; if so, it has."""
        self._fill()
        if self._level < 1:
            return False
        self._level -= 1
        return True

    def wait(self) -> float:
        """Seconds until one more may pass; 0 if it may now."""
        self._fill()
        return max(0.0, (1 - self._level) / self._rate)

    def _fill(self) -> None:
        now = self._now()
        self._level = min(self._burst, self._level + (now - self._filled_at) * self._rate)
        self._filled_at = now


class SlidingWindow:
    """Lets at most `limit` through in any `seconds`; for small limits, since it remembers each."""

    __slots__ = ("_limit", "_now", "_passed", "_seconds")

    def __init__(self, limit: int, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._seconds = seconds
        self._now = now
        self._passed: deque[float] = deque(maxlen=limit)

    def take(self) -> bool:
        """Whether one more may pass now; if so, it has."""
        if self.wait() > 0:
            return False
        self._passed.append(self._now())
        return True

    def wait(self) -> float:
        """Seconds until one more may pass; 0 if it may now."""
        if len(self._passed) < self._limit:
            return 0.0
        return max(0.0, self._passed[0] + self._seconds - self._now())


class Buckets:
    """One TokenBucket for each caller; beyond `maximum` the least recently used are dropped."""

    def __init__(
        self, rate: float, burst: float, *, maximum: int = 10_000, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._maximum = maximum
        self._now = now
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def of(self, caller: str) -> TokenBucket:
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._buckets[caller] = TokenBucket(self._rate, self._burst, self._now)
            if len(self._buckets) > self._maximum:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(caller)
        return bucket
