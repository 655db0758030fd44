"""Changes of a night after which votes must not count for a game that is gone, nor voters for one that is skipped.

The night's own actions lie in `sessions`, which knows no votes; here they are done together with what follows for the
votes, in one transaction. That the votes may be for another game now is found by the recount that follows the log.
"""

from collections.abc import Sequence

from msgspec import structs
from sqlalchemy import bindparam, update

from gamenight.core.database import Transaction
from gamenight.core.prepared import Prepared
from gamenight.sessions import actions, figures, undo
from gamenight.sessions import queries as sessions
from gamenight.sessions.schemas import SessionGame, SessionGameRemoved, Status, Undone
from gamenight.votes import queries
from gamenight.votes.actions import recounting, voters
from gamenight.votes.actions.recounting import VOTERS_AT_ONCE
from gamenight.votes.tables import votes

_stop_counting = Prepared(
    update(votes).where(votes.c.session_game_id == bindparam("removed"), votes.c.counts == 1).values(counts=0)
)


def set_status(transaction: Transaction, session_id: int, session_game_id: int, status: Status) -> SessionGame:
    """Give a game a status; see sessions.actions."""
    night = sessions.night(transaction.connection, session_id)
    before = night.game(session_game_id).status
    after = actions.set_status_on(transaction, night, session_game_id, status)
    if "skipped" in {before, status} and before != status:
        voters.recount(transaction, session_id)
    return after


def remove_game(transaction: Transaction, session_id: int, session_game_id: int) -> SessionGameRemoved:
    """Take a game out of the night, with its votes. Undoing brings both back."""
    removed = actions.remove_game(transaction, session_id, session_game_id)
    _uncount(transaction, session_id, [session_game_id])
    return removed


def undo_change(transaction: Transaction, session_id: int, change_id: int | None, *, grace_seconds: float) -> Undone:
    """Undo the night's last change; see sessions.undo.

    The votes of VOTERS_AT_ONCE people are recounted at once, those of all others soon after, by who follows the log.
    """
    connection = transaction.connection
    undone = undo.undo(transaction, session_id, change_id)
    _uncount(transaction, session_id, figures.removed_games(transaction, session_id))
    voter_ids = queries.voters_since(connection, session_id, "")[:VOTERS_AT_ONCE]
    recounting.recount_and_emit(transaction, session_id, voter_ids, grace_seconds=grace_seconds)
    return structs.replace(undone, games=sessions.games_of(connection, session_id))


def _uncount(transaction: Transaction, session_id: int, session_game_ids: Sequence[int]) -> None:
    _stop_counting.run_each(transaction.connection, [{"removed": id_} for id_ in session_game_ids])
    figures.clear_votes(transaction, session_game_ids)
    voters.recount(transaction, session_id)
