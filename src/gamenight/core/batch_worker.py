"""Work for the database, queued with a bound and done by threads a batch at a time.

The event loop hands over plain functions and awaits their results. A thread takes whatever waits and does it in one
transaction: for writes that is group commit, for reads it is one snapshot and one wake-up of the loop for many.
"""

import asyncio
import logging
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gamenight.core.errors import Busy, Unavailable

logger = logging.getLogger(__name__)

ASKED_BY: ContextVar[str] = ContextVar("asked_by", default="")
"""Whose work the running task does, such as a client's address; empty for the server's own."""


@dataclass(slots=True, eq=False)
class Job:
    """A function in the queue, and its result or error once it has run."""

    call: Callable[[Any], Any]
    future: "asyncio.Future[Any]"
    item: Any = None
    together: Callable[[Any, Sequence[Any]], Sequence[Any]] | None = None
    """What does all waiting jobs that have it at once, given their items; `call` does this one alone."""
    result: Any = None
    error: BaseException | None = None
    events: list[Any] = field(default_factory=list)
    sessions: set[int] | None = field(default_factory=set)
    """The sessions that a write has changed; None where it has changed something else, or nobody knows."""
    owner: str = ""

    def settle(self) -> None:
        """Resolve the future unless its caller was cancelled. Runs in the event loop."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class BatchWorker:
    """A bounded queue, and threads that empty it.

    `run_batch` gets the jobs, to which it may `add_waiting`, and sets result or error on each, but for those that it
    returns, which come first in the next batch. It must not raise.
    """

    def __init__(
        self,
        name: str,
        run_batch: Callable[[list[Job]], Sequence[Job]],
        *,
        threads: int,
        waiting_limit: int,
        batch_limit: int,
    ) -> None:
        self._name = name
        self._run_batch = run_batch
        self._waiting: deque[Job] = deque()
        self._waiting_limit = waiting_limit
        self._batch_limit = batch_limit
        self._changed = threading.Condition()
        self._closed = False
        self._resting = 0
        """Threads that wait for a job, or are about to."""
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True) for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def submit(
        self,
        call: Callable[[Any], Any],
        item: Any = None,
        together: Callable[[Any, Sequence[Any]], Sequence[Any]] | None = None,
    ) -> "asyncio.Future[Any]":
        """Queue a function; the future brings its result. Raises Busy when too much waits, Unavailable after close."""
        job = Job(call, asyncio.get_running_loop().create_future(), item, together, owner=ASKED_BY.get())
        if self._closed:
            raise Unavailable("The server is shutting down. Try again in a moment.")
        if self.waiting >= self._waiting_limit:
            raise Busy("Too many requests are waiting. Try again in a moment.")
        self._waiting.append(job)
        # A busy thread looks here by itself before it rests: to lock it out each time would cost more than the job.
        if self._resting:
            with self._changed:
                self._changed.notify()
        return job.future

    def close(self, seconds: float) -> bool:
        """Refuse new jobs and finish those in the queue. False if that took longer than `seconds`."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(seconds)
        return not any(thread.is_alive() for thread in self._threads)

    def add_waiting(self, jobs: list[Job]) -> None:
        """Add to a batch that has not begun what has come since it was taken."""
        with self._changed:
            while self._waiting and len(jobs) < self._batch_limit:
                jobs.append(self._waiting.popleft())

    def _take(self) -> list[Job]:
        with self._changed:
            # Said before the look at what waits, so that whoever adds to it just then knows that somebody rests.
            self._resting += 1
            try:
                while not (jobs := self._next()):
                    if self._closed and not self.waiting:
                        self._changed.notify_all()
                        return []
                    self._changed.wait()
                return jobs
            finally:
                self._resting -= 1

    def _next(self) -> list[Job]:
        """Take the jobs of a batch; none where there is nothing to do for this thread."""
        return [self._waiting.popleft() for _ in range(min(self._share(), self._batch_limit))]

    def _share(self) -> int:
        """A fair share of what waits, so that one thread doesn't take all and leave the others idle."""
        return -(-self.waiting // len(self._threads))

    def _put_back(self, left: Sequence[Job]) -> None:
        self._waiting.extendleft(reversed(left))

    def _work(self) -> None:
        while jobs := self._take():
            left: Sequence[Job] = ()
            try:
                left = self._run_batch(jobs)
            except BaseException as error:
                logger.exception("The %s thread met a bug in its own batch", self._name)
                for job in jobs:
                    job.error = job.error or error
            if left:
                with self._changed:
                    self._put_back(left)
                jobs = [job for job in jobs if job not in set(left)]
            self._settle(jobs)

    def _settle(self, jobs: Sequence[Job]) -> None:
        def settle_all() -> None:
            for job in jobs:
                job.settle()

        try:
            jobs[0].future.get_loop().call_soon_threadsafe(settle_all)
        except RuntimeError:
            logger.debug("%d results were dropped: the event loop has ended", len(jobs))


class FairWorker(BatchWorker):
    """The same, for jobs of many owners (ASKED_BY), who take turns, so that none waits for all that another asks for.

    An owner may have `of_owner` jobs that wait or run, and all threads but one work for it at once. Jobs whose caller
    has given up are left out.
    """

    def __init__(
        self,
        name: str,
        run_batch: Callable[[list[Job]], Sequence[Job]],
        *,
        threads: int,
        waiting_limit: int,
        batch_limit: int,
        of_owner: int,
    ) -> None:
        self._of_owner_limit = of_owner
        self._of_owner: Counter[str] = Counter()
        """Jobs that are not answered yet. Only the event loop's thread counts them."""
        self._by_owner: OrderedDict[str, deque[Job]] = OrderedDict()
        """What waits, in the order of the turns."""
        self._sorted = 0
        self._worked_for: dict[int, set[str]] = {}
        """The owners of the batch of each thread, by its identifier."""
        super().__init__(name, run_batch, threads=threads, waiting_limit=waiting_limit, batch_limit=batch_limit)

    @property
    def waiting(self) -> int:
        return len(self._waiting) + self._sorted

    def submit(
        self,
        call: Callable[[Any], Any],
        item: Any = None,
        together: Callable[[Any, Sequence[Any]], Sequence[Any]] | None = None,
    ) -> "asyncio.Future[Any]":
        owner = ASKED_BY.get()
        if owner and self._of_owner[owner] >= self._of_owner_limit:
            raise Busy("Too many requests of this address are waiting. Try again in a moment.")
        future = super().submit(call, item, together)
        if owner:
            self._of_owner[owner] += 1
            future.add_done_callback(partial(self._answered, owner))
        return future

    def _answered(self, owner: str, _future: "asyncio.Future[Any]") -> None:
        self._of_owner[owner] -= 1
        if not self._of_owner[owner]:
            del self._of_owner[owner]

    def _next(self) -> list[Job]:
        """The next jobs of the owner whose turn it is. Those who wait for a single one are done together."""
        self._sort()
        share = min(self._share(), self._batch_limit)
        mine = self._worked_for[threading.get_ident()] = set()
        jobs: list[Job] = []
        for owner in self._owners_with_a_turn():
            queue = self._by_owner[owner]
            if jobs and (len(jobs) >= share or len(queue) > 1):
                break
            jobs += self._wanted(queue, share)
            mine.add(owner)
            if queue:
                self._by_owner.move_to_end(owner)
                break
            del self._by_owner[owner]
        if jobs and self._sorted:
            self._changed.notify()  # an owner who had as many threads as one may have perhaps has fewer now
        return jobs

    def _wanted(self, queue: deque[Job], count: int) -> list[Job]:
        """Take so many jobs of a queue that somebody waits for."""
        jobs: list[Job] = []
        while queue and len(jobs) < count:
            job = queue.popleft()
            self._sorted -= 1
            if not job.future.done():
                jobs.append(job)
        return jobs

    def _owners_with_a_turn(self) -> list[str]:
        most = max(1, len(self._threads) - 1)
        working = Counter(owner for owners in self._worked_for.values() for owner in owners)
        return [owner for owner in self._by_owner if working[owner] < most]

    def _sort(self) -> None:
        """Give what has come its place behind what its owner asked for before."""
        while self._waiting:
            job = self._waiting.popleft()
            self._by_owner.setdefault(job.owner, deque()).append(job)
            self._sorted += 1

    def _put_back(self, left: Sequence[Job]) -> None:
        for job in reversed(left):
            self._by_owner.setdefault(job.owner, deque()).appendleft(job)
        self._sorted += len(left)
