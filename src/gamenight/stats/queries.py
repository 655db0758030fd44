"""Every way to read how things stand, and the nights."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, func, select, union_all

from gamenight.catalogue import queries as catalogue
from gamenight.sessions.tables import session_games, sessions
from gamenight.stats import rules
from gamenight.stats.played import is_played, played, plays, total, voted
from gamenight.stats.rules import ALWAYS, Span
from gamenight.stats.schemas import (
    NeverPlayedGame,
    Night,
    NightPage,
    NightPagination,
    Overview,
    UnplayedGame,
)

MAX_RANKED = 10

_people_of_night = (
    select(voted.c.session_id, func.count().label("voter_count"))
    .group_by(voted.c.session_id)
    .subquery("people_of_night")
)
_figures_of_night = (
    select(
        played.c.session_id,
        played.c.period,
        func.count().label("play_count"),
        func.count(played.c.game_id.distinct()).label("game_count"),
        total(played.c.seconds).label("seconds"),
        func.max(played.c.player_count).label("player_count"),
        total(played.c.upvotes).label("upvotes"),
        total(played.c.downvotes).label("downvotes"),
    )
    .group_by(played.c.session_id, played.c.period)
    .subquery("figures_of_night")
)
_nights: Select[Any] = (
    select(
        sessions.c.id,
        _figures_of_night.c.period,
        sessions.c.created_at,
        sessions.c.notes,
        _figures_of_night.c.play_count,
        _figures_of_night.c.game_count,
        _figures_of_night.c.seconds,
        _figures_of_night.c.player_count,
        func.coalesce(_people_of_night.c.voter_count, 0),
        _figures_of_night.c.upvotes,
        _figures_of_night.c.downvotes,
    )
    .select_from(
        sessions.join(_figures_of_night, _figures_of_night.c.session_id == sessions.c.id).outerjoin(
            _people_of_night, _people_of_night.c.session_id == sessions.c.id
        )
    )
    .order_by(sessions.c.id)
)
_days = select(plays.c.session_id, plays.c.period).distinct().order_by(plays.c.session_id)

_session_counts = union_all(
    select(func.count()).select_from(sessions),
    select(func.count()).select_from(sessions).where(sessions.c.is_active == 1),
    select(func.count()).select_from(session_games).where(is_played),
)
_last_played = (
    select(session_games.c.game_id, func.max(session_games.c.played_at), func.max(session_games.c.session_id))
    .where(is_played)
    .group_by(session_games.c.game_id)
)


def overview(connection: Connection) -> Overview:
    """How things stand, over all nights."""
    all_games = catalogue.all_games(connection)
    enabled = [game for game in all_games if game.enabled]
    last_played = {game_id: (moment, night) for game_id, moment, night in connection.execute(_last_played)}
    held = list(days(connection, ALWAYS, 0))
    unplayed = [
        UnplayedGame(game.id, game.title, game.pack_name, moment, sum(session_id > night for session_id in held))
        for game in enabled
        for moment, night in [last_played.get(game.id, ("", 0))]
        if moment
    ]
    never = [
        NeverPlayedGame(game.id, game.title, game.pack_name, game.created_at)
        for game in enabled
        if game.id not in last_played
    ]
    sessions_held, active, plays = connection.execute(_session_counts).scalars()
    most_played = sorted((game for game in all_games if game.play_count), key=lambda game: -game.play_count)
    top_rated = sorted((game for game in all_games if game.popularity_score > 0), key=lambda g: -g.popularity_score)
    return Overview(
        games=len(all_games),
        games_enabled=len(enabled),
        packs=len({game.pack_name for game in all_games}),
        sessions=sessions_held,
        active_sessions=active,
        total_games_played=plays,
        most_played_games=most_played[:MAX_RANKED],
        top_rated_games=top_rated[:MAX_RANKED],
        longest_unplayed_games=sorted(unplayed, key=lambda game: game.last_played_at)[:MAX_RANKED],
        never_played_games=never,
    )


def days(connection: Connection, span: Span, utc_offset: int) -> dict[int, str]:
    """The days of the nights that begin within a span, by session, in order."""
    return {row[0]: row[1] for row in connection.execute(_days, bind_values(span, utc_offset))}


def nights(connection: Connection, span: Span, utc_offset: int) -> list[Night]:
    """The nights that begin within a span, in order."""
    return [_night(row) for row in connection.execute(_nights, bind_values(span, utc_offset))]


def page_of_nights(connection: Connection, utc_offset: int, *, page: int, limit: int) -> NightPage:
    """Newest first."""
    found = nights(connection, ALWAYS, utc_offset)[::-1]
    shown = found[(page - 1) * limit : page * limit]
    return NightPage(shown, NightPagination(page, limit, len(found), -(-len(found) // limit)))


def bind_values(span: Span, utc_offset: int) -> dict[str, Any]:
    """The values that the statements of this slice bind."""
    return {"since": span.since, "until": span.until, "utc_offset": utc_offset}


def _night(row: Iterable[Any]) -> Night:
    id_, day, created_at, notes, plays_, games_, seconds, players, people, up, down = row
    minutes = rules.minutes(seconds)
    return Night(id_, day, created_at, notes, plays_, games_, minutes, players, people, up, down, up + down)
