"""Messages that only their order tells apart: the same words of a person, several times in a minute."""

from collections import Counter

from msgspec import structs

from gamenight.votes.exports.entries import ChatMessage
from gamenight.votes.exports.stamps import MINUTE


class Repeats:
    """Counts the messages of the present minute, of a log that is read in its order."""

    def __init__(self) -> None:
        self._minute = ""
        self._said: Counter[tuple[str, str]] = Counter()

    def counted(self, message: ChatMessage) -> ChatMessage:
        """A message with the number of those before it that say the same in the same minute."""
        if message.precision_seconds < MINUTE:
            return message
        if message.timestamp != self._minute:
            self._minute = message.timestamp
            self._said.clear()
        said = (message.username, message.message)
        before = self._said[said]
        self._said[said] += 1
        return structs.replace(message, repeats=before) if before else message
