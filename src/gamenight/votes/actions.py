"""Every way to change votes."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import bindparam, insert, select, update

from gamenight.catalogue import queries as catalogue
from gamenight.core.clock import earlier, later
from gamenight.core.database import Transaction
from gamenight.sessions import queries as sessions
from gamenight.sessions.schemas import Session
from gamenight.votes import events, queries, rules
from gamenight.votes.errors import (
    NothingToVoteOn,
    SymbolNotFound,
    TimestampInFuture,
    TooManyVotes,
    VoteRepeated,
    VotingOver,
)
from gamenight.votes.folding import fold_name
from gamenight.votes.schemas import GUEST_NAME, PHONE, CastVote, NewVote, VotedSession, Voter, VoteTaken
from gamenight.votes.tables import voters, votes

CLOCK_SKEW_SECONDS = 5
"""How far a client's clock may be ahead of ours."""
REPEAT_SECONDS = 1
MAX_VOTES = 500
"""The votes that one voter may cast on one night."""

_unattributed = rules.Attribution(None, False)
_insert_vote = insert(votes).returning(votes.c.id)
_attribute = (
    update(votes)
    .where(votes.c.id == bindparam("vote_id"))
    .values(session_game_id=bindparam("attributed_to"), counts=bindparam("does_count"))
)
_voter_by_id = select(voters.c.id, voters.c.username).where(
    voters.c.session_id == bindparam("session_id"),
    voters.c.platform == bindparam("platform"),
    voters.c.user_id == bindparam("user_id"),
)
_voters_by_name = (
    select(voters.c.id, voters.c.username, voters.c.user_id)
    .where(
        voters.c.session_id == bindparam("session_id"),
        voters.c.platform == bindparam("platform"),
        voters.c.folded_name == bindparam("folded_name"),
    )
    .order_by(voters.c.id)
)


class Recount(Struct, frozen=True):
    """What votes are for now, by id, and the session games whose counting votes changed."""

    attributions: dict[int, rules.Attribution]
    changed: set[int]


def cast(transaction: Transaction, voter: Voter, new: NewVote, *, grace_seconds: float, publish: bool) -> VoteTaken:
    """Take a vote for a game of the active session. Without `publish`, `publish_all` makes its event later.

    Raises NothingToVoteOn, VotingOver, VoteRepeated, TimestampInFuture, TooManyVotes, SessionGameNotFound or
    SymbolNotFound; then nothing of it is kept.
    """
    connection = transaction.connection
    moment = new.moment
    session = _votable_session(transaction, moment)
    timetable = queries.timetable(connection, session.id, grace_seconds)
    if new.session_game_id is not None:
        game = sessions.session_game(connection, session.id, new.session_game_id)
        if not timetable.takes_votes_at(moment, game.id):
            raise VotingOver(
                f"{game.title} is not playing any more. Vote on the game that is.", details={"title": game.title}
            )
    voter_id = find_voter(transaction, session.id, voter)
    _refuse_repeats(queries.votes_of(connection, [voter_id])[voter_id], moment)
    row = {
        "voter_id": voter_id,
        "vote": new.vote,
        "timestamp": moment,
        "place": 0,
        "target_game_id": None if new.symbol is None else _game_named(transaction, new.symbol),
        "target_session_game_id": new.session_game_id,
        "session_game_id": None,
        "counts": 0,
        "announced": int(publish),
        "created_at": transaction.now,
    }
    vote_id: int = connection.execute(_insert_vote, row).scalar_one()
    recount = recount_votes(transaction, [voter_id], timetable)
    voted_on = recount.attributions[vote_id].session_game_id
    if voted_on is None:
        raise NothingToVoteOn(f"No game was playing at {moment}.")
    taken = _taken(transaction, session, voted_on, CastVote(voter.username, new.vote, moment), recount)
    if voted_on not in recount.changed:
        _mark_published(transaction, [vote_id])
    elif publish:
        _publish_game(transaction, taken, voter)
    emit_changed_votes(transaction, session.id, recount.changed - {voted_on})
    return taken


def find_voter(transaction: Transaction, session_id: int, voter: Voter) -> int:
    """The id of a voter of a night, who is added if this is the first vote.

    A voter known by name alone becomes known by the platform's id with the first vote that has it.
    """
    connection = transaction.connection
    folded_name = fold_name(voter.username)
    parameters: dict[str, Any] = {"session_id": session_id, "platform": voter.platform}
    if voter.user_id is not None:
        found = connection.execute(_voter_by_id, parameters | {"user_id": voter.user_id}).first()
        if found is not None:
            if found.username != voter.username:
                renamed = update(voters).where(voters.c.id == found.id)
                connection.execute(renamed.values(folded_name=folded_name, username=voter.username))
            return int(found.id)
    namesakes = connection.execute(_voters_by_name, parameters | {"folded_name": folded_name}).all()
    for each in reversed(namesakes):
        if voter.user_id is None:
            return int(each.id)
        if each.user_id is None:
            connection.execute(update(voters).where(voters.c.id == each.id).values(user_id=voter.user_id))
            return int(each.id)
    row = parameters | {"user_id": voter.user_id, "folded_name": folded_name, "username": voter.username}
    return int(connection.execute(insert(voters).returning(voters.c.id), row).scalar_one())


def recount_votes(transaction: Transaction, voter_ids: Iterable[int], timetable: rules.Timetable) -> Recount:
    """Recount the votes of these voters: what each is for, and whether it counts."""
    connection = transaction.connection
    recount = Recount({}, set())
    moved: list[dict[str, Any]] = []
    for cast_votes in queries.votes_of(connection, voter_ids).values():
        now = rules.attribute([each for each in cast_votes if each.in_force], timetable)
        for each in cast_votes:
            after = now.get(each.id, _unattributed)
            recount.attributions[each.id] = after
            if after != each.attribution:
                moved.append(
                    {"vote_id": each.id, "attributed_to": after.session_game_id, "does_count": int(after.counts)}
                )
        recount.changed.update(_changed_games(cast_votes, recount.attributions))
    if moved:
        connection.execute(_attribute, moved)
    return recount


def recount_and_emit(
    transaction: Transaction, session_id: int, voter_ids: Sequence[int], *, grace_seconds: float
) -> None:
    """Recount the votes of these voters, and emit the session games whose votes changed."""
    timetable = queries.timetable(transaction.connection, session_id, grace_seconds)
    emit_changed_votes(transaction, session_id, recount_votes(transaction, voter_ids, timetable).changed)


def emit_changed_votes(transaction: Transaction, session_id: int, session_game_ids: Iterable[int]) -> None:
    """Emit the session games whose votes changed."""
    changed_ids = set(session_game_ids)
    games = [game for game in sessions.games_of(transaction.connection, session_id) if game.id in changed_ids]
    if games:
        events.emit_votes_updated(transaction, session_id, games)


def publish_all(transaction: Transaction) -> None:
    """Emit the events of the votes that have none yet: one event a game, with the last of its votes."""
    connection = transaction.connection
    waiting = queries.unpublished(connection)
    last = {row.session_game_id: row for row in waiting if row.session_game_id is not None}
    games = {
        game.id: game
        for session_id in {row.session_id for row in waiting}
        for game in sessions.games_of(connection, session_id)
    }
    for session_game_id, row in last.items():
        game = games.get(session_game_id)
        if game is None:
            continue  # removed since
        number = sum(each.session_game_id == session_game_id for each in waiting)
        shown = _shown(CastVote(row.username, row.vote, row.timestamp), row.platform)
        voted = queries.voted_game(connection, game.game_id, game.title)
        events.emit_vote_received(transaction, game, voted, shown, votes=number)
    _mark_published(transaction, [row.id for row in waiting])


def _votable_session(transaction: Transaction, moment: str) -> Session:
    if moment > later(transaction.now, seconds=CLOCK_SKEW_SECONDS):
        raise TimestampInFuture(f"{moment} has not come yet: here it is {transaction.now}. Set the client's clock.")
    session = sessions.active_session(transaction.connection)
    if session is None:
        raise NothingToVoteOn("No session is active, so there is nothing to vote on.")
    if moment < session.created_at:
        raise NothingToVoteOn(f"The session began at {session.created_at}: no game was playing at {moment}.")
    return session


def _game_named(transaction: Transaction, symbol: str) -> int:
    game = catalogue.game_of_symbol(transaction.connection, symbol.upper())
    if game is None:
        raise SymbolNotFound(
            f"No game of the catalogue has the symbol {symbol.upper()}. GET /api/games lists them.",
            details={"symbol": symbol.upper()},
        )
    return game.id


def _refuse_repeats(cast_votes: Sequence[queries.Stored], moment: str) -> None:
    if len(cast_votes) >= MAX_VOTES:
        raise TooManyVotes(
            f"At most {MAX_VOTES} votes of one person on one night.",
            details={"reason": "of_one_night", "most": MAX_VOTES},
            retry_after=3600,
        )
    before, after = earlier(moment, seconds=REPEAT_SECONDS), later(moment, seconds=REPEAT_SECONDS)
    if any(before < each.timestamp < after for each in cast_votes if each.in_force):
        raise VoteRepeated("The same user voted within this second. Wait a second before voting again.")


def _changed_games(cast_votes: Sequence[queries.Stored], now: dict[int, rules.Attribution]) -> set[int]:
    """The session games on which another vote of this voter counts than before, or none any more."""
    before = {each.attribution.session_game_id: each.vote for each in cast_votes if each.attribution.counts}
    after = {now[each.id].session_game_id: each.vote for each in cast_votes if now[each.id].counts}
    games = before.keys() | after.keys()
    return {game for game in games if game is not None and before.get(game) != after.get(game)}


def _taken(transaction: Transaction, session: Session, voted_on: int, vote: CastVote, recount: Recount) -> VoteTaken:
    connection = transaction.connection
    game = sessions.session_game(connection, session.id, voted_on)
    changed = voted_on in recount.changed
    return VoteTaken(
        True,
        _message(vote, game.title, changed=changed),
        changed,
        VotedSession(session.id, session.games_played),
        queries.voted_game(connection, game.game_id, game.title),
        game,
        vote,
    )


def _message(vote: CastVote, title: str, *, changed: bool) -> str:
    if not changed:
        return f"Nothing changed: what {vote.username} last said of {title} counts already."
    if vote.type == "unvote":
        return f"The vote of {vote.username} for {title} was withdrawn."
    return f"{vote.username} votes {title} {vote.type}."


def _publish_game(transaction: Transaction, taken: VoteTaken, voter: Voter) -> None:
    """Emit the event of a vote, which counts the votes for this game that have none yet."""
    game = taken.session_game
    waited = (votes.c.session_game_id == game.id) & (votes.c.announced == 0)
    number = transaction.connection.execute(update(votes).where(waited).values(announced=1)).rowcount
    events.emit_vote_received(transaction, game, taken.game, _shown(taken.vote, voter.platform), votes=number + 1)


def _shown(vote: CastVote, platform: str) -> CastVote:
    return CastVote(GUEST_NAME, vote.type, vote.timestamp) if platform == PHONE else vote


def _mark_published(transaction: Transaction, vote_ids: Sequence[int]) -> None:
    if vote_ids:
        parameters = [{"vote_id": vote_id} for vote_id in vote_ids]
        marked = update(votes).where(votes.c.id == bindparam("vote_id")).values(announced=1)
        transaction.connection.execute(marked, parameters)
