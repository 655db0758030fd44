"""Every way to change a poll."""

import secrets
from collections.abc import Sequence

from msgspec import Struct, structs
from sqlalchemy import bindparam, delete, func, insert, select, update

from gamenight.catalogue import queries as catalogue
from gamenight.catalogue.errors import GameNotFound
from gamenight.core.clock import later
from gamenight.core.database import Transaction
from gamenight.core.prepared import Prepared
from gamenight.polls import events, queries, rules
from gamenight.polls.errors import NoSuchOption, NotEnding, NothingSelected, OneChoice, PollOver, PollRunning
from gamenight.polls.events import GamePicked
from gamenight.polls.queries import Stored
from gamenight.polls.rules import SOMETHING_ELSE, DecidedBy, Rule
from gamenight.polls.schemas import NewPollVote, Poll, PollVoteTaken, Selected
from gamenight.polls.tables import poll_options, poll_votes, polls
from gamenight.sessions import actions as sessions
from gamenight.sessions import queries as session_queries
from gamenight.sessions.recounting import Difference
from gamenight.sessions.schemas import SessionChange

LABEL_LENGTH = 200
_move = Prepared(
    update(poll_options)
    .where(poll_options.c.poll_id == bindparam("of_poll"), poll_options.c.option == bindparam("of_option"))
    .values(votes=poll_options.c.votes + bindparam("more"))
)
_insert_vote = Prepared(insert(poll_votes), ["poll_id", "voter", "option"])
_change_vote = Prepared(
    update(poll_votes)
    .where(poll_votes.c.poll_id == bindparam("of_poll"), poll_votes.c.voter == bindparam("whose"))
    .values(option=bindparam("chosen"))
)


class Card(Struct, frozen=True):
    """A game to vote on, with its weight in the draw."""

    game_id: int
    title: str
    weight: float


def start(transaction: Transaction, session_id: int, cards: Sequence[Card], *, seconds: int | None, rule: Rule) -> Poll:
    """Open a poll. Raises SessionNotFound, SessionClosed or PollRunning."""
    connection = transaction.connection
    session_queries.refuse_closed(session_queries.session(connection, session_id))
    last = queries.last_poll(connection, session_id)
    if last is not None and last.is_open:
        raise PollRunning("A poll is open already. End it first, with POST /api/sessions/{id}/voting/end.")
    row = {
        "session_id": session_id,
        "rule": rule,
        "seed": secrets.token_hex(8),
        "started_at": transaction.now,
        "ends_at": None if seconds is None else later(transaction.now, seconds=seconds),
    }
    poll_id = int(connection.execute(insert(polls).values(row).returning(polls.c.id)).scalar_one())
    options = [*((card.game_id, card.title[:LABEL_LENGTH], card.weight) for card in cards)]
    options.append((SOMETHING_ELSE, "Something else", 0.0))
    connection.execute(
        insert(poll_options),
        [
            {"poll_id": poll_id, "option": number, "game_id": game_id, "label": label, "weight": weight}
            for number, (game_id, label, weight) in enumerate(options, start=1)
        ],
    )
    poll = queries.open_poll(connection, session_id).poll
    events.emit_poll_start(transaction, poll)
    return poll


def cast(transaction: Transaction, session_id: int, voter: str, vote: NewPollVote) -> PollVoteTaken:
    """Vote, or vote otherwise than before.

    Raises SessionNotFound, SessionClosed, NoPoll, PollOver, OneChoice or NoSuchOption.
    """
    connection = transaction.connection
    poll = queries.open_poll(connection, session_id).poll
    if poll.ends_at is not None and poll.ends_at <= transaction.now:
        raise PollOver("The poll has just ended. What won is told in a moment.")
    option = _option(transaction, poll, vote)
    before = queries.option_of(connection, poll.id, voter)
    if before != option:
        if before is None:
            _insert_vote.run(connection, poll_id=poll.id, voter=voter, option=option)
        else:
            _change_vote.run(connection, of_poll=poll.id, whose=voter, chosen=option)
            _move.run(connection, of_poll=poll.id, of_option=before, more=-1)
        _move.run(connection, of_poll=poll.id, of_option=option, more=1)
        poll = _moved(poll, before, option)
    return PollVoteTaken(True, before != option, poll)


def end(transaction: Transaction, session_id: int, delay: int) -> Poll:
    """End a poll now, or in so many seconds, which can be cancelled until then.

    Raises SessionNotFound, SessionClosed or NoPoll.
    """
    found = queries.open_poll(transaction.connection, session_id)
    if not delay:
        return _close_by_votes(transaction, found)
    return _set_end(transaction, found, later(transaction.now, seconds=delay))


def cancel_end(transaction: Transaction, session_id: int) -> Poll:
    """Take back the end that a host has set. One that was to end by itself meanwhile stays open until a host ends it.
    Raises SessionNotFound, SessionClosed, NoPoll or NotEnding."""
    found = queries.open_poll(transaction.connection, session_id)
    if not found.poll.is_ending:
        raise NotEnding("Nobody has set an end for this poll, so there is none to cancel.")
    if found.set_end is not None and found.set_end <= transaction.now:
        _update(transaction, found, ends_at=None)
    return _set_end(transaction, found, None)


def select_game(transaction: Transaction, session_id: int, game_id: int) -> Selected:
    """Choose what comes next, whatever a poll says; one that is open ends with it.

    Raises SessionNotFound, SessionClosed or GameNotFound.
    """
    connection = transaction.connection
    session_queries.refuse_closed(session_queries.session(connection, session_id))
    game = catalogue.game(connection, game_id)
    last = queries.last_poll(connection, session_id)
    if last is not None and last.is_open:
        _close(transaction, last, (game_id, game.title), "host", [])
    session = sessions.change_session(transaction, session_id, SessionChange(next_game_id=game_id))
    events.emit_game_picked(transaction, GamePicked(session_id, game_id, game.title, "host"))
    return Selected(f"{game.title} comes next", session)


def dismiss_game(transaction: Transaction, session_id: int) -> Selected:
    """Nothing comes next. Raises SessionNotFound, SessionClosed or NothingSelected."""
    session = session_queries.session(transaction.connection, session_id)
    session_queries.refuse_closed(session)
    game = session.next_game
    if game is None:
        raise NothingSelected("No game is chosen to come next, so there is none to dismiss.")
    session = sessions.change_session(transaction, session_id, SessionChange(next_game_id=None))
    events.emit_game_dismissed(transaction, session_id, game.game_id, game.title)
    return Selected(f"{game.title} does not come next", session)


def close_due(transaction: Transaction) -> None:
    """Close the polls whose time is over, or whose night is."""
    for due in queries.open_polls(transaction.connection):
        found = queries.last_poll(transaction.connection, due.session_id)
        if found is None:
            continue
        if not due.is_active:
            _close(transaction, found, (None, None), "session_end", [])
        elif due.ends_at is not None and due.ends_at <= transaction.now:
            _close_by_votes(transaction, found)


def recount(transaction: Transaction) -> list[Difference]:
    """Set right the counts of the polls that are open; returns what was wrong."""
    connection = transaction.connection
    counted = (
        select(func.count())
        .where(poll_votes.c.poll_id == poll_options.c.poll_id, poll_votes.c.option == poll_options.c.option)
        .scalar_subquery()
    )
    wrong = connection.execute(
        select(poll_options.c.poll_id, poll_options.c.option, poll_options.c.votes, counted.label("counted"))
        .join_from(poll_options, polls)
        .where(polls.c.closed_at.is_(None), poll_options.c.votes != counted)
    ).all()
    for row in wrong:
        _move.run(connection, of_poll=row.poll_id, of_option=row.option, more=row.counted - row.votes)
    return [
        Difference("poll_options", row.poll_id, f"votes of option {row.option}", row.votes, row.counted)
        for row in wrong
    ]


def _option(transaction: Transaction, poll: Poll, vote: NewPollVote) -> int:
    """The number of the option that a vote names."""
    symbol = vote.named_symbol
    if [vote.option, vote.game_id, symbol].count(None) != 2:
        raise OneChoice("Say what the vote is for once: with option, gameId, or symbol.")
    game_id = vote.game_id
    if symbol is not None:
        game = catalogue.game_of_symbol(transaction.connection, symbol)
        game_id = -1 if game is None else game.id
    for each in poll.options:
        if vote.option == each.option if game_id is None else game_id == each.game_id:
            return each.option
    offered = ", ".join(f"{each.option} {each.label}" for each in poll.options)
    raise NoSuchOption(f"The poll has no such option. It has: {offered}.", details={"options": len(poll.options)})


def _moved(poll: Poll, before: int | None, option: int) -> Poll:
    """A poll in which somebody has voted, otherwise than before if they had."""
    options = [
        structs.replace(each, votes=each.votes + (each.option == option) - (each.option == before))
        for each in poll.options
    ]
    return structs.replace(poll, options=options, total_votes=poll.total_votes + (before is None))


def _close_by_votes(transaction: Transaction, found: Stored) -> Poll:
    outcome = rules.decide(found.standings, found.poll.rule, found.seed)
    winner = next(each for each in found.poll.options if each.option == outcome.option)
    tied = [each.game_id for each in found.poll.options if each.option in outcome.tied]
    poll = _close(transaction, found, (winner.game_id, winner.label), outcome.decided_by, tied)
    comes_next = None if winner.game_id == SOMETHING_ELSE or _has_left(transaction, winner.game_id) else winner.game_id
    sessions.change_session(transaction, poll.session_id, SessionChange(next_game_id=comes_next))
    if comes_next is not None:
        events.emit_game_picked(transaction, GamePicked(poll.session_id, comes_next, winner.label, "poll"))
    return poll


def _has_left(transaction: Transaction, game_id: int) -> bool:
    """Whether a game has left the catalogue while people voted on it."""
    try:
        catalogue.game(transaction.connection, game_id)
    except GameNotFound:
        return True
    return False


def _close(
    transaction: Transaction,
    found: Stored,
    winner: tuple[int | None, str | None],
    decided_by: DecidedBy,
    tied: list[int],
) -> Poll:
    winner_id, label = winner
    given = {
        "closed_at": transaction.now,
        "winner_game_id": winner_id,
        "winner_label": label,
        "decided_by": decided_by,
    }
    _update(transaction, found, **given)
    transaction.connection.execute(delete(poll_votes).where(poll_votes.c.poll_id == found.poll.id))
    poll = structs.replace(found.poll, **given)
    events.emit_voting_ended(transaction, poll, tied)
    return poll


def _set_end(transaction: Transaction, found: Stored, moment: str | None) -> Poll:
    _update(transaction, found, ending_at=moment)
    poll = queries.open_poll(transaction.connection, found.poll.session_id).poll
    events.emit_poll_ending(transaction, poll)
    return poll


def _update(transaction: Transaction, found: Stored, **values: object) -> None:
    transaction.connection.execute(update(polls).where(polls.c.id == found.poll.id).values(**values))
