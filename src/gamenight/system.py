"""The service about itself: where to begin, and whether it works."""

from collections.abc import Sequence

from litestar import get
from msgspec import Struct

from gamenight import __version__
from gamenight.auth.tokens import Scope
from gamenight.core import log
from gamenight.core.database import Waiting
from gamenight.core.loops import LoopHealth
from gamenight.core.runtime import Runtime
from gamenight.http.slices import Routes, Slice
from gamenight.openapi import DOCS_PATH
from gamenight.rooms.schemas import RoomsHealth


class Health(Struct, frozen=True, rename="camel"):
    """How one process is: the `worker` of that number, of so many `workers`. `tail_lag` is how many events were
    committed but not handed out yet, `newest_backup` the file's name, of those in the folder of backups."""

    status: str
    message: str
    version: str
    database: str
    waiting: Waiting
    log_head: int
    tail_lag: int
    live_clients: int
    loops: dict[str, LoopHealth]
    rooms: RoomsHealth
    newest_backup: str | None
    worker: int
    workers: int


class Welcome(Struct, frozen=True):
    message: str
    docs: str
    health: str


def system_slice(runtime: Runtime, slices: Sequence[Slice]) -> Slice:
    """The slice that tells of the others."""
    version = runtime.database.version()
    facts = {name: fact for each in slices for name, fact in each.health.items()}

    @get("/", scope=Scope.PUBLIC, sync_to_thread=False)
    def welcome() -> Welcome:
        """Where to go from here."""
        return Welcome("gamenight is running.", DOCS_PATH, "/health")

    @get("/health", scope=Scope.PUBLIC)
    async def health() -> Health:
        """Whether the service works, and how its parts are."""
        head = await runtime.database.read(log.head)
        return Health(
            status="ok",
            message="gamenight is running.",
            version=__version__,
            database=version,
            waiting=runtime.database.waiting,
            log_head=head,
            tail_lag=max(0, head - runtime.hub.position),
            loops=runtime.loops.report(),
            worker=runtime.worker.number,
            workers=runtime.worker.count,
            **{name: fact() for name, fact in facts.items()},
        )

    return Slice(routes=[Routes("/", "System", [welcome, health])])
