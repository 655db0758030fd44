"""Finding anew what votes come to, after the night was changed or a chat log came in."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, case, func, select, update

from gamenight.catalogue.events import emit_catalogue_reread
from gamenight.core.database import Transaction
from gamenight.core.prepared import Prepared
from gamenight.sessions import figures
from gamenight.sessions import queries as sessions
from gamenight.sessions.recounting import Difference, recount
from gamenight.votes import events, queries, rules
from gamenight.votes.actions import voters
from gamenight.votes.rules import Attribution, Timetable, UnplayedGame, VotedOn
from gamenight.votes.tables import voters as voters_table
from gamenight.votes.tables import votes

VOTERS_AT_ONCE = 200
"""In one transaction, so that live votes get in between."""

_attribute = Prepared(
    update(votes)
    .where(votes.c.id == bindparam("vote_id"))
    .values(session_game_id=bindparam("attributed_to"), game_id=bindparam("game"), counts=bindparam("does_count"))
)
_ups_and_downs = [func.sum(case((votes.c.vote == vote, 1), else_=0)) for vote in ("up", "down")]
_counted_votes = (
    select(votes.c.session_game_id, *_ups_and_downs)
    .where(votes.c.counts == 1, votes.c.session_game_id.is_not(None))
    .group_by(votes.c.session_game_id)
)
_counted_unplayed = (
    select(voters_table.c.session_id, votes.c.game_id, *_ups_and_downs)
    .join_from(votes, voters_table)
    .where(votes.c.counts == 1, votes.c.session_game_id.is_(None))
    .group_by(voters_table.c.session_id, votes.c.game_id)
)


def in_parts(voter_ids: Sequence[int], size: int) -> list[Sequence[int]]:
    return [voter_ids[start : start + size] for start in range(0, len(voter_ids), size)]


def recount_votes(
    transaction: Transaction,
    session_id: int,
    voter_ids: Iterable[int],
    timetable: Timetable,
    *,
    in_force: bool = True,
) -> set[int]:
    """Find anew what the votes of these voters come to; returns the session games whose votes changed. With `in_force`
    False none of them counts."""
    moved: dict[int, Attribution] = {}
    whose_count: dict[int, bool] = {}
    moves: dict[VotedOn, rules.VoteMove] = {}
    for voter_id, stored in queries.votes_of(transaction.connection, voter_ids).items():
        before = {each.id: each.attribution for each in stored}
        attributed = rules.attribute([each for each in stored if in_force and each.in_force], timetable)
        after = {id_: attributed.get(id_, rules.UNATTRIBUTED) for id_ in before}
        moved |= {id_: attribution for id_, attribution in after.items() if attribution != before[id_]}
        counts = rules.counts_for_any(after.values(), timetable.played)
        if counts != rules.counts_for_any(before.values(), timetable.played):
            whose_count[voter_id] = counts
        rules.add_moves(moves, rules.changed_games(stored, before, after))
    store(transaction, moved, timetable.game_ids)
    move_figures(transaction, session_id, moves)
    voters.store_counted(transaction, session_id, whose_count)
    return {voted_on for voted_on in moves if not isinstance(voted_on, UnplayedGame)}


def move_figures(transaction: Transaction, session_id: int, moves: Mapping[VotedOn, rules.VoteMove]) -> None:
    """Votes of a session for games came to count or ceased to."""
    figures.move_votes(transaction, {on: move for on, move in moves.items() if not isinstance(on, UnplayedGame)})
    unplayed = {on.game_id: move for on, move in moves.items() if isinstance(on, UnplayedGame)}
    figures.move_unplayed_votes(transaction, session_id, unplayed)


def recount_and_emit(
    transaction: Transaction, session_id: int, voter_ids: Sequence[int], *, grace_seconds: float
) -> None:
    """Find anew what the votes of these voters come to, and tell of the games whose votes are others than before."""
    timetable = queries.timetable(transaction.connection, session_id, grace_seconds)
    emit_changed_votes(transaction, session_id, recount_votes(transaction, session_id, voter_ids, timetable))


def emit_changed_votes(transaction: Transaction, session_id: int, session_game_ids: Iterable[int]) -> None:
    """Tell of the session games whose votes are others than before."""
    chosen = set(session_game_ids)
    games = [game for game in sessions.games_of(transaction.connection, session_id) if game.id in chosen]
    if games:
        events.emit_votes_updated(transaction, session_id, games)


def store(transaction: Transaction, moved: Mapping[int, Attribution], game_ids: Mapping[int, int]) -> None:
    """Note what votes come to, by id. `game_ids` are the catalogue's ids of the session games."""
    _attribute.run_each(
        transaction.connection,
        [
            {
                "vote_id": vote_id,
                "attributed_to": attribution.session_game_id,
                "game": game_of(attribution, game_ids),
                "does_count": int(attribution.counts),
            }
            for vote_id, attribution in moved.items()
        ],
    )


def game_of(attribution: Attribution, game_ids: Mapping[int, int]) -> int | None:
    """The catalogue's id of the game that a vote is for."""
    session_game_id = attribution.session_game_id
    return attribution.game_id if session_game_id is None else game_ids[session_game_id]


def recount_figures(transaction: Transaction) -> list[Difference]:
    """Set right each figure that is not what counting all votes and plays gives; returns those."""
    rows = transaction.connection.execute(_counted_votes)
    votes_of_games = {session_game_id: (up, down) for session_game_id, up, down in rows}
    rows = transaction.connection.execute(_counted_unplayed)
    unplayed = {(session_id, game_id): (up, down) for session_id, game_id, up, down in rows}
    wrong, voters_of_sessions = voters.recount_all(transaction)
    wrong += recount(transaction, votes_of_games, unplayed, voters_of_sessions)
    if wrong:
        emit_catalogue_reread(transaction)
    return wrong
