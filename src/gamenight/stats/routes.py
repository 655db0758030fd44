from typing import Annotated, Literal

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from gamenight.auth.tokens import Scope
from gamenight.core.database import Database
from gamenight.http.schemas import PathId
from gamenight.stats import queries, recap_text, recaps
from gamenight.stats.schemas import By, Highlights, NightPage, Overview, Periods, Recap

MOST_OFFSET = 14 * 60
MOST_PAGES = 1_000_000

UtcOffset = Annotated[int, QueryParameter(name="utcOffset", ge=-MOST_OFFSET, le=MOST_OFFSET)]
"""In minutes: which day it was where the night was. A browser knows it: `-date.getTimezoneOffset()`."""


@get("/", scope=Scope.PUBLIC, keepable=True)
async def read_overview(database: NamedDependency[Database]) -> Overview:
    """How things stand, over all nights."""
    return await database.read(queries.overview)


@get("/nights", scope=Scope.PUBLIC, keepable=True)
async def list_nights(
    database: NamedDependency[Database],
    utc_offset: UtcOffset = 0,
    page: Annotated[int, QueryParameter(ge=1, le=MOST_PAGES)] = 1,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> NightPage:
    """The nights with their figures, newest first."""
    return await database.read(queries.page_of_nights, utc_offset, page=page, limit=limit)


@get("/periods", scope=Scope.PUBLIC, keepable=True)
async def list_periods(
    database: NamedDependency[Database], by: FromQuery[By] = "month", utc_offset: UtcOffset = 0
) -> Periods:
    """The months or years with a night, newest first, with their figures."""
    return await database.read(queries.periods, by, utc_offset)


@get("/highlights", scope=Scope.PUBLIC, keepable=True)
async def read_highlights(
    database: NamedDependency[Database],
    period: Annotated[str | None, QueryParameter(pattern=r"^[12]\d{3}(-(0[1-9]|1[0-2]))?$")] = None,
    utc_offset: UtcOffset = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 10,
) -> Highlights:
    """What people tell each other of a month (`2026-03`), a year (`2026`), or all nights."""
    return await database.read(queries.highlights, period, utc_offset, limit)


@get("/{session_id:int}/recap", scope=Scope.PUBLIC, keepable=True, also_as_text=True)
async def read_recap(
    session_id: PathId,
    database: NamedDependency[Database],
    format_: Annotated[Literal["json", "txt"], QueryParameter(name="format")] = "json",
    utc_offset: UtcOffset = 0,
) -> Response[Recap | str]:
    """A night to tell of, as JSON or as a text to paste into a chat. Nobody is named."""
    recap = await database.read(recaps.recap, session_id, utc_offset)
    if format_ == "txt":
        return Response(recap_text.as_text(recap), media_type="text/plain")
    return Response(recap)


router = Router(
    "/api/stats", tags=["Stats"], route_handlers=[read_overview, list_nights, list_periods, read_highlights]
)
session_handlers = [read_recap]
