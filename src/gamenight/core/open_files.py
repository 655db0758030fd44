"""How many files and sockets this process may have open. Each live client is one."""

import logging
import sys

logger = logging.getLogger(__name__)

RESERVED = 256
"""For the database, for requests, and for what Python itself opens."""
MAX_NEEDED = 65_536
"""Some systems have no limit at all, and programs that close all files they could have opened take long then."""


def raise_limit() -> int | None:
    """Raise the limit as far as this user may, up to MAX_NEEDED; returns it, or None where the system has none."""
    if sys.platform == "win32":
        return None
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = MAX_NEEDED if hard == resource.RLIM_INFINITY else min(hard, MAX_NEEDED)
    if soft != resource.RLIM_INFINITY and soft < highest:
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest, hard))
        return highest
    return None if soft == resource.RLIM_INFINITY else soft


def room_for(clients: int, limit: int | None) -> int:
    """How many of so many live clients a limit of open files has room for. Logs a warning if not for all."""
    if limit is None or clients <= limit - RESERVED:
        return clients
    room = max(1, limit - RESERVED)
    logger.warning(
        "This system lets the server have %d files open: %d live clients at once, of %d that are allowed. "
        "Raise it with `ulimit -n`, or LimitNOFILE in the systemd unit.",
        limit,
        room,
        clients,
    )
    return room
