"""A night's chat as one script, which each program's writer turns into the file that it would have left behind."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tests.votes.truth import GRACE, Line, Played, Truth, a_night_of_chat, votes_of

LOCAL = ZoneInfo("Asia/Dubai")
"""The zone of those who logged with local times: three hours into the night it is midnight there."""

MILLISECOND = timedelta(milliseconds=1)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


class Person(NamedTuple):
    """Who chats: by the name that they log in with, the one that is shown, and the id."""

    login: str
    display: str
    user_id: str
    ranks: str

    @property
    def has_own_display(self) -> bool:
        return self.display.lower() != self.login


class Said(NamedTuple):
    at: datetime
    who: Person
    text: str
    number: int

    @property
    def message_id(self) -> str:
        return f"5e6a2f1c-0000-4000-8000-{self.number:012}"


class Joined(NamedTuple):
    at: datetime
    who: Person


Event = Said | Joined


class Night(NamedTuple):
    """`truth` has the votes by login and key of the game."""

    played: list[Played]
    events: list[Event]
    truth: Truth

    @property
    def said(self) -> list[Said]:
        return [event for event in self.events if isinstance(event, Said)]


def a_night(seed: int, messages: int, games: Sequence[str], precision: timedelta) -> Night:
    """A night whose times are told to a `precision`, and are far enough from each change of the games to leave no
    doubt."""
    played, lines, _ = a_night_of_chat(seed, messages, games)
    people = {
        person: _person(number, person) for number, person in enumerate(dict.fromkeys(line.person for line in lines))
    }
    edges = {_floor(at, precision) for game in played for at in (game.start, game.end, game.end + GRACE)}
    told = [line._replace(at=_floor(line.at, precision)) for line in lines]
    told = [line._replace(person=people[line.person].login) for line in told if line.at not in edges]
    by_login = {person.login: person for person in people.values()}
    return Night(played, list(_events(told, by_login)), votes_of(played, told))


def _events(lines: Sequence[Line], people: dict[str, Person]) -> Iterator[Event]:
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        who = people[line.person]
        if who.login not in seen:
            seen.add(who.login)
            yield Joined(line.at, who)
        yield Said(line.at, who, line.message.strip() or "gg", number)


def _floor(at: datetime, precision: timedelta) -> datetime:
    return at - (at - datetime(2026, 1, 1, tzinfo=UTC)) % precision


RANKS = ("", "", "", "", "@", "+", "%")


def _person(number: int, name: str) -> Person:
    """Some are shown under a name in another script."""
    login = f"{name.encode('ascii', 'ignore').decode().strip('_')}_{number}"
    display = f"漢字{number}" if number % 7 == 6 else (login.title() if number % 2 else login)
    return Person(login, display, str(1000 + number), RANKS[number % len(RANKS)])
