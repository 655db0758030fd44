"""The voters of a night, found or added for a batch of votes."""

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Integer, Text, bindparam, case, cast, exists, insert, or_, select, update

from gamenight.core.database import Transaction
from gamenight.core.prepared import Prepared, PreparedInsert
from gamenight.sessions import figures
from gamenight.sessions.queries import is_played
from gamenight.sessions.recounting import Difference
from gamenight.sessions.tables import session_games
from gamenight.votes.folding import fold_name
from gamenight.votes.schemas import Voter
from gamenight.votes.tables import voter_names, voters, votes

_columns = select(voters.c.id, voters.c.user_id, voters.c.folded_name, voters.c.username, voters.c.is_counted).where(
    voters.c.session_id == bindparam("session_id"), voters.c.platform == bindparam("platform")
)
_by_user_id = Prepared(_columns.where(voters.c.user_id == bindparam("user_id")))
_by_name = Prepared(_columns.where(voters.c.folded_name == bindparam("folded_name")).order_by(voters.c.id))
# A name that two of them have tells nobody which of them it is: see `find`.
_by_other_name = Prepared(
    _columns.join(voter_names, voter_names.c.voter_id == voters.c.id)
    .where(
        voter_names.c.session_id == bindparam("session_id"),
        voter_names.c.platform == bindparam("platform"),
        voter_names.c.folded_name == bindparam("other_name"),
    )
    .order_by(voters.c.id)
)
_change = Prepared(
    update(voters)
    .where(voters.c.id == bindparam("voter_id"))
    .values(
        user_id=bindparam("new_user_id"),
        folded_name=bindparam("new_folded_name"),
        username=bindparam("new_username"),
        is_counted=bindparam("counted_now"),
    )
)
_insert = PreparedInsert(voters, "session_id", "platform", "user_id", "folded_name", "username", "is_counted")
_insert_name = Prepared(
    insert(voter_names).from_select(
        ["voter_id", "folded_name", "session_id", "platform"],
        select(
            cast(bindparam("voter_id"), Integer),
            cast(bindparam("folded_name"), Text),
            cast(bindparam("session_id"), Integer),
            cast(bindparam("platform"), Text),
        ).where(
            ~exists().where(
                voter_names.c.voter_id == cast(bindparam("voter_id"), Integer),
                voter_names.c.folded_name == cast(bindparam("folded_name"), Text),
            )
        ),
    )
)
_set_counted = Prepared(
    update(voters).where(voters.c.id == bindparam("voter_id")).values(is_counted=bindparam("counted_now"))
)
_theirs = (votes.c.voter_id == voters.c.id) & (votes.c.counts == 1)
_counting = or_(
    exists().where(_theirs, votes.c.session_game_id == session_games.c.id, is_played),
    exists().where(_theirs, votes.c.session_game_id.is_(None)),
)
_counted = case((_counting, 1), else_=0)
_stored_and_counted = Prepared(
    select(voters.c.id, voters.c.is_counted, _counted).where(voters.c.session_id == bindparam("session_id"))
)
_all_stored_and_counted = select(voters.c.id, voters.c.session_id, voters.c.is_counted, _counted)


class KnownVoter:
    """A voter of the night. `id` is 0 for one that is not stored yet."""

    __slots__ = ("folded_name", "id", "is_changed", "is_counted", "platform", "user_id", "username")

    def __init__(  # noqa: PLR0917 — in the order of the columns
        self, id_: int, platform: str, user_id: str | None, folded_name: str, username: str, is_counted: int = 0
    ) -> None:
        self.id = id_
        self.platform = platform
        self.user_id = user_id
        self.folded_name = folded_name
        self.username = username
        self.is_counted = is_counted
        self.is_changed = False


class Voters:
    """The voters of a night that some votes may be of. Nothing is stored before `save`."""

    def __init__(self, connection: Connection, session_id: int, wanted: Iterable[Voter]) -> None:
        self._session_id = session_id
        self._by_id: dict[int, KnownVoter] = {}
        self._by_user_id: dict[tuple[str, str], KnownVoter] = {}
        self._by_name: dict[tuple[str, str], list[KnownVoter]] = {}
        self._by_other_name: dict[tuple[str, str], list[KnownVoter]] = {}
        self._new: list[KnownVoter] = []
        self._named: dict[tuple[KnownVoter, str], None] = {}
        wanted = list(wanted)
        self._load_by_user_id(connection, wanted)
        self._load_by_name(connection, wanted)

    @property
    def stored(self) -> list[int]:
        """The ids of those that were there before."""
        return list(self._by_id)

    def find(self, voter: Voter) -> KnownVoter | None:
        """Who votes, if they have voted before: by the platform's id, else by name, else by a further name."""
        if voter.user_id is not None:
            found = self._by_user_id.get((voter.platform, voter.user_id))
            if found is not None:
                return found
        for name in filter(None, (voter.username, voter.other_name)):
            for each in reversed(self._by_name[voter.platform, fold_name(name)]):
                if _may_be(each, voter):
                    return each
        namesakes = self._by_other_name.get((voter.platform, fold_name(voter.username)), [])
        return namesakes[0] if len(namesakes) == 1 and _may_be(namesakes[0], voter) else None

    def take(self, voter: Voter) -> KnownVoter:
        """Who votes: added if this is their first vote; with the name and the id that they have by now."""
        folded_name = fold_name(voter.username)
        found = self.find(voter)
        if found is None:
            found = KnownVoter(0, voter.platform, voter.user_id, folded_name, voter.username)
            self._new.append(found)
            self._by_name[voter.platform, folded_name].append(found)
        elif voter.user_id is not None and found.user_id is None:
            found.user_id = voter.user_id
            found.is_changed = True
        elif voter.user_id is not None and found.username != voter.username:
            self._rename(found, folded_name, voter.username)
        if found.user_id is not None:
            self._by_user_id[found.platform, found.user_id] = found
        self._note_name(found, folded_name)
        if voter.other_name is not None:
            self._note_name(found, fold_name(voter.other_name))
        return found

    def save(self, transaction: Transaction) -> None:
        """Store who is new, and what has changed of the others."""
        connection = transaction.connection
        rows = [
            {
                "session_id": self._session_id,
                "platform": each.platform,
                "user_id": each.user_id,
                "folded_name": each.folded_name,
                "username": each.username,
                "is_counted": each.is_counted,
            }
            for each in self._new
        ]
        for each, id_ in zip(self._new, _insert.each(connection, rows), strict=True):
            each.id = id_
        changed = [each for each in self._by_id.values() if each.is_changed]
        if changed:
            figures.unsettle(transaction, self._session_id)
        _change.run_each(
            connection,
            [
                {
                    "voter_id": each.id,
                    "new_user_id": each.user_id,
                    "new_folded_name": each.folded_name,
                    "new_username": each.username,
                    "counted_now": each.is_counted,
                }
                for each in changed
            ],
        )
        _insert_name.run_each(
            connection,
            [
                {
                    "voter_id": each.id,
                    "folded_name": folded_name,
                    "session_id": self._session_id,
                    "platform": each.platform,
                }
                for each, folded_name in self._named
            ],
        )

    def note_counted(self, known: KnownVoter, *, counted_now: bool) -> int:
        """Note whether a vote of somebody counts; returns by how many more people it is that do."""
        by = int(counted_now) - known.is_counted
        if by:
            known.is_counted, known.is_changed = int(counted_now), True
        return by

    def _note_name(self, known: KnownVoter, folded_name: str) -> None:
        """Note a name that somebody has besides the one by which they are known."""
        if folded_name == known.folded_name:
            return
        namesakes = self._by_other_name.setdefault((known.platform, folded_name), [])
        if known not in namesakes:
            namesakes.append(known)
            self._named[known, folded_name] = None

    def _rename(self, known: KnownVoter, folded_name: str, username: str) -> None:
        if known.folded_name != folded_name:
            so_far = self._by_name.get((known.platform, known.folded_name), [])
            if known in so_far:
                so_far.remove(known)
            namesakes = self._by_name[known.platform, folded_name]
            # In the order of their ids, in which they would be read; a new one has the largest.
            namesakes.append(known)
            namesakes.sort(key=lambda each: each.id or float("inf"))
        before, known.folded_name = known.folded_name, folded_name
        known.username, known.is_changed = username, True
        self._note_name(known, before)

    def _load_by_user_id(self, connection: Connection, wanted: Iterable[Voter]) -> None:
        keys = list({(each.platform, each.user_id): None for each in wanted if each.user_id is not None})
        named = [{"session_id": self._session_id, "platform": platform, "user_id": id_} for platform, id_ in keys]
        for (platform, user_id), rows in zip(keys, _by_user_id.all_of_each(connection, named), strict=True):
            for row in rows:
                self._by_user_id[platform, user_id or ""] = self._known(platform, row)

    def _load_by_name(self, connection: Connection, wanted: Iterable[Voter]) -> None:
        names = ((each.platform, name) for each in wanted for name in (each.username, each.other_name) if name)
        keys = list({(platform, fold_name(name)): None for platform, name in names})
        named = [{"session_id": self._session_id, "platform": platform, "folded_name": name} for platform, name in keys]
        for (platform, name), rows in zip(keys, _by_name.all_of_each(connection, named), strict=True):
            self._by_name[platform, name] = [self._known(platform, row) for row in rows]
        unknown = [key for key in keys if not self._by_name[key]]
        named = [
            {"session_id": self._session_id, "platform": platform, "other_name": name} for platform, name in unknown
        ]
        for (platform, name), rows in zip(unknown, _by_other_name.all_of_each(connection, named), strict=True):
            if rows:
                self._by_other_name[platform, name] = [self._known(platform, row) for row in rows]

    def _known(self, platform: str, row: tuple[int, str | None, str, str, int]) -> KnownVoter:
        """One object for each voter, however they were found."""
        id_, user_id, folded_name, username, is_counted = row
        known = self._by_id.get(id_)
        if known is None:
            known = self._by_id[id_] = KnownVoter(id_, platform, user_id, folded_name, username, is_counted)
        return known


def _may_be(known: KnownVoter, voter: Voter) -> bool:
    """Whether a voter of that name may be this one: who was known by name alone becomes known by the platform's id as
    soon as that is told."""
    return voter.user_id is None or known.user_id is None


def store_counted(transaction: Transaction, session_id: int, counts: Mapping[int, bool]) -> None:
    """Note of voters of a session, by id, that their votes count by now, or that none does."""
    _set_counted.run_each(
        transaction.connection,
        [{"voter_id": id_, "counted_now": int(counted_now)} for id_, counted_now in counts.items()],
    )
    if counts:
        figures.move_voters(transaction, session_id, sum(1 if counted_now else -1 for counted_now in counts.values()))


def recount(transaction: Transaction, session_id: int) -> None:
    """Find anew whose votes count on a night, after a game was skipped or removed, or is back."""
    rows = _stored_and_counted.all(transaction.connection, session_id=session_id)
    store_counted(transaction, session_id, {id_: bool(counted) for id_, stored, counted in rows if stored != counted})


def recount_all(transaction: Transaction) -> tuple[list[Difference], Counter[int]]:
    """Set right of whom it is noted wrongly whether their votes count; returns those, and how many count, by session.

    Takes its time: it reads all votes.
    """
    connection = transaction.connection
    wrong: list[Difference] = []
    of_sessions: Counter[int] = Counter()
    for id_, session_id, stored, counted in connection.execute(_all_stored_and_counted).all():
        of_sessions[session_id] += counted
        if stored != counted:
            wrong.append(Difference(voters.name, id_, "is_counted", stored, counted))
    _set_counted.run_each(connection, [{"voter_id": each.id, "counted_now": each.counted} for each in wrong])
    return wrong, of_sessions
