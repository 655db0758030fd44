"""Puts the parts together, and is the only one that knows them all. A capability has one line here."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from litestar import Litestar
from litestar.types import ASGIApp

from gamenight.auth.keys import Credentials
from gamenight.auth.slice import auth_slice, callers_of
from gamenight.auth.tokens import Scope
from gamenight.backups.slice import backups_slice
from gamenight.catalogue.slice import catalogue_slice
from gamenight.core.database import Database
from gamenight.core.runtime import ALONE, Part, Runtime, Worker
from gamenight.framework import framework
from gamenight.http.address import Address
from gamenight.http.fast_path import FastPath
from gamenight.http.request_limits import RequestLimits
from gamenight.http.response_cache import ResponseCache
from gamenight.live.endpoint import LiveEndpoint
from gamenight.live.protocol import frame_of
from gamenight.live.slice import live_slice
from gamenight.picker.receipts import Receipts
from gamenight.picker.slice import picker_slice
from gamenight.polls.slice import polls_slice
from gamenight.rooms.slice import rooms_slice
from gamenight.schema import migrate
from gamenight.sessions.events import without_notes
from gamenight.sessions.slice import sessions_slice
from gamenight.settings import Settings
from gamenight.stats.slice import stats_slice
from gamenight.system import system_slice
from gamenight.votes.slice import votes_slice
from gamenight.web.slice import web_slice
from gamenight.webhooks.slice import webhooks_slice


class App:
    """The service: `asgi` is the application, `fast_path` answers before it, `live` is the WebSocket."""

    def __init__(
        self, settings: Settings, database: Database, credentials: Credentials, worker: Worker = ALONE
    ) -> None:
        address = Address(settings.http.public_url, settings.http.host_names)
        self.runtime = runtime = Runtime(database, lambda event: frame_of(event.text()), worker, narrow=without_notes)
        callers = callers_of(runtime, credentials, address)
        receipts = Receipts(credentials.token_secret)
        self.live = LiveEndpoint(
            database=database,
            hub=runtime.hub,
            transient=runtime.transient,
            callers=callers,
            limits=settings.live,
        )
        capabilities = [
            auth_slice(runtime, callers, credentials),
            catalogue_slice(runtime, settings.catalogue),
            sessions_slice(runtime, settings.sessions, callers),
            picker_slice(runtime, settings.picker, receipts),
            rooms_slice(runtime, settings.rooms, receipts),
            votes_slice(runtime, settings.votes, callers),
            polls_slice(runtime, settings.picker, settings.votes),
            stats_slice(runtime, callers),
            web_slice(settings.web, settings.http, vote_grace_seconds=settings.votes.vote_grace_seconds),
            live_slice(self.live),
            webhooks_slice(runtime, settings.webhooks, settings.http),
            backups_slice(runtime, settings.backups, settings.database.folder, migrate),
        ]
        self._slices = [*capabilities, system_slice(runtime, capabilities)]
        self.litestar = framework(self._slices, callers.cookies, self._lifespan)
        cache = ResponseCache(self.litestar, callers.may_read)
        # Events, too: other processes commit as well, and the tail may read the log before on_commit was called.
        for part in (Part(on_commit=[cache.on_commit], on_events=[cache.on_publish]), *self._slices):
            runtime.add(part)
        asgi: ASGIApp = cache
        for each in self._slices:
            if each.in_front is not None:
                asgi = each.in_front(asgi)
        limits = RequestLimits(
            asgi,
            settings.limits,
            address=address,
            trusted_proxies=settings.http.proxies,
            routes=self.litestar,
            is_host=lambda headers: callers.may(headers, Scope.HOST),
        )
        self.asgi: ASGIApp = limits
        self.fast_path = FastPath(
            limits,
            cache,
            database,
            reads={path: read for each in self._slices for path, read in each.fast_reads.items()},
            writes={path: write for each in self._slices for path, write in each.fast_writes.items()},
        )

    def begin_shutdown(self) -> None:
        """Call before the server closes its connections: live clients are told when to come back."""
        for each in self._slices:
            if each.on_shutdown is not None:
                each.on_shutdown()

    @asynccontextmanager
    async def _lifespan(self, _app: Litestar) -> AsyncIterator[None]:
        async with AsyncExitStack() as closing:
            for each in self._slices:
                if each.close is not None:
                    closing.push_async_callback(each.close)
            await closing.enter_async_context(self.runtime.running())
            yield
