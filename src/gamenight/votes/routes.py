from typing import Annotated

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter

from gamenight.auth.tokens import Scope
from gamenight.core.database import Database
from gamenight.http.idempotency import Writes
from gamenight.http.schemas import LARGEST_ID, PathId
from gamenight.votes import actions, queries
from gamenight.votes.errors import UsernameMissing
from gamenight.votes.queries import VoteFilter
from gamenight.votes.schemas import PHONE, Direction, NewVote, SessionTallies, VotePage, Voter, VoteTaken
from gamenight.votes.upkeep import Upkeep

MOST_PAGES = 1_000_000
MOST_ON_A_PAGE = 100


@post("/live", status_code=200, scope=Scope.ADMIN)
async def cast_vote(
    data: JSONBody[NewVote],
    writes: NamedDependency[Writes],
    upkeep: NamedDependency[Upkeep],
    vote_grace: NamedDependency[float],
) -> VoteTaken:
    """Vote for the game of the active session that was playing at `timestamp`.

    One vote counts for each voter and session game: the opposite one replaces it, the same changes nothing, `unvote`
    withdraws it.
    """
    if data.username is None:
        raise UsernameMissing("Say who votes, with username.")
    voter = Voter(data.platform, data.user_id, data.username)
    announce = upkeep.announces_each()
    taken = await writes(actions.cast, voter, data, grace_seconds=vote_grace, announce=announce)
    if not announce:
        upkeep.vote_waits()
    return taken


@get("/", scope=Scope.PUBLIC)
async def list_votes(  # noqa: PLR0917 — the filters of the query string
    database: NamedDependency[Database],
    session_id: Annotated[int | None, QueryParameter(ge=1, le=LARGEST_ID)] = None,
    game_id: Annotated[int | None, QueryParameter(ge=1, le=LARGEST_ID)] = None,
    username: FromQuery[str | None] = None,
    vote_type: FromQuery[Direction | None] = None,
    page: Annotated[int, QueryParameter(ge=1, le=MOST_PAGES)] = 1,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_ON_A_PAGE)] = 50,
) -> VotePage:
    """The votes that count, newest first."""
    return await database.read(
        queries.page_of_votes,
        VoteFilter(session_id=session_id, game_id=game_id, username=username, vote_type=vote_type),
        page=page,
        limit=limit,
        hidden_platform=PHONE,
    )


@get("/{session_id:int}/votes", scope=Scope.PUBLIC, keepable=True)
async def list_tallies(session_id: PathId, database: NamedDependency[Database]) -> SessionTallies:
    """The votes of a night, by game."""
    return await database.read(queries.tallies, session_id)


router = Router("/api/votes", route_handlers=[cast_vote, list_votes], tags=["Votes"])
session_handlers = [list_tallies]
