"""Puts the parts together, and is the only one that knows them all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from litestar import Litestar, Request, Router, asgi, get
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.middleware import DefineMiddleware
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp
from msgspec import Struct

from gamenight import __version__
from gamenight.auth import guest_routes, queries, token_routes
from gamenight.auth import routes as auth_routes
from gamenight.auth.actions import TOKEN_REVOKED
from gamenight.auth.callers import Callers
from gamenight.auth.cookies import Cookies
from gamenight.auth.guards import ScopeGuard, routes_without_scope
from gamenight.auth.keys import Credentials
from gamenight.auth.last_use import LastUse
from gamenight.auth.throttle import NewDevices, Throttle
from gamenight.auth.tokens import Scope, Tokens
from gamenight.catalogue import routes as catalogue_routes
from gamenight.core import log
from gamenight.core.database import Database
from gamenight.core.errors import GamenightError, StartError
from gamenight.core.hub import Hub
from gamenight.core.loops import Loops
from gamenight.core.tail import Tail
from gamenight.http import errors as http_errors
from gamenight.http.address import Address
from gamenight.http.idempotency import IdempotentWriter
from gamenight.http.request_limits import RequestLimits
from gamenight.http.response_cache import ResponseCache
from gamenight.live.endpoint import PATH as LIVE_PATH
from gamenight.live.endpoint import LiveEndpoint
from gamenight.live.protocol import frame_of
from gamenight.openapi import DOCS_FILES, DOCS_PATH, describe, openapi_config
from gamenight.picker import routes as picker_routes
from gamenight.picker.receipts import Receipts
from gamenight.retention import prune_for_ever
from gamenight.rooms import routes as rooms_routes
from gamenight.rooms.client import RoomsClient
from gamenight.rooms.follower import Timing
from gamenight.rooms.supervisor import Supervisor
from gamenight.sessions import routes as sessions_routes
from gamenight.settings import Settings
from gamenight.stats import routes as stats_routes
from gamenight.votes import routes as votes_routes
from gamenight.votes.importer import Importer
from gamenight.votes.publisher import VotePublisher
from gamenight.votes.rates import VoteRates
from gamenight.votes.recounter import VoteRecounter
from gamenight.web import files
from gamenight.web import routes as web_routes
from gamenight.web.static import Pages


class Health(Struct, frozen=True, rename="camel"):
    """`tail_lag` is how many events were committed but not handed out yet."""

    status: str
    message: str
    version: str
    database: str
    waiting: dict[str, int]
    log_head: int
    tail_lag: int
    live_clients: int
    loops: dict[str, dict[str, Any]]
    rooms: dict[str, object]


class Welcome(Struct, frozen=True):
    message: str
    docs: str
    health: str


class App:
    """The service as an ASGI application. `live` is its WebSocket endpoint."""

    def __init__(self, settings: Settings, database: Database, credentials: Credentials) -> None:
        self._settings = settings
        self._database = database
        self._loops = Loops()
        with database.snapshot() as connection:
            # In one snapshot: the hub gets an event for whatever is revoked or changed later.
            head = log.head(connection)
            self._tokens = Tokens(credentials.token_secret, revoked=queries.revoked_ids(connection))
        self._hub = Hub(head, lambda event: frame_of(event.text()))
        self._hub.on_topic(log.SERVERS, self._on_server_event)
        address = Address(settings.http.public_url)
        self._last_use = LastUse()
        self._callers = Callers(self._tokens, Cookies(address), self._last_use)
        self._version = database.version()
        self._rooms = RoomsClient(settings.rooms.rooms_url, settings.rooms.allowed_hosts)
        self._rooms_supervisor = Supervisor(
            database,
            self._rooms,
            starts_itself=settings.rooms.rooms_follow,
            status_seconds=settings.rooms.rooms_status_seconds,
            timing=Timing(stay=settings.rooms.rooms_probe_seconds),
        )
        self._hub.on_publish(self._rooms_supervisor.wake)
        self._vote_publisher = VotePublisher(database, published_each=settings.votes.vote_events_each)
        self._vote_recounter = VoteRecounter(database, head, grace_seconds=settings.votes.vote_grace_seconds)
        self._hub.on_publish(self._vote_recounter.wake)
        self._importer = Importer(database, grace_seconds=settings.votes.vote_grace_seconds)
        self.live = LiveEndpoint(
            database=database,
            hub=self._hub,
            callers=self._callers,
            limits=settings.live,
            allowed_origins=settings.http.origins,
        )
        self.litestar = self._litestar(credentials)
        describe(self.litestar)
        undeclared = routes_without_scope(self.litestar)
        if undeclared:
            raise StartError(f"These routes don't declare who may call them: {', '.join(undeclared)}.")
        response_cache = ResponseCache(self.litestar)
        self._response_cache = response_cache if database.is_sqlite else None
        # Clear the cache here too: the tail may publish an event before on_commit has run.
        self._hub.on_publish(response_cache.clear)
        self.asgi: ASGIApp = RequestLimits(
            Pages(response_cache if database.is_sqlite else self.litestar, files.load()),
            settings.limits,
            address=address,
            trusted_proxies=settings.http.proxies,
            large=frozenset({catalogue_routes.IMPORT_PATH}),
            streamed=votes_routes.IMPORT_PATH,
            counted=frozenset({picker_routes.PATH, picker_routes.LINEUP_PATH}),
        )

    def _on_server_event(self, event: log.Event) -> None:
        """Handle an event that a server of this database, maybe this one, sent to all of them."""
        if event.type == TOKEN_REVOKED:
            token_id: str = msgspec.json.decode(event.data)["jti"]
            self._tokens.revoke(token_id)
            self.live.end_token(token_id)

    def _litestar(self, credentials: Credentials) -> Litestar:
        settings = self._settings

        def constant(value: object) -> Provide:
            return Provide(lambda: value, sync_to_thread=False, use_cache=True)

        def writer(request: Request[Any, Any, Any]) -> IdempotentWriter:
            return IdempotentWriter(self._database, request)

        return Litestar(
            [
                self._system_routes(),
                auth_routes.router,
                token_routes.router,
                guest_routes.router,
                catalogue_routes.router,
                # One router: the framework doesn't let two share a path.
                Router(
                    "/api/sessions",
                    tags=["Sessions"],
                    route_handlers=[
                        *sessions_routes.handlers,
                        *rooms_routes.handlers,
                        *votes_routes.session_handlers,
                        *picker_routes.session_handlers,
                        *stats_routes.session_handlers,
                    ],
                ),
                votes_routes.router,
                votes_routes.own_votes_router,
                picker_routes.router,
                stats_routes.router,
                web_routes.router,
                asgi(LIVE_PATH, scope=Scope.PUBLIC, copy_scope=False)(self.live),
                create_static_files_router(
                    f"{DOCS_PATH}/files", [DOCS_FILES], opt={"scope": Scope.PUBLIC}, include_in_schema=False
                ),
            ],
            middleware=[DefineMiddleware(ScopeGuard, callers=self._callers)],
            dependencies={
                "database": constant(self._database),
                "credentials": constant(credentials),
                "tokens": constant(self._tokens),
                "callers": constant(self._callers),
                "throttle": constant(Throttle()),
                "new_devices": constant(NewDevices()),
                "server_address": constant(web_routes.ServerAddress(settings.http.public_url, settings.http.host)),
                "phone_page_facts": constant(
                    web_routes.PhonePageFacts(settings.web.join_url, settings.votes.vote_grace_seconds)
                ),
                "rooms": constant(self._rooms),
                "rooms_followed": constant(settings.rooms.rooms_follow),
                "picker_settings": constant(settings.picker),
                "receipts": constant(Receipts(credentials.token_secret)),
                "import_rows": constant(settings.catalogue.import_rows),
                "publisher": constant(self._vote_publisher),
                "importer": constant(self._importer),
                "vote_grace": constant(settings.votes.vote_grace_seconds),
                "vote_rates": constant(
                    VoteRates(
                        guests_per_minute=settings.votes.guest_votes_per_minute,
                        bot_per_second=settings.votes.bot_votes_per_second,
                    )
                ),
                "writer": Provide(writer, sync_to_thread=False),
            },
            exception_handlers={
                GamenightError: http_errors.render,
                HTTPException: http_errors.render_http_exception,
                Exception: http_errors.render_bug,
            },
            lifespan=[self._lifespan],
            logging_config=None,
            openapi_config=openapi_config(self._callers.cookies),
            # The body has its limits in RequestLimits, before it gets here.
            request_max_body_size=None,
        )

    def _system_routes(self) -> Router:
        @get("/", scope=Scope.PUBLIC, sync_to_thread=False)
        def welcome() -> Welcome:
            """Where to go from here."""
            return Welcome("gamenight is running.", DOCS_PATH, "/health")

        @get("/health", scope=Scope.PUBLIC)
        async def health() -> Health:
            """Whether the service works, and how its parts are."""
            head = await self._database.read(log.head)
            return Health(
                "ok",
                "gamenight is running.",
                __version__,
                self._version,
                self._database.waiting,
                head,
                max(0, head - self._hub.position),
                self.live.clients,
                self._loops.report(),
                self._rooms_supervisor.report(),
            )

        return Router("/", route_handlers=[welcome, health], tags=["System"])

    @asynccontextmanager
    async def _lifespan(self, _app: Litestar) -> AsyncIterator[None]:
        settings = self._settings
        self.loop = asyncio.get_running_loop()
        tail = Tail(self._database, self._hub)

        def committed() -> None:
            if self._response_cache is not None:
                self._response_cache.clear()
            tail.wake()

        self._database.on_commit = committed
        tail.start(self._loops)
        self._rooms_supervisor.start(self._loops)
        self._vote_publisher.start(self._loops)
        self._vote_recounter.start(self._loops)
        self._importer.start(self._loops)
        self._loops.start("last-use", lambda: self._last_use.write_for_ever(self._database))
        self._loops.start(
            "retention",
            lambda: prune_for_ever(
                self._database, days=settings.sessions.events_days, keep=settings.sessions.events_kept
            ),
        )
        try:
            yield
        finally:
            await self._loops.stop()
            await self._rooms_supervisor.close()
