from functools import partial

from gamenight.auth.callers import Callers
from gamenight.core.runtime import Runtime
from gamenight.http.slices import Routes, Slice
from gamenight.sessions.routes import SESSIONS
from gamenight.stats.routes import session_routes, stats_routes
from gamenight.stats.settler import Settler


def stats_slice(runtime: Runtime, callers: Callers) -> Slice:
    return Slice(
        routes=[
            Routes("/api/stats", "Stats", stats_routes(runtime.database, callers)),
            Routes(*SESSIONS, session_routes(runtime.database, callers)),
        ],
        loops=[partial(Settler(runtime.database).start, leases=runtime.leases)],
    )
