"""Bringing a chat log into a night, whole or not at all, while live votes go on being answered.

A log is first read through, so that one that is broken changes nothing; then its messages are staged, in many small
transactions that count for nothing yet; then it comes into force, again in small steps, which go on after a crash. What
was staged and never came into force is thrown away.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, bindparam, case, delete, exists, func, insert, or_, select, union, update

from gamenight.catalogue.tables import games
from gamenight.core.database import Transaction
from gamenight.sessions import queries as sessions
from gamenight.sessions.errors import SessionNotFound
from gamenight.votes import chat, queries
from gamenight.votes.actions import merging, recounting
from gamenight.votes.errors import ImportRunning
from gamenight.votes.rules import Cast, Timetable, WhyOnNone
from gamenight.votes.tables import chat_imports, chat_messages, voters, votes

STALE_SECONDS: Final = 60
"""An import that was not touched for so long has died with its process."""
ROWS_AT_ONCE = 5000


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


def apply(transaction: Transaction, import_id: int, *, replacing: bool) -> None:
    """Bring an import into force in place of those that it replaces; its voters have to be recounted afterwards."""
    session_id = touch(transaction, import_id)
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
    session_id = touch(transaction, import_id)
    return merging.merge_some(transaction, session_id, grace_seconds=grace_seconds)


def recount(transaction: Transaction, import_id: int, voter_ids: Sequence[int], *, grace_seconds: float) -> set[int]:
    """Recount the votes of some voters; returns the session games whose votes changed."""
    session_id = touch(transaction, import_id)
    timetable = queries.timetable(transaction.connection, session_id, grace_seconds)
    return recounting.recount_votes(transaction, session_id, voter_ids, timetable)


def finish(transaction: Transaction, import_id: int, changed: Iterable[int] | None) -> dict[str, ImportedVotes]:
    """Mark an import as done, and emit the session games whose votes changed; None where that is not known.

    Returns the votes of this import that count, by the catalogue's id of the game.
    """
    connection = transaction.connection
    session_id = touch(transaction, import_id)
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


def touch(transaction: Transaction, import_id: int) -> int:
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
