import secrets
from typing import Annotated, Any, Literal

from litestar import Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, Struct, structs
from sqlalchemy import Connection

from gamenight.auth.tokens import Scope
from gamenight.catalogue import queries as catalogue
from gamenight.catalogue.rules import Drawing, Length, Wish
from gamenight.catalogue.schemas import Game
from gamenight.core.database import Database
from gamenight.core.errors import Conflict, NotFound
from gamenight.http.schemas import LARGEST_INTEGER, Flag, Id, text
from gamenight.picker import rules
from gamenight.sessions import queries as sessions
from gamenight.sessions.schemas import PlayerCount, SessionGame

PATH = "/api/pick"
LATELY = 2
"""How many of a session's last games are not drawn again, when repeats are allowed otherwise."""


class NoGameFits(NotFound):
    code = "no_game_fits"


class NoLiveCount(Conflict):
    code = "no_live_count"


class Asked(Struct, frozen=True, rename="camel"):
    """What to draw from, and how. Every field is optional. `live` is how many are in the night's last room."""

    player_count: PlayerCount | Literal["live"] | None = None
    drawing: Drawing | None = None
    length: Length | None = None
    family_friendly: Flag | None = None
    session_id: Id | None = None
    exclude_played: Flag | None = None
    packs: Annotated[list[Annotated[str, text(200)]], Meta(max_length=100)] | None = None
    exclude: Annotated[list[Id], Meta(max_length=1000)] = []
    count: Annotated[int, Meta(ge=1, le=20)] = 1
    seed: Annotated[str, text(64)] | Annotated[int, Meta(ge=-LARGEST_INTEGER, le=LARGEST_INTEGER)] | None = None
    mode: Literal["classic"] = "classic"


class Picked(Struct, frozen=True, rename="camel"):
    """`game` is the first of `candidates`. The same request with this seed draws the same from the same catalogue."""

    game: Game
    pool_size: int
    total_enabled: int
    candidates: list[rules.Candidate]
    seed: str
    mode: str
    filters: list[rules.Step]
    relaxed: list[str]
    player_count: int | None


class Basis(Struct, frozen=True):
    """All that a draw depends on, read in one snapshot."""

    games: list[Game]
    pack_favor: dict[str, int]
    not_again: list[SessionGame]
    player_count: int | None


def read_basis(connection: Connection, asked: Asked) -> Basis:
    """Raises SessionNotFound or NoLiveCount."""
    played = [] if asked.session_id is None else sessions.games_of(connection, asked.session_id)
    return Basis(
        catalogue.all_games(connection),
        catalogue.pack_favor(connection),
        played if asked.exclude_played else played[-LATELY:],
        _live_count(connection, asked.session_id) if asked.player_count == "live" else asked.player_count,
    )


def _live_count(connection: Connection, session_id: int | None) -> int:
    """How many are in the room of the night's last game; raises NoLiveCount where nobody knows."""
    session_id = sessions.active_id(connection) if session_id is None else session_id
    games = [] if session_id is None else sessions.games_of(connection, session_id)
    count = games[-1].player_count if games else None
    if count is None:
        raise NoLiveCount("No room tells how many are here. Say the number with playerCount.")
    return count


@post(PATH, status_code=200, scope=Scope.PUBLIC)
async def pick(data: JSONBody[Asked], database: NamedDependency[Database]) -> Picked:
    """Draw a game, or several candidates, for the people who are there."""
    basis = await database.read(read_basis, data)
    pool = rules.narrow(basis.games, _criteria(data, basis))
    if not pool.games:
        raise _nothing_fits(pool, basis)
    seed = secrets.token_hex(8) if data.seed is None else str(data.seed)
    candidates = rules.draw(rules.weigh(pool.games, basis.pack_favor), data.count, seed)
    return Picked(
        candidates[0].game,
        len(pool.games),
        pool.total_enabled,
        candidates,
        seed,
        data.mode,
        pool.steps,
        [],
        basis.player_count,
    )


def _criteria(asked: Asked, basis: Basis) -> rules.Criteria:
    family_friendly = None if asked.family_friendly is None else bool(asked.family_friendly)
    return rules.Criteria(
        wish=Wish(
            player_count=basis.player_count,
            drawing=asked.drawing,
            length=asked.length,
            family_friendly=family_friendly,
        ),
        packs=None if asked.packs is None else frozenset(asked.packs),
        exclude=frozenset(asked.exclude),
        not_again=frozenset(game.game_id for game in basis.not_again),
    )


def _nothing_fits(pool: rules.Pool, basis: Basis) -> NoGameFits:
    details: dict[str, Any] = {
        "suggestion": rules.SUGGESTIONS[pool.emptied_by],
        "filters": [structs.asdict(step) for step in pool.steps],
    }
    if basis.not_again:
        details["recentlyPlayed"] = [
            {"id": game.game_id, "title": game.title, "pack_name": game.pack_name} for game in basis.not_again
        ]
    return NoGameFits(f'No game fits: the filter "{pool.emptied_by}" left none.', details=details)


router = Router("/", route_handlers=[pick], tags=["Picker"])
