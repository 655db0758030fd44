from datetime import UTC
from typing import Annotated, Any, Literal

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from gamenight.auth.callers import Callers
from gamenight.auth.tokens import Scope
from gamenight.core.clock import utc_now
from gamenight.core.database import Database
from gamenight.http.schemas import MAX_ID, MAX_PAGE_SIZE, MAX_PAGES, PathId
from gamenight.http.time_zones import TimeZone, UtcOffset, asked_zone
from gamenight.sessions import queries as sessions
from gamenight.stats import archive, periods, queries, recap_text, recaps, session_export
from gamenight.stats.download import download
from gamenight.stats.schemas import By, Highlights, NightPage, Overview, Periods, Recap


def stats_routes(database: Database, callers: Callers) -> list[HTTPRouteHandler]:
    @get("/", scope=Scope.PUBLIC, cacheable=True)
    async def read_overview() -> Overview:
        """How things stand, over all nights."""
        return await database.read(queries.overview)

    @get("/nights", scope=Scope.PUBLIC, cacheable=True)
    async def list_nights(
        request: Request[Any, Any, Any],
        *,
        utc_offset: UtcOffset = None,
        time_zone: TimeZone = None,
        page: Annotated[int, QueryParameter(ge=1, le=MAX_PAGES)] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE)] = 50,
        before: Annotated[int | None, QueryParameter(ge=1, le=MAX_ID)] = None,
    ) -> NightPage:
        """The nights with their figures, newest first.

        With `before`, the session of the last night of a page, the nights that follow it: as quick for old nights as
        for new ones.
        """
        nights = await database.read(
            queries.page_of_nights, asked_zone(time_zone, utc_offset) or UTC, page=page, limit=limit, before=before
        )
        return nights.shown(notes=callers.may_read(request.scope["headers"]))

    @get("/periods", scope=Scope.PUBLIC, cacheable=True)
    async def list_periods(
        by: FromQuery[By] = "month", utc_offset: UtcOffset = None, time_zone: TimeZone = None
    ) -> Periods:
        """The months or years with a night, newest first, with their figures."""
        return await database.read(periods.periods, by, asked_zone(time_zone, utc_offset) or UTC)

    @get("/highlights", scope=Scope.PUBLIC, cacheable=True)
    async def read_highlights(
        request: Request[Any, Any, Any],
        period: Annotated[str | None, QueryParameter(pattern=r"^[12]\d{3}(-(0[1-9]|1[0-2]))?$")] = None,
        utc_offset: UtcOffset = None,
        time_zone: TimeZone = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE)] = 10,
    ) -> Highlights:
        """What people tell each other of a month (`2026-03`), a year (`2026`), or all nights."""
        highlights = await database.read(periods.highlights, period, asked_zone(time_zone, utc_offset) or UTC, limit)
        return highlights.shown(notes=callers.may_read(request.scope["headers"]))

    @get("/export.zip", media_type="application/zip", scope=Scope.HOST)
    async def export_everything() -> Stream:
        """The catalogue, the nights, their games, when those were on, and the votes, as CSV files in one archive."""
        return await download(
            lambda file: archive.write(file, database), f"gamenight-{utc_now()[:10]}.zip", "application/zip"
        )

    return [read_overview, list_nights, list_periods, read_highlights, export_everything]


def session_routes(database: Database, callers: Callers) -> list[HTTPRouteHandler]:
    @get("/{session_id:int}/recap", scope=Scope.PUBLIC, cacheable=True, also_as_text=True)
    async def read_recap(
        session_id: PathId,
        request: Request[Any, Any, Any],
        format_: Annotated[Literal["json", "txt"], QueryParameter(name="format")] = "json",
        utc_offset: UtcOffset = None,
        time_zone: TimeZone = None,
    ) -> Response[Recap | str]:
        """A night to tell of, as JSON or as a text to paste into a chat. Nobody is named."""
        recap = await database.read(recaps.recap, session_id, asked_zone(time_zone, utc_offset) or UTC)
        if format_ == "txt":
            return Response(recap_text.as_text(recap), media_type="text/plain")
        return Response(recap.shown(notes=callers.may_read(request.scope["headers"])))

    @get("/{session_id:int}/export", scope=Scope.HOST)
    async def export_session(
        session_id: PathId,
        format_: Annotated[session_export.Format, QueryParameter(name="format")] = "json",
        utc_offset: UtcOffset = None,
        time_zone: TimeZone = None,
    ) -> Stream | Response[str]:
        """A night as a file: JSON with all votes and the imported chat, or text, with the times of where it was."""
        zone = asked_zone(time_zone, utc_offset)
        state = await database.read(sessions.state, session_id)
        name = session_export.file_name(state, format_)
        if format_ == "json":
            return await download(
                lambda file: session_export.write_json(file, database, state), name, media_type="application/json"
            )
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(session_export.as_text(state, zone), media_type="text/plain", headers=headers)

    return [read_recap, export_session]
