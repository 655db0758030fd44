"""The words of a vote that are none, and why: so that an import without votes is no riddle."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct, field

from gamenight.votes.chat import WhyNone
from gamenight.votes.exports import ChatMessage

SHOWN = 3
"""So many examples are told."""
SHOWN_LENGTH = 200
WhyPassedOver = Literal[WhyNone, "removed", "relay_bot"]


class PassedOverMessage(Struct, frozen=True):
    """A message with the words of a vote: `quoted`, `played_back` of an earlier moment, naming `both_ways` for one
    game, or `instructions` for others; `removed` by a moderator, or what a `relay_bot` says itself. `number` is that of
    its line or entry."""

    number: int
    username: str
    message: str
    reason: WhyPassedOver


class PassedOver(Struct, frozen=True):
    """How many messages have the words of a vote that is none, by reason, and the first of them."""

    count: int = 0
    reasons: Mapping[WhyPassedOver, int] = field(default_factory=dict)
    examples: Sequence[PassedOverMessage] = ()

    def __add__(self, other: "PassedOver") -> "PassedOver":
        return PassedOver(
            self.count + other.count,
            dict(Counter(self.reasons) + Counter(other.reasons)),
            [*self.examples, *other.examples][:SHOWN],
        )


def passed_over(messages: Sequence[tuple[ChatMessage, WhyPassedOver]]) -> PassedOver:
    """What is told of these messages."""
    examples = [
        PassedOverMessage(message.number, message.username, message.message[:SHOWN_LENGTH], why)
        for message, why in messages[:SHOWN]
    ]
    return PassedOver(len(messages), dict(Counter(why for _message, why in messages)), examples)
