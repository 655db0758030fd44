"""What a log tells a second time, or tells of as removed, is no vote of the moment at which it stands there."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamenight.votes.exports import ChatMessage, Removed, Renamed
from gamenight.votes.relays import RelayBots
from gamenight.votes.speakers import Removals, TakenBack, said_in
from tests.conftest import Look, Meddle
from tests.support.clients import Host
from tests.votes.three_games import Night, a_night, entry, irssi

BAN = "@ban-duration=60;target-user-id=42;tmi-sent-ts={} :tmi.twitch.tv CLEARCHAT #night :pia"
START = 1795201200000
"""19:00 of the night, in milliseconds since 1970."""


@pytest.fixture
def night(hana: Host, meddle: Meddle) -> Night:
    return a_night(hana, meddle)


def downloaded(*entries: dict[str, Any]) -> str:
    return json.dumps([{"message_type": "text_message"} | each for each in entries])


def said(minute: int, author: str, message: str, **more: Any) -> dict[str, Any]:
    """A message as chat-downloader writes it, so many minutes after 19:00."""
    return {"timestamp": (START + minute * 60_000) * 1000, "author": {"name": author}, "message": message} | more


def removed(minute: int, author: str, message: str, **more: Any) -> dict[str, Any]:
    return said(minute, author, message, message_type="delete_message", **more)


def raw(minute: int, text: str, *, name: str = "pia", user_id: str = "42", id_: str = "m1") -> str:
    tags = f"@id={id_};user-id={user_id};tmi-sent-ts={START + minute * 60_000}"
    return f"{tags} :{name}!{name}@{name}.tmi.twitch.tv PRIVMSG #night :{text}"


def cleared(minute: int, id_: str) -> str:
    tags = f"@login=pia;target-msg-id={id_};tmi-sent-ts={START + minute * 60_000}"
    return f"{tags} :tmi.twitch.tv CLEARMSG #night :thisgame++"


def test_what_a_bouncer_plays_back_is_no_vote_of_now(night: Night) -> None:
    night.log(irssi("19:10 < pia> thisgame++", "20:05 < pia> [19:10:12] thisgame++"))
    assert night.votes() == {"A": (1, 0)}


def test_a_quotation_is_no_vote_and_what_is_said_of_it_may_be(night: Night) -> None:
    night.log(
        [
            entry("19:10:00", "pia", "> thisgame--\nI loved it"),
            entry("19:11:00", "omar", "> thisgame--\nthisgame++"),
            entry("19:12:00", "bix", '"thisgame--"'),
            entry("19:13:00", "hana", "thisgame++<3"),
            entry("19:14:00", "bot", "Vote with thisgame++ or thisgame--!"),
        ]
    )
    assert night.votes() == {"A": (2, 0)}


def test_a_message_that_was_deleted_is_no_vote(night: Night) -> None:
    night.log(
        downloaded(said(10, "pia", "thisgame++"), said(11, "omar", "thisgame++"), removed(12, "pia", "thisgame++"))
    )
    assert night.votes() == {"A": (1, 0)}


def test_a_deletion_leaves_the_vote_before_and_those_after_it(night: Night) -> None:
    night.log(
        downloaded(
            said(9, "pia", "thisgame--"),
            said(10, "pia", "thisgame++"),
            removed(12, "pia", "thisgame++"),
            said(40, "pia", "thisgame++"),
        )
    )
    assert night.votes() == {"A": (0, 1), "B": (1, 0)}


def test_a_message_is_deleted_by_its_id_and_others_of_the_same_text_stay(night: Night) -> None:
    lines = [raw(10, "thisgame++", id_="m1"), raw(40, "thisgame++", id_="m2"), cleared(41, "m2")]
    night.log("\n".join(lines) + "\n")
    assert night.votes() == {"A": (1, 0)}


def test_what_is_said_again_in_the_second_of_its_deletion_is_a_vote(night: Night) -> None:
    night.log(
        "# Start logging at 2026-11-20 19:00:00 UTC\n"
        "[19:10:20]  pia: thisgame++\n"
        "[19:10:20] A message from pia was deleted: thisgame++\n"
        "[19:10:20]  pia: thisgame++\n"
    )
    assert night.votes() == {"A": (1, 0)}


def test_all_that_somebody_had_said_goes_with_them(night: Night) -> None:
    lines = [
        raw(10, "thisgame++", id_="m1"),
        raw(11, "thisgame++", id_="m2", name="omar", user_id="43"),
        raw(40, "thisgame++", id_="m3", name="pia_renamed"),
        BAN.format(START + 45 * 60_000),
        raw(70, "thisgame--", id_="m4"),
    ]
    night.log("\n".join(lines) + "\n")
    assert night.votes() == {"A": (1, 0), "C": (0, 1)}


def test_a_deletion_takes_back_what_came_live_or_with_another_log(night: Night, look: Look) -> None:
    night.live("pia", clock="19:10:00")
    night.live("omar", clock="19:11:00")
    night.log(downloaded(said(10, "pia", "thisgame++"), said(40, "pia", "thisgame++")))
    assert night.votes() == {"A": (2, 0), "B": (1, 0)}
    whole = (
        said(10, "pia", "thisgame++"),
        said(40, "pia", "thisgame++"),
        removed(41, "pia", "thisgame++"),
        said(42, "pia", "thisgame--"),
    )
    night.log(downloaded(*whole[:3]))
    assert night.votes() == {"A": (1, 0)}
    night.log(downloaded(*whole))
    assert night.votes() == {"A": (1, 0), "B": (0, 1)}
    again = night.log(downloaded(*whole))
    assert again["messagesImported"] == 0
    assert night.votes() == {"A": (1, 0), "B": (0, 1)}
    # In place of that log comes one that tells of no deletion.
    night.log(downloaded(said(50, "bix", "thisgame++")), replaceExisting=True)
    assert night.votes() == {"A": (2, 0), "B": (1, 0)}
    assert look("SELECT count(*) AS removed FROM votes WHERE removed_by IS NOT NULL") == [{"removed": 0}]


def test_a_deletion_in_a_log_of_whole_seconds_takes_back_the_live_vote_of_that_second(night: Night) -> None:
    night.live("pia", "down", clock="19:10:18")
    night.live("pia", "up", clock="19:10:20", milliseconds=400)
    assert night.votes() == {"A": (1, 0)}
    night.log(
        "# Start logging at 2026-11-20 19:00:00 UTC\n"
        "[19:10:20]  pia: thisgame++\n"
        "[19:12:00] A message from pia was deleted: thisgame++\n"
        "[19:13:00]  omar: thisgame++\n"
    )
    assert night.votes() == {"A": (1, 1)}


def test_an_import_says_which_words_of_votes_it_passed_over_and_why(night: Night) -> None:
    told = night.log(
        irssi(
            "19:10 < pia> thisgame++",
            "19:11 < bridge> <omar> thisgame++",
            "19:12 < bridge> <hana> thisgame++",
            "19:13 < help> type thisgame++ to vote",
            "19:14 < help> thisgame++ or thisgame--",
            "20:05 < pia> [19:10:12] thisgame++",
            "20:06 < pia> hello",
        )
    )
    assert (told["votesProcessed"], told["messagesRead"]) == (1, 7)
    reasons = {"quoted": 2, "instructions": 1, "both_ways": 1, "played_back": 1}
    assert (told["passedOver"]["count"], told["passedOver"]["reasons"]) == (5, reasons)
    first = {"number": 3, "username": "bridge", "message": "<omar> thisgame++", "reason": "quoted"}
    assert told["passedOver"]["examples"][0] == first
    assert len(told["passedOver"]["examples"]) == 3


def test_an_import_says_that_messages_were_removed(night: Night) -> None:
    told = night.log(downloaded(said(10, "pia", "thisgame++"), said(11, "pia", "hi"), removed(12, "pia", "thisgame++")))
    assert told["passedOver"]["reasons"] == {"removed": 1}
    assert night.votes() == {}


names = st.sampled_from(["pia", "omar", "bix", "hana"])
texts = st.sampled_from(["thisgame++", "thisgame--", "hello"])
MOMENT = "2026-11-20T19:10:00.000Z"


@st.composite
def entries_of_a_log(draw: st.DrawFn) -> list[ChatMessage | Removed | Renamed]:
    kinds = draw(st.lists(st.sampled_from(["said", "said", "removed", "all", "renamed"]), max_size=20))
    made: list[ChatMessage | Removed | Renamed] = []
    for number, kind in enumerate(kinds, 1):
        if kind == "said":
            made.append(ChatMessage(MOMENT, draw(names), None, draw(texts), number))
        elif kind == "renamed":
            made.append(Renamed(MOMENT, draw(names), draw(names), number))
        else:
            text = None if kind == "all" else draw(texts)
            made.append(Removed(MOMENT, number, username=draw(names), message=text))
    return made


def people(entries: list[ChatMessage | Removed | Renamed]) -> list[tuple[int, str, bool]]:
    """Number and author of each message, and whether it was taken back."""
    removals = Removals()
    for each in entries:
        if isinstance(each, Removed):
            removals.note(each)
    found = said_in(entries, removals, RelayBots(()))
    messages = [(each.message, True) if isinstance(each, TakenBack) else (each, False) for each in found]
    return [(message.number, message.username, taken_back) for message, taken_back in messages]


@given(entries_of_a_log())
def test_a_message_is_taken_back_if_and_only_if_the_log_says_so_after_it(
    entries: list[ChatMessage | Removed | Renamed],
) -> None:
    for number, _author, taken_back in people(entries):
        message = entries[number - 1]
        assert isinstance(message, ChatMessage)
        assert taken_back == any(
            isinstance(each, Removed) and each.username == message.username and each.message in (None, message.message)
            for each in entries[number:]
        )


@given(entries_of_a_log())
def test_a_message_is_of_whom_its_name_had_come_to_by_then(entries: list[ChatMessage | Removed | Renamed]) -> None:
    authors = {number: author for number, author, _taken_back in people(entries)}
    known_first: dict[str, str] = {}
    for each in entries:
        if isinstance(each, Renamed) and each.before != each.after:
            known_first[each.after] = known_first.pop(each.before, each.before)
        elif isinstance(each, ChatMessage):
            assert authors[each.number] == known_first.get(each.username, each.username)
