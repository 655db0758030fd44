"""Laying aside what a chat log says, in parts that count for nothing until its import comes into force."""

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence

from msgspec import Struct
from sqlalchemy import bindparam, func, insert, or_, select, update

from gamenight.core.clock import later
from gamenight.core.database import Transaction
from gamenight.core.prepared import Prepared
from gamenight.votes import chat
from gamenight.votes.actions.voters import Voters
from gamenight.votes.exports import ChatMessage
from gamenight.votes.folding import fold_name
from gamenight.votes.imports import touch
from gamenight.votes.passed_over import PassedOver, WhyPassedOver, passed_over
from gamenight.votes.schemas import Voter
from gamenight.votes.speakers import TakenBack
from gamenight.votes.tables import chat_imports, chat_messages, votes

_VotesSaid = tuple[ChatMessage, Sequence[chat.ChatVote]]


class Staged(Struct, frozen=True):
    """How many messages were new and how many were known, and the votes found in the new ones, or their words that are
    none."""

    imported: int = 0
    duplicates: int = 0
    votes: int = 0
    passed_over: PassedOver = PassedOver()

    def __add__(self, other: "Staged") -> "Staged":
        return Staged(
            self.imported + other.imported,
            self.duplicates + other.duplicates,
            self.votes + other.votes,
            self.passed_over + other.passed_over,
        )


_known_digests = (
    select(chat_messages.c.digest)
    .join(chat_imports)
    .where(
        chat_imports.c.session_id == bindparam("session_id"),
        or_(chat_imports.c.id == bindparam("import_id"), chat_imports.c.state.in_(bindparam("states", expanding=True))),
        chat_messages.c.digest.in_(bindparam("digests", expanding=True)),
    )
)
_insert_message = Prepared(insert(chat_messages), ["import_id", "timestamp", "username", "message", "digest"])
_take_back = Prepared(
    update(votes)
    .where(
        votes.c.voter_id == bindparam("whose"),
        votes.c.vote == bindparam("said"),
        func.coalesce(votes.c.target_game_id, 0) == bindparam("target"),
        votes.c.timestamp.between(bindparam("first"), bindparam("last")),
        votes.c.removed_by.is_(None),
        # Of its own log nothing is staged that was taken back.
        or_(votes.c.import_id.is_(None), votes.c.import_id != bindparam("taken_back_by")),
    )
    .values(removed_by=bindparam("taken_back_by"))
)
_insert_vote = Prepared(
    insert(votes).values(counts=0),
    ["voter_id", "vote", "timestamp", "precision_seconds", "place", "target_game_id", "import_id", "created_at"],
)


def stage(
    transaction: Transaction,
    import_id: int,
    entries: Sequence[ChatMessage | TakenBack],
    *,
    platform: str,
    symbols: Mapping[str, int],
    replacing: bool,
    silent: Container[str] = (),
) -> Staged:
    """Stage messages and their votes. Messages that are known already are skipped, unless all is replaced. Of those
    that were taken back nothing is kept, and their votes that are known already go when this comes into force. What
    the users named in `silent` say is no vote."""
    into = _Staging(transaction, import_id, touch(transaction, import_id), platform, symbols)
    messages = [each for each in entries if isinstance(each, ChatMessage)]
    new = _stage_messages(into, messages, replacing=replacing)
    words = [(message, chat.read(message.message, symbols)) for message in new]
    counted = [(message, said.votes) for message, said in words if said.votes and message.username not in silent]
    found = _stage_votes(into, counted)
    removed = [each.message for each in entries if isinstance(each, TakenBack)]
    taken_back = [(message, votes_) for message in removed if (votes_ := chat.votes_in(message.message, symbols))]
    _stage_removals(into, taken_back)
    why: list[tuple[ChatMessage, WhyPassedOver]] = [(message, "removed") for message, _votes in taken_back]
    for message, said in words:
        if said.passed_over is not None:
            why.append((message, said.passed_over))
        elif said.votes and message.username in silent:
            why.append((message, "relay_bot"))
    why.sort(key=lambda each: each[0].number)
    return Staged(len(new), len(messages) - len(new), found, passed_over(why))


class _Staging(Struct, frozen=True):
    """Where some messages of a log are staged, and how they are read."""

    transaction: Transaction
    import_id: int
    session_id: int
    platform: str
    symbols: Mapping[str, int]

    def author(self, message: ChatMessage) -> Voter:
        return Voter(self.platform, message.user_id, message.username, message.shown_name)

    def voters(self, said: Iterable[_VotesSaid]) -> Voters:
        return Voters(self.transaction.connection, self.session_id, [self.author(message) for message, _votes in said])

    def target(self, vote: chat.ChatVote) -> int | None:
        """The catalogue's id of the game that a vote names."""
        return None if vote.target is None else self.symbols[vote.target]


def _stage_messages(into: _Staging, messages: Sequence[ChatMessage], *, replacing: bool) -> list[ChatMessage]:
    """Lay aside the messages that are new, and return them."""
    connection = into.transaction.connection
    by_digest = {_digest(message): message for message in messages}
    parameters = {
        "session_id": into.session_id,
        "import_id": into.import_id,
        "states": [] if replacing else ["applying", "done"],
        "digests": list(by_digest),
    }
    known = set(connection.execute(_known_digests, parameters).scalars())
    new = {digest: message for digest, message in by_digest.items() if digest not in known}
    _insert_message.run_each(
        connection,
        [
            {
                "import_id": into.import_id,
                "timestamp": message.timestamp,
                "username": message.username,
                "message": message.message,
                "digest": digest,
            }
            for digest, message in new.items()
        ],
    )
    return list(new.values())


def _stage_votes(into: _Staging, said: Sequence[_VotesSaid]) -> int:
    """Lay the votes of messages aside; returns how many there are."""
    voters_ = into.voters(said)
    known = [voters_.take(into.author(message)) for message, _votes in said]
    voters_.save(into.transaction)
    rows = [
        {
            "voter_id": voter.id,
            "vote": each.vote,
            "timestamp": message.timestamp,
            "precision_seconds": message.precision_seconds,
            "place": message.number * chat.MAX_TARGETS + place,
            "target_game_id": into.target(each),
            "import_id": into.import_id,
            "created_at": into.transaction.now,
        }
        for (message, votes_), voter in zip(said, known, strict=True)
        for place, each in enumerate(votes_)
    ]
    _insert_vote.run_each(into.transaction.connection, rows)
    return len(rows)


def _stage_removals(into: _Staging, said: Sequence[_VotesSaid]) -> None:
    """Note of the votes of messages, live ones and those of other logs, that the messages were taken back."""
    voters_ = into.voters(said)
    _take_back.run_each(
        into.transaction.connection,
        [
            {
                "whose": voter.id,
                "said": each.vote,
                "target": into.target(each) or 0,
                "first": message.timestamp,
                # Of a time that is rough, all of it.
                "last": later(message.timestamp, seconds=max(0, message.precision_seconds - 0.001)),
                "taken_back_by": into.import_id,
            }
            for message, votes_ in said
            if (voter := voters_.find(into.author(message))) is not None
            for each in votes_
        ],
    )


def _digest(message: ChatMessage) -> str:
    content = f"{message.timestamp}\0{fold_name(message.username)}\0{message.message}"
    if message.repeats:
        content += f"\0{message.repeats}"
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()
