"""The events of polls."""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from gamenight.core.database import Transaction
from gamenight.polls.rules import DecidedBy, Rule
from gamenight.polls.schemas import Poll, PollOption
from gamenight.sessions.events import emit_to_session

POLL_START: Final = "poll.start"
POLL_ENDING: Final = "poll.ending"
POLL_ENDING_CANCELLED: Final = "poll.ending.cancelled"
VOTING_ENDED: Final = "voting.ended"
GAME_PICKED: Final = "game.picked"
GAME_DISMISSED: Final = "game.dismissed"


class PollStarted(Struct, frozen=True, rename="camel"):
    session_id: int
    poll_id: int
    poll_started_at: str
    rule: Rule
    options: list[PollOption]
    ends_at: str | None


class PollEnding(Struct, frozen=True, rename="camel"):
    """When it ends: set by a host, or after that was taken back; null while only a host can end it."""

    session_id: int
    poll_id: int
    ends_at: str | None


class VotingEnded(Struct, frozen=True, rename="camel"):
    """`winner_game_id` is 0 for something else, null where the night ended before the poll."""

    session_id: int
    poll_id: int
    winner_game_id: int | None
    winner_label: str | None
    winner_votes: int
    rule: Rule
    decided_by: DecidedBy | None
    tied: list[int]
    options: list[PollOption]


class GamePicked(Struct, frozen=True, rename="camel"):
    """A game was chosen to come next, by a poll or by a host."""

    session_id: int
    game_id: int
    label: str
    source: Literal["poll", "host"]


class GameDismissed(Struct, frozen=True, rename="camel"):
    session_id: int
    game_id: int
    label: str


EVENTS: Mapping[str, type[Struct]] = {
    POLL_START: PollStarted,
    POLL_ENDING: PollEnding,
    POLL_ENDING_CANCELLED: PollEnding,
    VOTING_ENDED: VotingEnded,
    GAME_PICKED: GamePicked,
    GAME_DISMISSED: GameDismissed,
}
"""What each event carries."""


def emit_poll_start(transaction: Transaction, poll: Poll) -> None:
    data = PollStarted(poll.session_id, poll.id, poll.started_at, poll.rule, poll.options, poll.ends_at)
    emit_to_session(transaction, POLL_START, data, poll.session_id)


def emit_poll_ending(transaction: Transaction, poll: Poll) -> None:
    type_ = POLL_ENDING if poll.is_ending else POLL_ENDING_CANCELLED
    emit_to_session(transaction, type_, PollEnding(poll.session_id, poll.id, poll.ends_at), poll.session_id)


def emit_voting_ended(transaction: Transaction, poll: Poll, tied: list[int]) -> None:
    votes = sum(each.votes for each in poll.options if each.game_id == poll.winner_game_id)
    data = VotingEnded(
        session_id=poll.session_id,
        poll_id=poll.id,
        winner_game_id=poll.winner_game_id,
        winner_label=poll.winner_label,
        winner_votes=votes,
        rule=poll.rule,
        decided_by=poll.decided_by,
        tied=tied,
        options=poll.options,
    )
    emit_to_session(transaction, VOTING_ENDED, data, poll.session_id)


def emit_game_picked(transaction: Transaction, picked: GamePicked) -> None:
    emit_to_session(transaction, GAME_PICKED, picked, picked.session_id)


def emit_game_dismissed(transaction: Transaction, session_id: int, game_id: int, label: str) -> None:
    emit_to_session(transaction, GAME_DISMISSED, GameDismissed(session_id, game_id, label), session_id)
