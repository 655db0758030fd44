"""Every way to read votes."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, case, desc, func, or_, select

from gamenight.catalogue.tables import games
from gamenight.sessions import queries as sessions
from gamenight.sessions.tables import session_games, turns
from gamenight.votes.folding import fold_name
from gamenight.votes.rules import Attribution, Cast, Timetable, Turn
from gamenight.votes.schemas import (
    PHONE,
    ChatRow,
    GameTally,
    OwnVote,
    OwnVotes,
    Pagination,
    SessionTallies,
    VotedGame,
    VotePage,
    VoteRow,
)
from gamenight.votes.tables import chat_imports, chat_messages, voters, votes

_upvotes = func.coalesce(func.sum(case((votes.c.vote == "up", 1), else_=0)), 0)
_downvotes = func.coalesce(func.sum(case((votes.c.vote == "down", 1), else_=0)), 0)

# Removed games take no votes.
_turns = (
    select(
        turns.c.session_game_id,
        session_games.c.game_id,
        turns.c.started_at,
        turns.c.ended_at,
        session_games.c.status,
    )
    .join(session_games)
    .where(session_games.c.session_id == bindparam("session_id"), session_games.c.removed_at.is_(None))
)

# What is staged by an import that is not through yet, or was replaced by another, counts for nothing.
_in_force = or_(votes.c.import_id.is_(None), chat_imports.c.state.in_(("applying", "done")))
_casts_of = (
    select(
        votes.c.id,
        votes.c.voter_id,
        votes.c.timestamp,
        votes.c.vote,
        votes.c.target_game_id,
        votes.c.target_session_game_id,
        votes.c.place,
        votes.c.session_game_id,
        votes.c.counts,
        _in_force.label("in_force"),
    )
    .outerjoin(chat_imports)
    .where(votes.c.voter_id.in_(bindparam("voter_ids", expanding=True)))
)
_catalogue_votes = (
    select(_upvotes, _downvotes)
    .select_from(session_games.join(votes, votes.c.session_game_id == session_games.c.id))
    .where(session_games.c.game_id == bindparam("game_id"), session_games.c.removed_at.is_(None), votes.c.counts == 1)
)
_counting: Select[Any] = (
    # In the order of VoteRow's fields.
    select(
        votes.c.id,
        voters.c.session_id,
        session_games.c.game_id,
        games.c.title,
        games.c.pack_name,
        voters.c.username,
        voters.c.platform,
        votes.c.vote,
        votes.c.timestamp,
        votes.c.created_at,
        votes.c.session_game_id,
    )
    .select_from(votes.join(voters).join(session_games, votes.c.session_game_id == session_games.c.id).join(games))
    .where(votes.c.counts == 1, session_games.c.removed_at.is_(None))
)
_count_of_counting = _counting.with_only_columns(func.count())
_tallies = (
    select(games.c.id, games.c.title, games.c.pack_name, _upvotes, _downvotes)
    .select_from(
        session_games.join(games).outerjoin(
            votes, (votes.c.session_game_id == session_games.c.id) & (votes.c.counts == 1)
        )
    )
    .where(session_games.c.session_id == bindparam("session_id"), session_games.c.removed_at.is_(None))
    .group_by(games.c.id, games.c.title, games.c.pack_name)
    .order_by(func.min(session_games.c.id))
)
_messages = (
    select(chat_messages.c.id, chat_messages.c.timestamp, chat_messages.c.username, chat_messages.c.message)
    .join(chat_imports)
    .where(chat_imports.c.state.in_(("applying", "done")))
)

_own_votes = (
    select(votes.c.session_game_id, votes.c.vote)
    .join(voters)
    .join(session_games, votes.c.session_game_id == session_games.c.id)
    .where(
        voters.c.session_id == bindparam("session_id"),
        voters.c.platform == PHONE,
        voters.c.user_id == bindparam("device"),
        votes.c.counts == 1,
        session_games.c.removed_at.is_(None),
    )
    .order_by(votes.c.session_game_id)
)

_unpublished = (
    select(
        votes.c.id,
        votes.c.vote,
        votes.c.timestamp,
        votes.c.session_game_id,
        voters.c.session_id,
        voters.c.platform,
        voters.c.username,
    )
    .join(voters)
    .where(votes.c.announced == 0)
    .order_by(votes.c.id)
)


class VoteFilter(Struct, frozen=True, kw_only=True):
    """A filter of votes; None is "any"."""

    session_id: int | None = None
    game_id: int | None = None
    session_game_id: int | None = None
    username: str | None = None
    vote_type: str | None = None


class Stored(Cast, frozen=True, kw_only=True):
    """A vote with its attribution as it is stored."""

    attribution: Attribution
    in_force: bool


def timetable(connection: Connection, session_id: int, grace_seconds: float) -> Timetable:
    rows = connection.execute(_turns, {"session_id": session_id})
    played = [
        Turn(row.session_game_id, row.game_id, row.started_at, row.ended_at, row.status == "skipped") for row in rows
    ]
    return Timetable(played, grace_seconds)


def votes_of(connection: Connection, voter_ids: Iterable[int]) -> dict[int, list[Stored]]:
    """All votes of these voters, by voter."""
    found: dict[int, list[Stored]] = {voter_id: [] for voter_id in voter_ids}
    for row in connection.execute(_casts_of, {"voter_ids": list(found)}):
        stored = Stored(
            row.id,
            row.timestamp,
            row.vote,
            row.target_game_id,
            row.target_session_game_id,
            row.place,
            attribution=Attribution(row.session_game_id, bool(row.counts)),
            in_force=bool(row.in_force),
        )
        found[row.voter_id].append(stored)
    return found


def voted_game(connection: Connection, game_id: int, title: str) -> VotedGame:
    """A game of the catalogue with its votes of all nights."""
    upvotes, downvotes = connection.execute(_catalogue_votes, {"game_id": game_id}).one()
    return VotedGame(game_id, title, upvotes, downvotes, upvotes - downvotes)


def unpublished(connection: Connection) -> list[Row[Any]]:
    """The votes of which live clients have got no event yet, oldest first."""
    return list(connection.execute(_unpublished))


def has_unpublished(connection: Connection) -> bool:
    return connection.execute(_unpublished.limit(1)).first() is not None


def first_turn(connection: Connection, session_game_id: int) -> str:
    """When a session game first was playing."""
    return _moment(connection, session_game_id, func.min(turns.c.started_at))


def last_turn(connection: Connection, session_game_id: int) -> str:
    """When a session game last began or ceased to be playing."""
    turned = func.coalesce(turns.c.ended_at, turns.c.started_at)
    return _moment(connection, session_game_id, func.max(turned))


def _moment(connection: Connection, session_game_id: int, moment: Any) -> str:
    found = select(moment).where(turns.c.session_game_id == session_game_id)
    return connection.execute(found).scalar() or ""


def voters_since(connection: Connection, session_id: int, moment: str) -> list[int]:
    """The voters of a night who cast a vote at a moment or after it."""
    chosen = (
        select(votes.c.voter_id)
        .join(voters)
        .where(voters.c.session_id == session_id, votes.c.timestamp >= moment)
        .distinct()
    )
    return list(connection.execute(chosen).scalars())


def tallies(connection: Connection, session_id: int) -> SessionTallies:
    """The votes of a night by game, in order of playing; raises SessionNotFound."""
    sessions.session(connection, session_id)
    rows = connection.execute(_tallies, {"session_id": session_id})
    return SessionTallies(session_id, [GameTally(*row, row[3] - row[4], row[3] + row[4]) for row in rows])


def own_votes(connection: Connection, session_id: int, device: str) -> OwnVotes:
    """The votes of a guest on one night, as they count; raises SessionNotFound."""
    sessions.session(connection, session_id)
    rows = connection.execute(_own_votes, {"session_id": session_id, "device": device})
    return OwnVotes(session_id, [OwnVote(*row) for row in rows])


def page_of_votes(
    connection: Connection, filter_: VoteFilter, *, page: int, limit: int, hidden_platform: str | None
) -> VotePage:
    """The votes that count, newest first. The names of `hidden_platform` are left out, and can't be searched for."""
    conditions = list(_conditions(filter_, hidden_platform))
    total: int = connection.execute(_count_of_counting.where(*conditions)).scalar_one()
    in_order = _counting.where(*conditions).order_by(desc(votes.c.timestamp), desc(votes.c.id))
    shown = _shown(connection, in_order.limit(limit).offset((page - 1) * limit), hidden_platform)
    return VotePage(shown, Pagination(page, limit, total, -(-total // limit)))


def votes_after(
    connection: Connection, vote_id: int, *, session_id: int, limit: int, hidden_platform: str | None
) -> list[VoteRow]:
    """Some of the votes of a night that count, in order of their ids, to read all of them in steps."""
    following = _counting.where(voters.c.session_id == session_id, votes.c.id > vote_id).order_by(votes.c.id)
    return _shown(connection, following.limit(limit), hidden_platform)


def chat_after(connection: Connection, message_id: int, *, session_id: int, limit: int) -> list[ChatRow]:
    """Some of the messages that were imported into a night, in order of their ids."""
    following = _messages.where(chat_imports.c.session_id == session_id, chat_messages.c.id > message_id)
    return [ChatRow(*row) for row in connection.execute(following.order_by(chat_messages.c.id).limit(limit))]


def _shown(connection: Connection, query: Select[Any], hidden_platform: str | None) -> list[VoteRow]:
    rows: list[VoteRow] = [VoteRow(*fields) for fields in connection.execute(query)]
    return [structs.replace(row, username=None) if row.platform == hidden_platform else row for row in rows]


def _conditions(filter_: VoteFilter, hidden_platform: str | None) -> Iterator[ColumnElement[bool]]:
    if filter_.session_id is not None:
        yield voters.c.session_id == filter_.session_id
    if filter_.game_id is not None:
        yield session_games.c.game_id == filter_.game_id
    if filter_.session_game_id is not None:
        yield votes.c.session_game_id == filter_.session_game_id
    if filter_.vote_type is not None:
        yield votes.c.vote == filter_.vote_type
    if filter_.username is not None:
        yield voters.c.folded_name == fold_name(filter_.username)
        if hidden_platform is not None:
            yield voters.c.platform != hidden_platform
