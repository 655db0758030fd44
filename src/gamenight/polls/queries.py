"""Every way to read polls."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, bindparam, func, select

from gamenight.core.prepared import Prepared
from gamenight.polls.errors import NoPoll
from gamenight.polls.rules import Standing
from gamenight.polls.schemas import OwnPollVote, Poll, PollOption, PollState
from gamenight.polls.tables import is_open, poll_options, poll_votes, polls
from gamenight.sessions import queries as sessions
from gamenight.sessions.tables import sessions as sessions_table

_effective_end = func.coalesce(polls.c.ending_at, polls.c.ends_at)
_polls = select(
    polls.c.id,
    polls.c.session_id,
    polls.c.rule,
    polls.c.started_at,
    polls.c.ends_at,
    polls.c.ending_at,
    polls.c.closed_at,
    polls.c.winner_game_id,
    polls.c.winner_label,
    polls.c.decided_by,
    polls.c.seed,
)
_last = Prepared(_polls.where(polls.c.session_id == bindparam("session_id")).order_by(polls.c.id.desc()).limit(1))
_options = Prepared(
    select(
        poll_options.c.option,
        poll_options.c.game_id,
        poll_options.c.label,
        poll_options.c.votes,
        poll_options.c.weight,
    )
    .where(poll_options.c.poll_id == bindparam("poll_id"))
    .order_by(poll_options.c.option)
)
_open = Prepared(
    select(polls.c.session_id, _effective_end, sessions_table.c.is_active)
    .join_from(polls, sessions_table, polls.c.session_id == sessions_table.c.id)
    .where(is_open)
)
_vote_of = Prepared(
    select(poll_votes.c.option).where(
        poll_votes.c.poll_id == bindparam("poll_id"), poll_votes.c.voter == bindparam("voter")
    )
)


class Stored(Struct, frozen=True):
    """A poll with what is not on the wire. `set_end` is when it ends by itself, whatever a host has set since."""

    poll: Poll
    standings: list[Standing]
    seed: str
    set_end: str | None

    @property
    def is_open(self) -> bool:
        return self.poll.closed_at is None


class OpenPoll(Struct, frozen=True):
    """A poll that is open: when it ends by itself, and whether its night is still on."""

    session_id: int
    ends_at: str | None
    is_active: bool


def last_poll(connection: Connection, session_id: int) -> Stored | None:
    """The newest poll of a session, which is the one that is open, if any is."""
    row = _last.first(connection, session_id=session_id)
    return None if row is None else _stored(row, _options.all(connection, poll_id=row[0]))


def open_poll(connection: Connection, session_id: int) -> Stored:
    """The poll of a night that is open. Raises SessionNotFound, SessionClosed or NoPoll."""
    sessions.refuse_closed(sessions.session(connection, session_id))
    found = last_poll(connection, session_id)
    if found is None or not found.is_open:
        raise NoPoll("No poll is open. A host starts one with POST /api/sessions/{id}/voting/start.")
    return found


def state(connection: Connection, session_id: int, now: str) -> PollState:
    """The poll that is open, or the last one; `now` is told beside it. Raises SessionNotFound."""
    sessions.session(connection, session_id)
    found = last_poll(connection, session_id)
    return PollState(None if found is None else found.poll, now)


def open_polls(connection: Connection) -> list[OpenPoll]:
    """All that are open; a night has one at most."""
    return [OpenPoll(id_, ends_at, bool(is_active)) for id_, ends_at, is_active in _open.all(connection)]


def option_of(connection: Connection, poll_id: int, voter: str) -> int | None:
    """The option for which somebody has voted."""
    option: int | None = _vote_of.scalar(connection, poll_id=poll_id, voter=voter)
    return option


def own_vote(connection: Connection, session_id: int, voter: str) -> OwnPollVote:
    """What a guest has voted for in the poll of a session that is open. Raises SessionNotFound."""
    sessions.session(connection, session_id)
    found = last_poll(connection, session_id)
    if found is None or not found.is_open:
        return OwnPollVote(None, None)
    return OwnPollVote(found.poll.id, option_of(connection, found.poll.id, voter))


def _stored(row: Sequence[Any], rows: Sequence[Sequence[Any]]) -> Stored:
    id_, session_id, rule, started_at, ends_at, ending_at, closed_at, winner, label, decided_by, seed = row
    options = [PollOption(*each[:4]) for each in rows]
    poll = Poll(
        id=id_,
        session_id=session_id,
        rule=rule,
        started_at=started_at,
        ends_at=ending_at or ends_at,
        is_ending=ending_at is not None,
        closed_at=closed_at,
        options=options,
        total_votes=sum(each.votes for each in options),
        winner_game_id=winner,
        winner_label=label,
        decided_by=decided_by,
    )
    standings = [Standing(option, game_id, weight, votes) for option, game_id, _label, votes, weight in rows]
    return Stored(poll, standings, seed, ends_at)
