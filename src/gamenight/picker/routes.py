import asyncio

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import structs

from gamenight.auth.tokens import Scope
from gamenight.core.database import Database
from gamenight.http.response_cache import OF_SESSION
from gamenight.http.schemas import PathId
from gamenight.picker import queries
from gamenight.picker.draws import draw_candidates, draw_lineup
from gamenight.picker.lineup import TOLERANCE_MINUTES, Slot
from gamenight.picker.receipts import Receipts
from gamenight.picker.rules import ASSUMED_MINUTES, minutes_of
from gamenight.picker.schemas import Draw, Lineup, LineupGame, LineupRequest, Picked, PickRequest, Why
from gamenight.picker.settings import PickerSettings
from gamenight.sessions.routes import GAME


def picker_routes(database: Database, settings: PickerSettings, receipts: Receipts) -> list[HTTPRouteHandler]:
    @post("/", status_code=200, scope=Scope.PUBLIC, counts_as_read=True)
    async def pick(data: JSONBody[PickRequest]) -> Picked:
        """Draw a game, or several candidates, for the people who are there."""
        draw_input = await database.read(
            queries.draw_input, data, nights_remembered=settings.nights_remembered(data.mode)
        )
        if data.mode == "classic":
            draw, candidates = draw_candidates(data, draw_input, settings)
        else:
            # Drawing the tastes of a large catalogue takes its time, in which others are answered.
            draw, candidates = await asyncio.to_thread(draw_candidates, data, draw_input, settings)
        return Picked(
            candidates[0].game,
            draw.pool_size,
            draw.total_enabled,
            candidates,
            draw.seed,
            draw.mode,
            draw.filters,
            draw.relaxed,
            draw.player_count,
            receipts.sign(draw, candidates),
        )

    @post("/lineup", status_code=200, scope=Scope.PUBLIC, counts_as_read=True)
    async def pick_lineup(data: JSONBody[LineupRequest]) -> Lineup:
        """Draw games that fill the minutes that are left, for the people who are there."""
        draw_input = await database.read(
            queries.draw_input, data, nights_remembered=settings.nights_remembered(data.mode)
        )
        draw, slots = await asyncio.to_thread(draw_lineup, data, draw_input, settings)
        games = [_lineup_game(slot, place, draw, receipts) for place, slot in enumerate(slots, start=1)]
        total = sum(game.minutes for game in games)
        return Lineup(
            games,
            total,
            data.minutes - total,
            TOLERANCE_MINUTES,
            ASSUMED_MINUTES,
            draw.total_enabled,
            draw.seed,
            draw.mode,
            draw.filters,
            draw.relaxed,
            draw.player_count,
        )

    return [pick, pick_lineup]


def session_routes(database: Database) -> list[HTTPRouteHandler]:
    @get(f"{GAME}/why", scope=Scope.PUBLIC, cacheable=OF_SESSION)
    async def read_why(session_id: PathId, session_game_id: PathId) -> Why:
        """Why a game of the night was drawn: its odds and factors, the pool and the seed."""
        return await database.read(queries.why, session_id, session_game_id)

    return [read_why]


def _lineup_game(slot: Slot, place: int, draw: Draw, receipts: Receipts) -> LineupGame:
    candidate = slot.candidate
    of_slot = structs.replace(draw, pool_size=slot.pool_size)
    return LineupGame(
        candidate.game,
        minutes_of(candidate.game),
        candidate.game.length_minutes is None,
        candidate.odds,
        candidate.weight,
        candidate.factors,
        slot.pool_size,
        receipts.sign(of_slot, [candidate], first_place=place),
    )
