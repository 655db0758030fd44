"""Running the jobs of a batch: each in a savepoint of one transaction, so that one that fails undoes itself alone."""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from gamenight.core.batch_worker import Job
from gamenight.core.errors import GamenightError, Unavailable
from gamenight.core.prepared import Prepared

logger = logging.getLogger(__name__)

T = TypeVar("T")
Item = TypeVar("Item")

_savepoint = Prepared(text("SAVEPOINT job"))
_release = Prepared(text("RELEASE SAVEPOINT job"))
_roll_back = Prepared(text("ROLLBACK TO SAVEPOINT job"))


class Changing(Protocol):
    """What an action is given, as far as running it goes."""

    connection: Connection
    events: list[Any]

    def changed_sessions(self) -> set[int] | None: ...


C = TypeVar("C", bound=Changing)


class SnapshotLost(Exception):
    """A query failed in the database, and PostgreSQL refuses the rest of its transaction."""


def run_for_a_while(seconds: float, jobs: Sequence[Job], begin: Callable[[], Changing]) -> list[Job]:
    """Run jobs, the first of them at least, each on what `begin` gives; returns those that there was no time for."""
    until = time.monotonic() + seconds
    groups = deque(_groups(jobs))
    while groups:
        group = groups.popleft()
        if len(group) == 1 or not _run_together(group, begin()):
            for job in group:
                _run_in_savepoint(job, begin())
        if time.monotonic() > until:
            break
    return [job for group in groups for job in group]


def changed_sessions(jobs: Sequence[Job]) -> frozenset[int] | None:
    """The sessions that jobs have changed; None where it may be anything."""
    changed: set[int] = set()
    for job in jobs:
        if job.sessions is None:
            return None
        changed |= job.sessions
    return frozenset(changed)


def _groups(jobs: Sequence[Job]) -> list[list[Job]]:
    """Jobs that are done together, where the first of them stands; every other job alone."""
    groups: list[list[Job]] = []
    of_action: dict[Any, list[Job]] = {}
    for job in jobs:
        group = of_action.get(job.together) if job.together is not None else None
        if group is not None:
            group.append(job)
            continue
        groups.append([job])
        if job.together is not None:
            of_action[job.together] = groups[-1]
    return groups


def alone(transaction: C, action: Callable[[C, Sequence[Item]], Sequence[T | GamenightError]], item: Item) -> T:
    """Run an action that takes many items on one; raises the error that refuses it."""
    (result,) = action(transaction, [item])
    if isinstance(result, GamenightError):
        raise result
    return result


def _run_together(jobs: Sequence[Job], transaction: Changing) -> bool:
    """Run a group of jobs in one savepoint. False, and nothing is changed, where that failed."""
    connection = transaction.connection
    action = jobs[0].together
    assert action is not None  # noqa: S101
    _savepoint.run(connection)
    try:
        results = action(transaction, [job.item for job in jobs])
    except Exception as error:
        if isinstance(error, DBAPIError) and (error.connection_invalidated or storage_failure(error)):
            raise  # the storage failed, not these jobs
        logger.warning("A batch of %d failed and is done one by one: %s", len(jobs), error)
        _undo(connection)
        return False
    _release.run(connection)
    for job, result in zip(jobs, results, strict=True):
        if isinstance(result, GamenightError):
            job.error = result
        else:
            job.result = result
    jobs[0].events = transaction.events
    jobs[0].sessions = transaction.changed_sessions()
    return True


def _run_in_savepoint(job: Job, transaction: Changing) -> None:
    connection = transaction.connection
    _savepoint.run(connection)
    try:
        job.result = job.call(transaction)
        job.events = transaction.events
        job.sessions = transaction.changed_sessions()
    except DBAPIError as error:
        if error.connection_invalidated or storage_failure(error):
            raise  # the storage failed, not this job
        _undo(connection)
        job.error = _took_too_long(error) if _is_passing(error) else error
    except Exception as error:
        _undo(connection)
        job.error = error
    else:
        _release.run(connection)


def _undo(connection: Connection) -> None:
    _roll_back.run(connection)
    _release.run(connection)


def run_query(job: Job, connection: Connection) -> None:
    """Run a job that only reads. Raises SnapshotLost after one that failed in the database, and the error itself where
    it is the storage that failed."""
    try:
        job.result = job.call(connection)
    except DBAPIError as error:
        if storage_failure(error) and not _is_passing(error):
            raise  # the storage failed, not this query
        job.error = _took_too_long(error) if _is_passing(error) else error
        raise SnapshotLost from error
    except Exception as error:
        job.error = error


def _is_passing(error: DBAPIError) -> bool:
    """Whether the same statement may work in a moment: it waited too long, or the connection was lost."""
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return str(name).startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_INTERRUPT"))
    return isinstance(error, OperationalError)


def _took_too_long(error: DBAPIError) -> Unavailable:
    logger.warning("The database gave up on a statement: %s", error.orig)
    return Unavailable("The database could not do this in time. Try again in a moment.")


def storage_failure(error: Exception) -> str:
    """SQLite's name of an error of the storage, such as SQLITE_FULL or SQLITE_IOERR_FSYNC; else empty."""
    original = getattr(error, "orig", error)
    name = getattr(original, "sqlite_errorname", "") or ""
    storage = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_BUSY", "SQLITE_READONLY")
    return name if name.startswith(storage) else ""
