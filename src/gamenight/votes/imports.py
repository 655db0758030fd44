"""Bringing a chat log into a night, whole or not at all, while live votes go on being answered.

A log is first read through, so that one that is broken changes nothing; then its messages are staged, in many small
transactions that count for nothing yet; then it comes into force, again in small steps, which go on after a crash. What
was staged and never came into force is thrown away.
"""

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, bindparam, case, delete, exists, func, insert, or_, select, union, update

from gamenight.catalogue.tables import games
from gamenight.core.clock import later
from gamenight.core.database import Transaction
from gamenight.core.prepared import Prepared
from gamenight.sessions import queries as sessions
from gamenight.sessions.errors import SessionNotFound
from gamenight.votes import chat, queries
from gamenight.votes.actions import merging, recounting
from gamenight.votes.actions.voters import Voters
from gamenight.votes.errors import ImportRunning
from gamenight.votes.exports import ChatMessage
from gamenight.votes.folding import fold_name
from gamenight.votes.passed_over import PassedOver, WhyPassedOver, passed_over
from gamenight.votes.rules import Cast, Timetable, WhyOnNone
from gamenight.votes.schemas import Voter
from gamenight.votes.speakers import TakenBack
from gamenight.votes.tables import chat_imports, chat_messages, voters, votes

STALE_SECONDS: Final = 60
"""An import that was not touched for so long has died with its process."""
ROWS_AT_ONCE = 5000

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


class StrayVote(Struct, frozen=True):
    """A vote that fell on no game, since none was on at its time: where in the night that was. `number` is that of its
    line or entry."""

    number: int
    username: str
    vote: str
    timestamp: str
    reason: WhyOnNone


class ImportedVotes(Struct, frozen=True):
    """The votes of an import that count for a game of the catalogue."""

    title: str
    upvotes: int
    downvotes: int


_known_digests = (
    select(chat_messages.c.digest)
    .join(chat_imports)
    .where(
        chat_imports.c.session_id == bindparam("session_id"),
        or_(chat_imports.c.id == bindparam("import_id"), chat_imports.c.state.in_(bindparam("states", expanding=True))),
        chat_messages.c.digest.in_(bindparam("digests", expanding=True)),
    )
)
_votes_by_game = (
    select(
        games.c.id,
        games.c.title,
        func.sum(case((votes.c.vote == "up", 1), else_=0)),
        func.sum(case((votes.c.vote == "down", 1), else_=0)),
    )
    .select_from(votes.join(games, votes.c.game_id == games.c.id))
    .where(votes.c.import_id == bindparam("import_id"), votes.c.counts == 1)
    .group_by(games.c.id, games.c.title)
)


_strays = (
    # In the order of the fields of Cast.
    select(
        votes.c.id,
        votes.c.timestamp,
        votes.c.vote,
        votes.c.target_game_id,
        votes.c.target_session_game_id,
        votes.c.place,
        votes.c.precision_seconds,
        voters.c.username,
    )
    .join_from(votes, voters)
    .where(
        votes.c.import_id == bindparam("import_id"),
        votes.c.session_game_id.is_(None),
        votes.c.game_id.is_(None),
        votes.c.id > bindparam("after_id"),
    )
    .order_by(votes.c.id)
    .limit(ROWS_AT_ONCE)
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


def begin(transaction: Transaction, session_id: int) -> int:
    """The id of a new import into a night. Raises SessionNotFound, or ImportRunning where one is not through yet."""
    connection = transaction.connection
    sessions.session(connection, session_id)
    running = select(chat_imports.c.id).where(
        chat_imports.c.session_id == session_id, chat_imports.c.state.in_(("staging", "applying"))
    )
    if connection.execute(running).first() is not None:
        raise ImportRunning(
            f"A chat log is being imported into session {session_id}. Try again when it is through.",
        )
    row = {"session_id": session_id, "state": "staging", "touched_at": transaction.now}
    return int(connection.execute(insert(chat_imports).returning(chat_imports.c.id), row).scalar_one())


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
    into = _Staging(transaction, import_id, _touch(transaction, import_id), platform, symbols)
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


def apply(transaction: Transaction, import_id: int, *, replacing: bool) -> None:
    """Bring an import into force in place of those that it replaces; its voters have to be recounted afterwards."""
    session_id = _touch(transaction, import_id)
    mine = update(chat_imports).where(chat_imports.c.id == import_id)
    transaction.connection.execute(mine.values(state="applying"))
    if replacing:
        others = (chat_imports.c.session_id == session_id) & (chat_imports.c.state == "done")
        transaction.connection.execute(update(chat_imports).where(others).values(state="replaced"))


def voters_to_recount(connection: Connection, import_id: int) -> list[int]:
    """The voters with votes that an import, or one that it replaces, has or took back."""
    session_id = select(chat_imports.c.session_id).where(chat_imports.c.id == import_id).scalar_subquery()
    replaced = (chat_imports.c.session_id == session_id) & (chat_imports.c.state == "replaced")
    ids = select(chat_imports.c.id).where(or_(chat_imports.c.id == import_id, replaced))
    # Two queries, each with its index.
    concerned = union(
        select(votes.c.voter_id).where(votes.c.import_id.in_(ids)),
        select(votes.c.voter_id).where(votes.c.removed_by.in_(ids)),
    )
    return sorted(connection.execute(concerned).scalars())


def merge_some(transaction: Transaction, import_id: int, *, grace_seconds: float) -> set[int] | None:
    """Merge voters who are one person by what the log has told; returns the session games whose votes changed, None
    once there are none."""
    session_id = _touch(transaction, import_id)
    return merging.merge_some(transaction, session_id, grace_seconds=grace_seconds)


def recount(transaction: Transaction, import_id: int, voter_ids: Sequence[int], *, grace_seconds: float) -> set[int]:
    """Recount the votes of some voters; returns the session games whose votes changed."""
    session_id = _touch(transaction, import_id)
    timetable = queries.timetable(transaction.connection, session_id, grace_seconds)
    return recounting.recount_votes(transaction, session_id, voter_ids, timetable)


def finish(transaction: Transaction, import_id: int, changed: Iterable[int] | None) -> dict[str, ImportedVotes]:
    """Mark an import as done, and emit the session games whose votes changed; None where that is not known.

    Returns the votes of this import that count, by the catalogue's id of the game.
    """
    connection = transaction.connection
    session_id = _touch(transaction, import_id)
    connection.execute(update(chat_imports).where(chat_imports.c.id == import_id).values(state="done"))
    if changed is None:
        changed = {game.id for game in sessions.games_of(connection, session_id)}
    recounting.emit_changed_votes(transaction, session_id, changed)
    rows = connection.execute(_votes_by_game, {"import_id": import_id})
    return {str(game_id): ImportedVotes(title, up, down) for game_id, title, up, down in rows}


def stray_votes(
    connection: Connection, import_id: int, after_id: int, *, grace_seconds: float
) -> list[tuple[int, StrayVote]]:
    """Some of the votes of an import that fell on no game, in the order of their ids, which come first."""
    session_id = connection.execute(
        select(chat_imports.c.session_id).where(chat_imports.c.id == import_id)
    ).scalar_one_or_none()
    if session_id is None:
        return []
    timetable = queries.timetable(connection, session_id, grace_seconds)
    return [
        (cast.id, _stray(cast, username, timetable))
        for *fields, username in connection.execute(_strays, {"import_id": import_id, "after_id": after_id})
        for cast in [Cast(*fields)]
    ]


def _stray(cast: Cast, username: str, timetable: Timetable) -> StrayVote:
    number = cast.place // chat.MAX_TARGETS
    return StrayVote(number, username, cast.vote, cast.timestamp, timetable.why_silent_at(cast.timestamp))


def let_go(transaction: Transaction, import_id: int) -> None:
    """Leave an import to whoever finds it first: its process is about to end."""
    transaction.connection.execute(update(chat_imports).where(chat_imports.c.id == import_id).values(touched_at=""))


def interrupted(connection: Connection, state: str, before: str | None) -> list[int]:
    """The imports in a state that were not touched since a moment, so that their process has died, or all of them."""
    found = select(chat_imports.c.id).where(chat_imports.c.state == state)
    if before is not None:
        found = found.where(chat_imports.c.touched_at < before)
    return list(connection.execute(found).scalars())


def replaced(connection: Connection) -> list[int]:
    """The imports that others have replaced for good."""
    replacing = chat_imports.alias()
    under_way = exists().where(replacing.c.session_id == chat_imports.c.session_id, replacing.c.state == "applying")
    done_with = select(chat_imports.c.id).where(chat_imports.c.state == "replaced", ~under_way)
    return list(connection.execute(done_with).scalars())


def discard_some(transaction: Transaction, import_id: int) -> bool:
    """Remove an import bit by bit. False once it is gone, or where it is in force and has to stay."""
    connection = transaction.connection
    state = connection.execute(select(chat_imports.c.state).where(chat_imports.c.id == import_id)).scalar()
    if state not in ("staging", "replaced"):
        return False
    some = select(chat_messages.c.id).where(chat_messages.c.import_id == import_id).limit(ROWS_AT_ONCE)
    if connection.execute(delete(chat_messages).where(chat_messages.c.id.in_(some))).rowcount:
        return True
    given_back = update(votes).where(votes.c.removed_by == import_id).values(removed_by=None)
    connection.execute(given_back)
    some = select(votes.c.id).where(votes.c.import_id == import_id).limit(ROWS_AT_ONCE)
    if connection.execute(delete(votes).where(votes.c.id.in_(some))).rowcount:
        return True
    without_votes = ~exists().where(votes.c.voter_id == voters.c.id)
    session_id = select(chat_imports.c.session_id).where(chat_imports.c.id == import_id).scalar_subquery()
    connection.execute(delete(voters).where(voters.c.session_id == session_id, without_votes))
    connection.execute(delete(chat_imports).where(chat_imports.c.id == import_id))
    return False


def _touch(transaction: Transaction, import_id: int) -> int:
    """Mark an import as being worked on; returns its session. Raises SessionNotFound where that was deleted."""
    touched = (
        update(chat_imports)
        .where(chat_imports.c.id == import_id)
        .values(touched_at=transaction.now)
        .returning(chat_imports.c.session_id)
    )
    session_id: int | None = transaction.connection.execute(touched).scalar()
    if session_id is None:
        raise SessionNotFound("The session was deleted while its chat log was being imported.")
    return session_id


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
