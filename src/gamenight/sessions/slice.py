from gamenight.auth.callers import Callers
from gamenight.core.runtime import Runtime
from gamenight.http.slices import Routes, Slice
from gamenight.sessions.retention import prune_for_ever
from gamenight.sessions.routes import FAST_READS, SESSIONS, archive_routes, changing_routes, reading_routes
from gamenight.sessions.settings import SessionSettings


def sessions_slice(runtime: Runtime, settings: SessionSettings, callers: Callers) -> Slice:
    database = runtime.database

    async def prune() -> None:
        await prune_for_ever(database, days=settings.events_days, keep=settings.events_kept)

    return Slice(
        routes=[
            Routes(
                *SESSIONS, [*reading_routes(database, callers), *changing_routes(database), *archive_routes(database)]
            )
        ],
        fast_reads=FAST_READS,
        loops=[lambda loops: runtime.leases.start(loops, "retention", prune)],
    )
