"""The events of votes."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from gamenight.core.database import Transaction
from gamenight.sessions.events import emit_to_session
from gamenight.sessions.schemas import SessionGame
from gamenight.votes.schemas import CastVote, VotedGame

VOTE_RECEIVED: Final = "vote.received"
VOTES_UPDATED: Final = "votes.updated"


class Totals(Struct, frozen=True):
    """Of all nights."""

    upvotes: int
    downvotes: int
    popularity_score: int


class ReceivedFor(Struct, frozen=True):
    """`id` is the catalogue's."""

    id: int
    title: str
    pack_name: str


class VoteReceived(Struct, frozen=True, rename="camel"):
    """`vote` is the last of the `votes` votes that this event tells of. A game that was named without being on tonight
    has no `session_game`."""

    session_id: int
    game: ReceivedFor
    vote: CastVote
    totals: Totals
    votes: int
    session_game: SessionGame | None


class VotesUpdated(Struct, frozen=True, rename="camel"):
    """The session games whose votes are other than before, without one vote being the cause."""

    session_id: int
    session_games: Sequence[SessionGame]


EVENTS: Mapping[str, type[Struct]] = {VOTE_RECEIVED: VoteReceived, VOTES_UPDATED: VotesUpdated}
"""What each event carries."""


def emit_vote_received(
    transaction: Transaction, session_game: SessionGame, game: VotedGame, vote: CastVote, *, votes: int
) -> None:
    received_for = ReceivedFor(game.id, session_game.title, session_game.pack_name)
    data = VoteReceived(session_game.session_id, received_for, vote, _totals(game), votes, session_game)
    emit_to_session(transaction, VOTE_RECEIVED, data, session_game.session_id)


def emit_unplayed_vote_received(
    transaction: Transaction, session_id: int, pack_name: str, game: VotedGame, vote: CastVote, *, votes: int
) -> None:
    """Tell of votes for a game that was named without being on."""
    received_for = ReceivedFor(game.id, game.title, pack_name)
    data = VoteReceived(session_id, received_for, vote, _totals(game), votes, None)
    emit_to_session(transaction, VOTE_RECEIVED, data, session_id)


def emit_votes_updated(transaction: Transaction, session_id: int, session_games: Sequence[SessionGame]) -> None:
    emit_to_session(transaction, VOTES_UPDATED, VotesUpdated(session_id, session_games), session_id)


def _totals(game: VotedGame) -> Totals:
    return Totals(game.upvotes, game.downvotes, game.popularity_score)
