"""Who said what of a chat log, and what of it was taken back. Pure.

A log is read twice: what was taken back is known only when it was read to its end.
"""

import hashlib
from collections.abc import Iterable, Iterator

from msgspec import Struct, structs

from gamenight.votes.exports import ChatMessage, Entry, Removed, Renamed
from gamenight.votes.exports.checks import MESSAGE_LENGTH
from gamenight.votes.folding import fold_name, folded
from gamenight.votes.identities import login_and_shown, nick, shown_name, user_id_of
from gamenight.votes.relays import RelayBots


class TakenBack(Struct, frozen=True):
    """A message that a moderator removed later."""

    message: ChatMessage


class Removals:
    """What a log says was taken back."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._until: dict[bytes, int] = {}

    def note(self, removed: Removed) -> None:
        """Keep what is needed to know the messages again: that of an id, or those with a text, or all, of an author."""
        if removed.message_id is not None:
            self._ids.add(removed.message_id)
            return
        for author in _authors_of_removal(removed.username, user_id_of(removed.user_id)):
            self._until[_key(author, removed.message)] = removed.number

    def __len__(self) -> int:
        return len(self._ids) + len(self._until)

    def include(self, message: ChatMessage) -> bool:
        """Whether a message of the log, as it stands there, was taken back after it was said."""
        if not self._ids and not self._until:
            return False
        if message.message_id in self._ids:
            return True
        keys = (
            _key(author, text)
            for author in _authors_of_message(message.username, user_id_of(message.user_id))
            for text in (message.message, None)
        )
        return any(self._until.get(key, 0) > message.number for key in keys)


class Renames:
    """Under which name somebody was known first, for as long as a log tells of their new ones."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}
        self._left: set[str] = set()
        self._taken_over: set[str] = set()

    def note(self, renamed: Renamed) -> None:
        """Somebody goes by another name from here on."""
        before, after = fold_name(nick(renamed.before)), fold_name(nick(renamed.after))
        if before == after:
            return
        first = self._first.pop(before, nick(renamed.before))
        if after in self._left and fold_name(first) != after:
            # Whose name it was goes by another one: two people.
            self._taken_over.add(after)
        else:
            self._taken_over.discard(after)
        if fold_name(first) != after:
            self._first[after] = first
        self._left.add(before)
        self._left.discard(after)

    def of(self, message: ChatMessage) -> ChatMessage:
        """The message under the name by which its author was known first."""
        name = fold_name(message.username)
        first = self._first.get(name)
        if first is None:
            return message
        other = None if name in self._taken_over else message.username
        return structs.replace(message, username=first, shown_name=other)


def said_in(entries: Iterable[Entry], removals: Removals, relay_bots: RelayBots) -> Iterator[ChatMessage | TakenBack]:
    """The messages of a log under the names and ids of those who wrote them. What a relay bot says itself is nobody's,
    and stays its own."""
    renames = Renames()
    for entry in entries:
        if isinstance(entry, Renamed):
            renames.note(entry)
        elif isinstance(entry, ChatMessage):
            message = renames.of(_by_whom(entry, relay_bots))
            yield TakenBack(message) if removals.include(entry) else message


def _by_whom(message: ChatMessage, relay_bots: RelayBots) -> ChatMessage:
    if message.username in relay_bots:
        relayed = relay_bots.relayed(message.message)
        if relayed is None:
            return message
        # Two bots may bring a message over two bridges.
        told = structs.replace(message, username=relayed.username, message=relayed.message, user_id=None)
        return _by_whom(told, relay_bots)
    login, shown = login_and_shown(shown_name(message.username))
    return structs.replace(
        message, username=login, shown_name=shown or message.shown_name, user_id=user_id_of(message.user_id)
    )


def _authors_of_removal(username: str | None, user_id: str | None) -> Iterator[str]:
    """By what their messages may know an author: those with an id by the id, where both have one."""
    if user_id is not None:
        yield f"id {user_id}"
    if username is not None:
        yield f"without id {_name(username)}"
        if user_id is None:
            yield f"named {_name(username)}"


def _authors_of_message(username: str, user_id: str | None) -> Iterator[str]:
    if user_id is None:
        yield f"without id {_name(username)}"
    else:
        yield f"id {user_id}"
        yield f"named {_name(username)}"


def _name(username: str) -> str:
    return fold_name(login_and_shown(shown_name(username))[0])


def _key(author: str, text: str | None) -> bytes:
    of_all = text is None
    content = f"{author}\0{of_all}\0{'' if text is None else folded(text[:MESSAGE_LENGTH]).strip()}"
    return hashlib.blake2b(content.encode(), digest_size=16).digest()
