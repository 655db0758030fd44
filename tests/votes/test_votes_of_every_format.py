"""A night's votes come out of a file in each format as the script of the night knows them."""

import os
from collections.abc import Sequence
from typing import Any

import pytest

from gamenight.core.clock import to_text
from gamenight.votes.folding import fold_name
from tests.conftest import Look, Meddle
from tests.support.clients import Host
from tests.support.patience import PATIENCE
from tests.votes.logs.night import Night, a_night
from tests.votes.logs.samples import SAMPLES, Sample

NIGHT = [1, 2, 3, 1, 4, 2]
"""The games of the catalogue that were played."""
LINES = int(os.environ.get("TEST_FORMAT_LINES", "150"))
"""A hundred thousand take half an hour."""
FORMATS = os.environ.get("TEST_FORMATS", "").split()
"""Without it all of them on SQLite, and those on PostgreSQL of which messages differ in what is stored: with ids, with
renames, with what was taken back, with rough times. A format itself has no say in the database."""
STORED_OTHERWISE = ["ours", "twitch-downloader", "irssi", "justlog-raw", "discord-csv"]


@pytest.mark.timeout(7200)
def test_the_votes_of_a_night_are_those_that_the_script_knows(
    hana: Host, look: Look, meddle: Meddle, database_url: str
) -> None:
    symbols = [hana.get(f"/api/games/{game_id}").json()["symbol"] for game_id in NIGHT]
    found, wanted = {}, {}
    for name in FORMATS or (SAMPLES if database_url.startswith("sqlite") else STORED_OTHERWISE):
        sample = SAMPLES[name]
        night = a_night(11, LINES, symbols, sample.precision)
        session = hana.a_session()
        games = play(hana, meddle, session, night)
        messages = sum(import_file(hana, session, sample, file) for file in sample.files(night.events))
        people = {fold_name(sample.name(said)): said.who.login for said in night.said}
        found[name] = messages, counted(look, session, people, dict(zip(NIGHT, symbols, strict=True)))
        wanted[name] = (
            len(night.said),
            {
                (person, key if isinstance(key, str) else games[key]["id"]): vote
                for (person, key), vote in night.truth.items()
            },
        )
        hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    assert {name: each for name, each in found.items() if each != wanted[name]} == {}


def play(hana: Host, meddle: Meddle, session: dict[str, Any], night: Night) -> Sequence[dict[str, Any]]:
    """Play the games of the night, in its time."""
    games = [hana.a_game(session["id"], game_id) for game_id in NIGHT]
    for game, each in zip(games, night.played, strict=True):
        hana.set_status(game, "skipped" if each.skipped else "played")
    first = to_text(night.played[0].start)
    meddle("UPDATE sessions SET created_at = :start WHERE id = :id", start=first, id=session["id"])
    for game, each in zip(games, night.played, strict=True):
        meddle(
            "UPDATE turns SET started_at = :start, ended_at = :end WHERE session_game_id = :id",
            start=to_text(each.start),
            end=to_text(each.end),
            id=game["id"],
        )
    return games


def import_file(hana: Host, session: dict[str, Any], sample: Sample, file: bytes) -> int:
    """Import a file; the number of its messages."""
    path = f"/api/sessions/{session['id']}/chat-import"
    imported = hana.ok(hana.post(path, params=sample.options, content=file, timeout=PATIENCE * 20))
    # Of a minute's same words of somebody only one message is kept.
    messages: int = imported["messagesImported"] + imported["duplicatesSkipped"]
    return messages


def counted(
    look: Look, session: dict[str, Any], people: dict[str, str], symbols: dict[int, str]
) -> dict[tuple[str, int | str], str]:
    """Each person's vote on each session game, by its id, or by its symbol on one that was named before it began."""
    rows = look(
        "SELECT username, session_game_id, game_id, vote FROM votes JOIN voters ON voters.id = voter_id "
        "WHERE counts = 1 AND voters.session_id = :id",
        id=session["id"],
    )
    return {
        (people[fold_name(row["username"])], row["session_game_id"] or symbols[row["game_id"]]): row["vote"]
        for row in rows
    }
