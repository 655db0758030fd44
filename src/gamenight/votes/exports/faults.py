"""What can be wrong with a chat log, and with an entry of one."""

from gamenight.core.errors import BadRequest
from gamenight.votes.exports.entries import ChatLogFault, Place


class ChatLogInvalid(BadRequest):
    """A log that can't be read; `details` has the entry or the line, and nothing after it was looked at. `told` has
    what the sentence tells."""

    code = "chat_log_invalid"

    def __init__(self, place: Place, fault: ChatLogFault, sentence: str, **told: object) -> None:
        details = {place.unit: place.number, "reason": fault, **told}
        super().__init__(f"{place.unit.title()} {place.number}: {sentence}", details=details)


class EntryInvalid(Exception):
    """One entry can't be read, but those after it may: a reader makes a NotUnderstood of it."""

    def __init__(self, fault: ChatLogFault, sentence: str) -> None:
        super().__init__(sentence)
        self.fault: ChatLogFault = fault
        self.sentence = sentence


class LogInvalid(Exception):
    """The log as a whole can't be read as it was said to be: a reader makes a ChatLogInvalid of it, with the place."""

    def __init__(self, fault: ChatLogFault, sentence: str, **told: object) -> None:
        super().__init__(sentence)
        self.fault: ChatLogFault = fault
        self.sentence = sentence
        self.told = told

    def at(self, place: Place) -> ChatLogInvalid:
        return ChatLogInvalid(place, self.fault, self.sentence, **self.told)
