"""Voters of a night who turn out to be one person: one of them is known by name alone, the other goes by that name."""

from sqlalchemy import Connection, bindparam, delete, exists, func, select, union, update

from gamenight.core.database import Transaction
from gamenight.core.prepared import Prepared
from gamenight.votes import queries
from gamenight.votes.actions import recounting
from gamenight.votes.tables import voter_names, voters, votes

_named = voters.alias()
_by_id = voters.alias()
_kept_names = voter_names.alias()
_is_named_alone = (_named.c.session_id == bindparam("session_id")) & _named.c.user_id.is_(None)
# Without IS NOT NULL, for which PostgreSQL might read the index of all who have an id, of every night.
_has_an_id = func.coalesce(_by_id.c.user_id, "") != ""
_goes_by_the_name = (
    (_by_id.c.session_id == _named.c.session_id)
    & (_by_id.c.platform == _named.c.platform)
    & (_by_id.c.folded_name == _named.c.folded_name)
    & _has_an_id
)
_has_the_name_besides = (
    (voter_names.c.session_id == _named.c.session_id)
    & (voter_names.c.platform == _named.c.platform)
    & (voter_names.c.folded_name == _named.c.folded_name)
    & (voter_names.c.voter_id != _named.c.id)
)
_pairs = Prepared(
    union(
        select(_named.c.id.label("named"), _by_id.c.id.label("person"))
        .join_from(_named, _by_id, _goes_by_the_name)
        .where(_is_named_alone),
        select(_named.c.id.label("named"), voter_names.c.voter_id.label("person"))
        .join_from(_named, voter_names, _has_the_name_besides)
        .where(_is_named_alone),
    ).order_by("named", "person")
)
_move_votes = Prepared(update(votes).where(votes.c.voter_id == bindparam("named")).values(voter_id=bindparam("person")))
_move_names = Prepared(
    update(voter_names)
    .where(
        voter_names.c.voter_id == bindparam("named"),
        ~exists().where(
            _kept_names.c.voter_id == bindparam("person"), _kept_names.c.folded_name == voter_names.c.folded_name
        ),
    )
    .values(voter_id=bindparam("person"))
)
_delete_voter = Prepared(delete(voters).where(voters.c.id == bindparam("named")))


def merge_some(transaction: Transaction, session_id: int, *, grace_seconds: float) -> set[int] | None:
    """Give the votes of voters who are known by name alone to the person who they turned out to be.

    Returns the session games whose votes changed, None where there was nobody to merge. Some may be left.
    """
    connection = transaction.connection
    pairs = _independent_pairs(connection, session_id)
    if not pairs:
        return None
    timetable = queries.timetable(connection, session_id, grace_seconds)
    changed = recounting.recount_votes(transaction, session_id, pairs, timetable, in_force=False)
    rows = [{"named": named, "person": person} for named, person in pairs.items()]
    _move_votes.run_each(connection, rows)
    _move_names.run_each(connection, rows)
    _delete_voter.run_each(connection, [{"named": named} for named in pairs])
    return changed | recounting.recount_votes(transaction, session_id, pairs.values(), timetable)


def _independent_pairs(connection: Connection, session_id: int) -> dict[int, int]:
    """Voters who are known by name alone, and the person each of them is, where it can be one only. Nobody is in two
    pairs; two who may be each other are one."""
    people: dict[int, set[int]] = {}
    for named, person in _pairs.all(connection, session_id=session_id):
        people.setdefault(named, set()).add(person)
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    for named, (person, *others) in people.items():
        if not others and taken.isdisjoint((named, person)):
            chosen[named] = person
            taken |= {named, person}
            if len(chosen) == recounting.VOTERS_AT_ONCE:
                break
    return chosen
