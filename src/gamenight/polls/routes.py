import asyncio
from typing import Annotated, Any

from litestar import Request, delete, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, QueryParameter

from gamenight.auth.guards import claims_of
from gamenight.auth.tokens import Scope
from gamenight.catalogue import queries as catalogue
from gamenight.core.database import Database
from gamenight.http.idempotency import IdempotentWriter
from gamenight.http.schemas import MAX_ID, PathId
from gamenight.picker import queries as picker
from gamenight.picker.draws import draw_candidates
from gamenight.picker.schemas import PickRequest
from gamenight.picker.settings import PickerSettings
from gamenight.polls import actions, queries
from gamenight.polls.actions import Card
from gamenight.polls.keeper import PollKeeper
from gamenight.polls.schemas import (
    NewPoll,
    NewPollVote,
    NewSelection,
    OwnPollVote,
    Poll,
    PollEnd,
    PollState,
    PollVoteTaken,
    Selected,
)
from gamenight.polls.voters import guest_key, voter_key
from gamenight.sessions import queries as sessions
from gamenight.votes.intake import VoterIntake


def poll_routes(
    database: Database, picker_settings: PickerSettings, intake: VoterIntake, keeper: PollKeeper
) -> list[HTTPRouteHandler]:
    @get("/{session_id:int}/voting", scope=Scope.PUBLIC)
    async def read_poll(session_id: PathId) -> PollState:
        """The poll that is open, or the last one of the session."""
        return await database.read(queries.state, session_id, database.clock.now())

    @post("/{session_id:int}/voting/start", status_code=200, scope=Scope.HOST)
    async def start_poll(session_id: PathId, data: JSONBody[NewPoll], request: Request[Any, Any, Any]) -> Poll:
        """Let the room choose what comes next: among the games that are named, or that the balanced draw gives, and
        "something else"."""
        cards = await _cards(database, session_id, data, picker_settings)
        return await IdempotentWriter(database, request).write(
            actions.start, session_id, cards, seconds=data.seconds, rule=data.rule
        )

    @post("/{session_id:int}/voting/end", status_code=200, scope=Scope.HOST)
    async def end_poll(session_id: PathId, data: JSONBody[PollEnd], request: Request[Any, Any, Any]) -> Poll:
        """End the poll now, or after `delay` seconds, which can be cancelled until then."""
        return await IdempotentWriter(database, request).write(actions.end, session_id, data.delay)

    @post("/{session_id:int}/voting/cancel-end", status_code=200, scope=Scope.HOST)
    async def cancel_end(session_id: PathId, request: Request[Any, Any, Any]) -> Poll:
        """Take back the end that was set with a delay."""
        return await IdempotentWriter(database, request).write(actions.cancel_end, session_id)

    @post("/{session_id:int}/voting/votes", status_code=200, scope=Scope.VOTE)
    async def vote_in_poll(
        session_id: PathId, data: JSONBody[NewPollVote], request: Request[Any, Any, Any]
    ) -> PollVoteTaken:
        """Vote in the poll. The last vote of each person counts. A guest votes for themself."""
        voter = voter_key(claims_of(request), request.state.client, data, intake)
        taken = await IdempotentWriter(database, request).write(actions.cast, session_id, voter, data)
        keeper.voted(session_id)
        return taken

    @post("/{session_id:int}/game-selection", status_code=200, scope=Scope.HOST)
    async def select_game(
        session_id: PathId, data: JSONBody[NewSelection], request: Request[Any, Any, Any]
    ) -> Selected:
        """Choose what comes next. A poll that is open ends with it."""
        return await IdempotentWriter(database, request).write(actions.select_game, session_id, data.game_id)

    @delete("/{session_id:int}/game-selection", status_code=200, scope=Scope.HOST)
    async def dismiss_game(session_id: PathId) -> Selected:
        """Nothing comes next."""
        return await database.write(actions.dismiss_game, session_id)

    return [read_poll, start_poll, end_poll, cancel_end, vote_in_poll, select_game, dismiss_game]


def own_routes(database: Database) -> list[HTTPRouteHandler]:
    @get("/", scope=Scope.GUEST)
    async def read_own_poll_vote(
        session_id: Annotated[int, QueryParameter(ge=1, le=MAX_ID)], request: Request[Any, Any, Any]
    ) -> OwnPollVote:
        """What this guest has voted for in the poll that is open."""
        return await database.read(queries.own_vote, session_id, guest_key(claims_of(request)))

    return [read_own_poll_vote]


async def _cards(database: Database, session_id: int, data: NewPoll, settings: PickerSettings) -> list[Card]:
    """The games to vote on. Those of the draw fit as many people as are in the room, if that is known. Raises
    SessionNotFound, GameNotFound or NoGameFits."""
    if data.game_ids is not None:
        ids = list(dict.fromkeys(data.game_ids))
        games = await database.read(lambda connection: [catalogue.game(connection, game_id) for game_id in ids])
        return [Card(game.id, game.title, 1.0) for game in games]
    games_tonight = await database.read(sessions.games_of, session_id)
    count = games_tonight[-1].player_count if games_tonight else None
    request = PickRequest(mode="balanced", count=data.count, session_id=session_id, player_count=count or None)
    draw_input = await database.read(
        picker.draw_input, request, nights_remembered=settings.nights_remembered("balanced")
    )
    _draw, candidates = await asyncio.to_thread(draw_candidates, request, draw_input, settings)
    return [Card(each.game.id, each.game.title, each.weight) for each in candidates]
