"""Every way to read votes."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    desc,
    exists,
    false,
    func,
    or_,
    select,
    tuple_,
)

from gamenight.catalogue import queries as catalogue
from gamenight.catalogue.tables import games
from gamenight.core.clock import earlier, utc_now
from gamenight.core.errors import BadRequest
from gamenight.core.prepared import Prepared
from gamenight.sessions import queries as sessions
from gamenight.sessions.tables import session_games, turns, unplayed_votes
from gamenight.votes.exports import Night
from gamenight.votes.exports.stamps import MINUTE
from gamenight.votes.folding import fold_name
from gamenight.votes.rules import Attribution, Cast, Timetable, Turn
from gamenight.votes.schemas import (
    PHONE,
    CastVote,
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

# Removed games take no votes.
_turns = Prepared(
    select(
        turns.c.session_game_id,
        session_games.c.game_id,
        turns.c.started_at,
        turns.c.ended_at,
        session_games.c.status,
    )
    .join(session_games)
    .where(session_games.c.session_id == bindparam("session_id"), sessions.is_shown)
)

# What is staged by an import that is not through yet, or was replaced by another, counts for nothing.
_is_in_force = (chat_imports.c.state == "applying") | (chat_imports.c.state == "done")
_removing = chat_imports.alias()
_is_removed = exists().where(
    _removing.c.id == votes.c.removed_by, or_(_removing.c.state == "applying", _removing.c.state == "done")
)
_in_force = (votes.c.import_id.is_(None) | _is_in_force) & ~(votes.c.removed_by.is_not(None) & _is_removed)
_casts_of_voter = Prepared(
    # In the order of the fields of Cast; then what an Attribution is made of.
    select(
        votes.c.id,
        votes.c.timestamp,
        votes.c.vote,
        votes.c.target_game_id,
        votes.c.target_session_game_id,
        votes.c.place,
        votes.c.precision_seconds,
        votes.c.import_id,
        votes.c.session_game_id,
        votes.c.counts,
        _in_force.label("in_force"),
        votes.c.game_id,
    )
    .outerjoin(chat_imports)
    .where(votes.c.voter_id == bindparam("voter_id"))
)
_counting: Select[Any] = (
    # In the order of VoteRow's fields.
    select(
        votes.c.id,
        voters.c.session_id,
        votes.c.game_id,
        games.c.title,
        games.c.pack_name,
        voters.c.username,
        voters.c.platform,
        votes.c.vote,
        votes.c.timestamp,
        votes.c.created_at,
        votes.c.session_game_id,
    )
    .select_from(votes.join(voters).join(games, votes.c.game_id == games.c.id))
    .where(votes.c.counts == 1)
)
_upvotes = func.sum(session_games.c.upvotes)
_downvotes = func.sum(session_games.c.downvotes)
_tallies = Prepared(
    # In the order of GameTally's fields.
    select(
        games.c.id,
        games.c.title,
        games.c.pack_name,
        _upvotes,
        _downvotes,
        _upvotes - _downvotes,
        _upvotes + _downvotes,
    )
    .join_from(session_games, games)
    .where(session_games.c.session_id == bindparam("session_id"), sessions.is_shown)
    .group_by(games.c.id, games.c.title, games.c.pack_name)
    .order_by(func.min(session_games.c.id))
)
_unplayed_tallies = Prepared(
    select(games.c.id, games.c.title, games.c.pack_name, unplayed_votes.c.upvotes, unplayed_votes.c.downvotes)
    .join_from(unplayed_votes, games)
    .where(
        unplayed_votes.c.session_id == bindparam("session_id"),
        unplayed_votes.c.upvotes + unplayed_votes.c.downvotes > 0,
    )
    .order_by(unplayed_votes.c.id)
)
_messages = (
    select(chat_messages.c.id, chat_messages.c.timestamp, chat_messages.c.username, chat_messages.c.message)
    .join(chat_imports)
    .where(_is_in_force)
)

_own_votes = Prepared(
    select(votes.c.session_game_id, votes.c.vote)
    .join(voters)
    .where(
        voters.c.session_id == bindparam("session_id"),
        voters.c.platform == PHONE,
        voters.c.user_id == bindparam("device"),
        votes.c.counts == 1,
        votes.c.session_game_id.is_not(None),
    )
    .order_by(votes.c.session_game_id)
)
_unpublished = Prepared(
    select(
        session_games.c.session_id,
        session_games.c.id,
        session_games.c.unpublished_votes,
        voters.c.platform,
        voters.c.username,
        votes.c.vote,
        votes.c.timestamp,
    )
    .select_from(session_games.join(votes, votes.c.id == session_games.c.unpublished_vote_id).join(voters))
    .where(session_games.c.unpublished_votes > 0)
    .order_by(session_games.c.unpublished_vote_id)
)
_place = Prepared(select(votes.c.timestamp, votes.c.id).where(votes.c.id == bindparam("vote_id")))
_has_unpublished = Prepared(select(session_games.c.id).where(session_games.c.unpublished_votes > 0).limit(1))


class Unpublished(Struct, frozen=True):
    """Votes of a session game that live clients have not heard of: how many, and the last one."""

    session_id: int
    session_game_id: int
    votes: int
    platform: str
    last: CastVote


class VoteFilter(Struct, frozen=True, kw_only=True):
    """A filter of votes; None is "any"."""

    session_id: int | None = None
    game_id: int | None = None
    session_game_id: int | None = None
    username: str | None = None
    vote_type: str | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether only the votes of a night, or of a person, can fit."""
        return self.session_id is not None or self.session_game_id is not None or self.username is not None


class Stored(Cast, frozen=True, kw_only=True):
    """A vote with its attribution as it is stored."""

    attribution: Attribution
    in_force: bool


def timetable(connection: Connection, session_id: int, grace_seconds: float) -> Timetable:
    found = [
        Turn(session_game_id, game_id, started_at, ended_at, status == "skipped")
        for session_game_id, game_id, started_at, ended_at, status in _turns.all(connection, session_id=session_id)
    ]
    return Timetable(found, grace_seconds)


def night(connection: Connection, session_id: int, grace_seconds: float) -> Night | None:
    """When the games of a session were playing, from the first to the grace after the last; None where none was. Raises
    SessionNotFound."""
    sessions.session(connection, session_id)
    found = timetable(connection, session_id, grace_seconds)
    span = found.span(utc_now())
    return None if span is None else Night(*span)


def votes_of(connection: Connection, voter_ids: Iterable[int]) -> dict[int, list[Stored]]:
    """All votes of these voters, by voter."""
    named = [{"voter_id": voter_id} for voter_id in voter_ids]
    rows = _casts_of_voter.all_of_each(connection, named)
    return {each["voter_id"]: [_stored(row) for row in of_voter] for each, of_voter in zip(named, rows, strict=True)}


def _stored(row: Sequence[Any]) -> Stored:
    unplayed = row[11] if row[8] is None else None
    return Stored(*row[:8], attribution=Attribution(row[8], bool(row[9]), unplayed), in_force=bool(row[10]))


def voted_game(connection: Connection, game_id: int, title: str) -> VotedGame:
    """A game of the catalogue with its votes of all nights."""
    upvotes, downvotes = catalogue.votes_of_game(connection, game_id)
    return VotedGame(game_id, title, upvotes, downvotes, upvotes - downvotes)


def unpublished(connection: Connection) -> list[Unpublished]:
    """The votes that live clients have not heard of, by session game."""
    return [
        Unpublished(session_id, game_id, number, platform, CastVote(username, vote, timestamp))
        for session_id, game_id, number, platform, username, vote, timestamp in _unpublished.all(connection)
    ]


def has_unpublished(connection: Connection) -> bool:
    return _has_unpublished.first(connection) is not None


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
    """The voters of a night who cast a vote at a moment or after it, as far as the time of a vote is known."""
    since = moment and earlier(moment, seconds=MINUTE)
    chosen = (
        select(votes.c.voter_id)
        .join(voters)
        .where(voters.c.session_id == session_id, votes.c.timestamp >= since)
        .distinct()
    )
    return list(connection.execute(chosen).scalars())


def tallies(connection: Connection, session_id: int) -> SessionTallies:
    """The votes of a night by game, in order of playing, then for those that were not; raises SessionNotFound."""
    sessions.session(connection, session_id)
    of_games = {row[0]: GameTally(*row) for row in _tallies.all(connection, session_id=session_id)}
    for game_id, title, pack_name, up, down in _unplayed_tallies.all(connection, session_id=session_id):
        known = of_games.get(game_id)
        ups, downs = (up, down) if known is None else (up + known.upvotes, down + known.downvotes)
        of_games[game_id] = GameTally(game_id, title, pack_name, ups, downs, ups - downs, ups + downs)
    return SessionTallies(session_id, list(of_games.values()))


def own_votes(connection: Connection, session_id: int, device: str) -> OwnVotes:
    """The votes of a guest on one night, as they count; raises SessionNotFound."""
    sessions.session(connection, session_id)
    rows = _own_votes.all(connection, session_id=session_id, device=device)
    return OwnVotes(session_id, [OwnVote(*row) for row in rows])


def page_of_votes(
    connection: Connection,
    filter_: VoteFilter,
    *,
    page: int,
    limit: int,
    before: int | None,
    hidden_platform: str | None,
) -> VotePage:
    """The votes that count, newest first: those that follow the vote `before`, or else a page by its number.

    The names of `hidden_platform` are left out, and can't be searched for. Raises BadRequest for an unknown vote.
    """
    total = _count(connection, filter_, hidden_platform)
    ids = _ids(filter_, hidden_platform)
    if before is None:
        ids = ids.offset((page - 1) * limit)
    else:
        place = _place.first(connection, vote_id=before)
        if place is None:
            raise BadRequest(f"There is no vote {before}. Give the id of the last vote that you have as before.")
        ids = ids.where(tuple_(ids.selected_columns.timestamp, ids.selected_columns.id) < tuple_(*place))
    # The ids first, from an index alone: what is passed over is joined with nothing.
    chosen = ids.limit(limit).subquery()
    # By the columns of the few: by those of the votes SQLite would walk all of them in order.
    in_order = _counting.join(chosen, chosen.c.id == votes.c.id).order_by(desc(chosen.c.timestamp), desc(chosen.c.id))
    shown = _shown(connection, in_order, hidden_platform) if total else []
    return VotePage(shown, Pagination(page, limit, total, -(-total // limit)))


def _ids(filter_: VoteFilter, hidden_platform: str | None) -> Select[Any]:
    """The ids of the votes that fit, newest first. Indexes hold all votes, or those of a game, in this order; those of
    a night or a person are few enough to be sorted, and are found first: a database that is free to choose may walk
    all votes for them."""
    ids = select(votes.c.id, votes.c.timestamp).where(votes.c.counts == 1, *_conditions(filter_, hidden_platform))
    if filter_.is_narrow:
        few = ids.cte("few").prefix_with("MATERIALIZED")
        ids = select(few.c.id, few.c.timestamp)
    columns = ids.selected_columns
    return ids.order_by(desc(columns.timestamp), desc(columns.id))


def _count(connection: Connection, filter_: VoteFilter, hidden_platform: str | None) -> int:
    """How many votes fit: told by the figures, but for those of one person, which are counted."""
    if filter_.username is not None:
        counted = select(func.count()).select_from(votes)
        fitting = counted.where(votes.c.counts == 1, *_conditions(filter_, hidden_platform))
        return connection.execute(fitting).scalar_one()
    up, down = 0, 0
    for table in (session_games, unplayed_votes) if filter_.is_narrow else (games,):
        more_up, more_down = connection.execute(_sums(table, filter_)).one()
        up, down = up + more_up, down + more_down
    return int({"up": up, "down": down}.get(filter_.vote_type or "", up + down))


def _sums(table: Table, filter_: VoteFilter) -> Select[Any]:
    """The upvotes and downvotes of the rows of a table that fit."""
    sums = select(func.coalesce(func.sum(table.c.upvotes), 0), func.coalesce(func.sum(table.c.downvotes), 0))
    if table is games:
        return sums if filter_.game_id is None else sums.where(games.c.id == filter_.game_id)
    if table is session_games:
        sums = sums.where(sessions.is_shown)
        if filter_.session_game_id is not None:
            sums = sums.where(session_games.c.id == filter_.session_game_id)
    elif filter_.session_game_id is not None:
        sums = sums.where(false())
    if filter_.session_id is not None:
        sums = sums.where(table.c.session_id == filter_.session_id)
    return sums if filter_.game_id is None else sums.where(table.c.game_id == filter_.game_id)


def votes_after(
    connection: Connection, vote_id: int, *, session_id: int, limit: int, hidden_platform: str | None
) -> list[VoteRow]:
    """Some of the votes of a night that count, in order of their ids, for who reads all of them in steps."""
    few = select(votes.c.id).where(
        votes.c.counts == 1, votes.c.id > vote_id, *_conditions(VoteFilter(session_id=session_id), None)
    )
    chosen = select(few.cte("few").prefix_with("MATERIALIZED").c.id).order_by("id").limit(limit).subquery()
    following = _counting.join(chosen, chosen.c.id == votes.c.id).order_by(chosen.c.id)
    return _shown(connection, following, hidden_platform)


def chat_after(connection: Connection, message_id: int, *, session_id: int, limit: int) -> list[ChatRow]:
    """Some of the messages that were imported into a night, in order of their ids."""
    following = _messages.where(chat_imports.c.session_id == session_id, chat_messages.c.id > message_id)
    return [ChatRow(*row) for row in connection.execute(following.order_by(chat_messages.c.id).limit(limit))]


def _shown(connection: Connection, query: Select[Any], hidden_platform: str | None) -> list[VoteRow]:
    rows: list[VoteRow] = [VoteRow(*fields) for fields in connection.execute(query)]
    return [structs.replace(row, username=None) if row.platform == hidden_platform else row for row in rows]


def _conditions(filter_: VoteFilter, hidden_platform: str | None) -> Iterator[ColumnElement[bool]]:
    if filter_.session_id is not None:
        yield votes.c.voter_id.in_(select(voters.c.id).where(voters.c.session_id == filter_.session_id))
    if filter_.game_id is not None:
        yield votes.c.game_id == filter_.game_id
    if filter_.session_game_id is not None:
        yield votes.c.session_game_id == filter_.session_game_id
    if filter_.vote_type is not None:
        yield votes.c.vote == filter_.vote_type
    if filter_.username is not None:
        named = select(voters.c.id).where(voters.c.folded_name == fold_name(filter_.username))
        if hidden_platform is not None:
            named = named.where(voters.c.platform != hidden_platform)
        yield votes.c.voter_id.in_(named)
