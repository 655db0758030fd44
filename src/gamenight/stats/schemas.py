"""Figures on the wire."""

from typing import Literal, Self

from msgspec import Struct, structs

from gamenight.catalogue.schemas import Game
from gamenight.sessions.schemas import GameSource

By = Literal["month", "year"]


class UnplayedGame(Struct, frozen=True):
    """A game that was not played for a while. `nights_since` is how many nights were held after its last one."""

    id: int
    title: str
    pack_name: str
    last_played_at: str
    nights_since: int


class NeverPlayedGame(Struct, frozen=True):
    id: int
    title: str
    pack_name: str
    created_at: str


class Overview(Struct, frozen=True, rename="camel"):
    """How things stand, over all nights."""

    games: int
    games_enabled: int
    packs: int
    sessions: int
    active_sessions: int
    total_games_played: int
    most_played_games: list[Game]
    top_rated_games: list[Game]
    longest_unplayed_games: list[UnplayedGame]
    never_played_games: list[NeverPlayedGame]


class Night(Struct, frozen=True):
    """A night: a session in which a game was played. `day` is where it began, `player_count` its largest one. `notes`
    are null for those who may not read them."""

    session_id: int
    day: str
    created_at: str
    notes: str | None
    has_notes: int
    play_count: int
    game_count: int
    minutes_played: int
    player_count: int | None
    voter_count: int
    upvotes: int
    downvotes: int
    total_votes: int

    def shown(self, *, notes: bool) -> Self:
        """The night as it is shown to those who may read notes, or may not."""
        return self if notes else structs.replace(self, notes=None)


class NightPagination(Struct, frozen=True):
    page: int
    limit: int
    total: int
    total_pages: int


class NightPage(Struct, frozen=True):
    nights: list[Night]
    pagination: NightPagination

    def shown(self, *, notes: bool) -> Self:
        """The page as it is shown to those who may read notes, or may not."""
        return structs.replace(self, nights=[night.shown(notes=notes) for night in self.nights])


class PlayedGame(Struct, frozen=True):
    """A game within some nights. `liked_share` is None where nobody voted."""

    id: int
    title: str
    pack_name: str
    play_count: int
    night_count: int
    minutes_played: int
    last_played_at: str
    upvotes: int
    downvotes: int
    popularity_score: int
    total_votes: int
    liked_share: float | None


class FavoriteGame(Struct, frozen=True):
    """The game that a month or year was about."""

    id: int
    title: str
    pack_name: str
    play_count: int
    upvotes: int
    downvotes: int
    total_votes: int
    liked_share: float | None


class Totals(Struct, frozen=True):
    """The sums of some nights. `player_count` is the largest one, `voter_count` how many different people voted."""

    night_count: int
    play_count: int
    minutes_played: int
    player_count: int | None
    voter_count: int
    upvotes: int
    downvotes: int
    total_votes: int


class PeriodRow(Struct, frozen=True):
    """A month or a year in which there was a night."""

    period: str
    totals: Totals
    most_played: FavoriteGame | None
    best_liked: FavoriteGame | None


class Periods(Struct, frozen=True, rename="camel"):
    by: By
    utc_offset: int | None
    time_zone: str | None
    periods: list[PeriodRow]


class Run(Struct, frozen=True):
    """A row without a gap: how long it is, and the days of its first and its last night."""

    length: int
    since: str
    until: str


class Runs(Struct, frozen=True):
    """`latest` is the one that the last night belongs to."""

    longest: Run
    latest: Run


class GameRun(Struct, frozen=True):
    """A game that was played on so many nights, one after the other."""

    id: int
    title: str
    pack_name: str
    length: int
    since: str
    until: str


class Streaks(Struct, frozen=True, rename="camel"):
    """Weeks (from Monday) and months in a row with a night, and nights in a row for a game."""

    weeks: Runs | None
    months: Runs | None
    game: GameRun | None


class Records(Struct, frozen=True, rename="camel"):
    """The night that has the most of something; the first one of several. None where no night has any."""

    longest_night: Night | None
    most_games: Night | None
    most_votes: Night | None
    most_voters: Night | None
    most_players: Night | None

    def shown(self, *, notes: bool) -> Self:
        """The records as they are shown to those who may read notes, or may not."""
        nights: dict[str, Night | None] = structs.asdict(self)
        return type(self)(**{name: night and night.shown(notes=notes) for name, night in nights.items()})


class Regular(Struct, frozen=True):
    """A person who voted on many nights, under their latest name."""

    username: str
    platform: str
    night_count: int


class Highlights(Struct, frozen=True, rename="camel"):
    """What people tell each other of a month, a year, or all nights (`period` is None)."""

    period: str | None
    utc_offset: int | None
    time_zone: str | None
    totals: Totals
    most_played: list[PlayedGame]
    best_liked: list[PlayedGame]
    regulars: list[Regular]
    streaks: Streaks
    records: Records

    def shown(self, *, notes: bool) -> Self:
        """The highlights as they are shown to those who may read notes, or may not."""
        return structs.replace(self, records=self.records.shown(notes=notes))


class RecapGame(Struct, frozen=True):
    """A game that was played on a night. `id` is the session game's, `game_id` the catalogue's."""

    id: int
    game_id: int
    title: str
    source: GameSource
    pack_name: str
    played_at: str
    minutes_played: int
    player_count: int | None
    upvotes: int
    downvotes: int
    popularity_score: int
    total_votes: int
    liked_share: float | None


class BrokenStreak(Struct, frozen=True):
    """A game that was not played this time, after so many nights in a row."""

    id: int
    title: str
    length: int


class Recap(Struct, frozen=True):
    """A night to tell of. `started_at` is when its first game began, `ended_at` when its last one ended. `week_streak`
    and `month_streak` are how many weeks and months in a row there was a night, this one included."""

    session_id: int
    day: str
    notes: str | None
    has_notes: int
    is_active: int
    started_at: str | None
    ended_at: str | None
    minutes_played: int
    player_count: int | None
    voter_count: int
    total_votes: int
    games: list[RecapGame]
    skipped: list[str]
    best_liked: RecapGame | None
    most_divisive: RecapGame | None
    week_streak: int
    month_streak: int
    broken_streaks: list[BrokenStreak]

    def shown(self, *, notes: bool) -> Self:
        """The recap as it is shown to those who may read notes, or may not."""
        return self if notes else structs.replace(self, notes=None)
