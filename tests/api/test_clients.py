"""What bots, pages and scripts of other people's making send: read right, or refused with a sentence."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamenight.core.clock import to_text
from gamenight.votes.errors import TimestampInvalid
from gamenight.votes.moments import FIRST_SECOND, read_moment
from tests.support.clients import Host

MIME = {"pack_name": "House Games", "title": "Mime Time", "min_players": 3, "max_players": 9}


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One kind of database is enough here: what clients write is read before anything is stored."""
    return sqlite_database_url


def say(host: Host, **fields: Any) -> Any:
    return host.post("/api/votes/live", json={"username": "Pia", "vote": "up", **fields})


def refusal(answer: Any) -> tuple[int, str]:
    assert answer.json()["error"]
    return answer.status_code, answer.json()["code"]


def test_a_ticker_is_another_name_of_a_symbol_in_requests_and_rows(hana: Host) -> None:
    game = hana.ok(hana.post("/api/games", json=MIME | {"ticker": "mt1"}))
    assert (game["symbol"], game["ticker"]) == ("MT1", "MT1")
    path = f"/api/games/{game['id']}"
    assert hana.get(path).json() == game
    assert hana.ok(hana.put(path, json={"ticker": "mt2"}))["symbol"] == "MT2"
    assert hana.ok(hana.put(path, json={"ticker": "MT3", "symbol": "mt3"}))["ticker"] == "MT3"
    assert hana.ok(hana.put(path, json={"ticker": None, "symbol": None}))["ticker"] is None
    assert hana.ok(hana.put(path, json={"symbol": "mt4"}))["ticker"] == "MT4"
    assert hana.ok(hana.put(path, json={"ticker": None}))["symbol"] is None
    assert all(each["ticker"] == each["symbol"] for each in hana.get("/api/games").json())


def test_two_names_of_a_symbol_that_differ_are_refused_and_change_nothing(hana: Host) -> None:
    hana.a_game(hana.a_session()["id"], 1)
    before = hana.get("/api/games").json()
    for answer in (
        hana.post("/api/games", json=MIME | {"ticker": "MT", "symbol": "MIME"}),
        hana.put("/api/games/1", json={"ticker": "MT", "symbol": "MIME"}),
        hana.put("/api/games/1", json={"ticker": "MT", "symbol": None}),
        hana.put("/api/games/1", json={"ticker": None, "symbol": "MT"}),
        say(hana, ticker=before[0]["symbol"], symbol=before[1]["symbol"]),
    ):
        assert refusal(answer) == (400, "symbols_differ")
    assert hana.get("/api/games").json() == before


@pytest.mark.parametrize("wrong", ["T", "TICKS", "12", "T-K", "\u0422\u041a", " TK", 7, ["TK"]])
def test_what_is_no_ticker_is_refused_wherever_it_stands(hana: Host, wrong: Any) -> None:
    hana.a_game(hana.a_session()["id"], 1)
    for answer in (
        hana.post("/api/games", json=MIME | {"ticker": wrong}),
        hana.put("/api/games/1", json={"ticker": wrong}),
        say(hana, ticker=wrong),
    ):
        assert refusal(answer) == (400, "invalid_request")


def test_a_field_of_a_vote_that_is_not_known_is_refused_by_its_name(hana: Host) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"], 1)
    for name in (
        "tick",
        "Ticker",
        "session_game_id",
        "gameId",
        "user_id",
        "sessionId",
        "comment",
        "x" * 500,
        "\u00fc\n`",
    ):
        refused = say(hana, **{name: 7})
        assert refusal(refused) == (400, "unknown_field"), name
        assert refused.json()["field"] == name[:64]
        assert name[:64] in refused.json()["error"]
        assert "sessionGameId" in refused.json()["error"], "the sentence tells which fields there are"
    assert hana.games_of(session["id"])[0]["upvotes"] == 0
    known = {"platform": "irc", "userId": "42", "sessionGameId": game["id"], "timestamp": to_text(datetime.now(UTC))}
    assert hana.ok(say(hana, **known))["sessionGame"]["upvotes"] == 1


def test_null_in_a_vote_is_as_good_as_nothing(hana: Host) -> None:
    game = hana.a_game(hana.a_session()["id"], 1)
    nothing = dict.fromkeys(("timestamp", "platform", "userId", "sessionGameId", "symbol", "ticker"))
    assert hana.ok(say(hana, **nothing))["sessionGame"]["id"] == game["id"]
    assert not hana.ok(hana.vote("Pia", "up", after=1))["changed"], "the same person on the same platform"
    assert refusal(say(hana, username=None)) == (400, "username_missing")
    assert refusal(say(hana, vote=None)) == (400, "invalid_request")


def test_an_id_in_a_vote_may_be_written_as_any_language_writes_it(hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"], 1)
    game = hana.a_game(session["id"], 2)
    for number, written in enumerate(
        (game["id"], float(game["id"]), str(game["id"]), f"{game['id']}.0", f"0{game['id']}")
    ):
        assert hana.ok(say(hana, username=f"pia{number}", sessionGameId=written))["sessionGame"]["id"] == game["id"]
    for wrong in (0, -1, 1.5, "", "one", "1.5", "-2", "1e0", True, 2**31, str(2**31), "9999999999", 2**80, [1]):
        answer = say(hana, username="omar", sessionGameId=wrong)
        assert answer.status_code == 400, wrong
        assert answer.json()["error"]
    assert hana.games_of(session["id"])[1]["upvotes"] == 5


def test_the_time_of_a_vote_may_have_any_offset_or_be_a_number_since_1970(hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"], 1)
    now = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
    seconds = int(now.timestamp())
    west, east = (timezone(timedelta(minutes=minutes)) for minutes in (-570, 765))
    written: list[Any] = [
        now.isoformat(),
        now.astimezone(west).isoformat(),
        now.astimezone(east).isoformat(timespec="microseconds"),
        now.astimezone(east).strftime("%Y-%m-%d %H:%M:%S%z"),
        now.strftime("%Y%m%dT%H%M%SZ"),
        now.strftime("%Y-%m-%dt%H:%M:%S.000z"),
        now.strftime("%Y-%m-%dT%H:%M:%S"),
        seconds,
        float(seconds),
        str(seconds),
        seconds * 1000,
        float(seconds * 1000),
        str(seconds * 1000),
    ]
    for number, timestamp in enumerate(written):
        answer = hana.ok(say(hana, username=f"pia{number}", timestamp=timestamp))
        assert answer["vote"]["timestamp"] == to_text(now), timestamp
    assert hana.games_of(session["id"])[0]["upvotes"] == len(written)


NO_TIMES: list[Any] = [
    "2026-03-15", "20260315", "19:00:00", "19:00", "yesterday", "", 0, 1, 600, "600", 86_400_000, -1_773_601_200,
    1_773_601_200.5, "1773601200.5", 1_773_601_200_000_000, 2**64, True, {"at": 1}, "2026-02-30T19:00:00Z",
    "2026-03-15T25:00:00Z",
    "2026-W11-7T19:00:00.12xZ",
    "2026-03-15T19:00:60.000Z",
    "2026-13-15T19:00:00.000Z", "15/03/2026 19:00", "2026-03-15T19:00:00+99:00",
    "\u0661\u0667\u0667\u0663\u0666\u0660\u0661\u0662\u0660\u0660",
]  # fmt: skip


def test_what_is_no_time_is_refused_and_never_taken_for_another(hana: Host) -> None:
    session = hana.a_session()
    hana.a_game(session["id"], 1)
    for timestamp in NO_TIMES:
        status, code = refusal(say(hana, timestamp=timestamp))
        assert (status, code in {"timestamp_invalid", "invalid_request"}) == (400, True), timestamp
    assert hana.games_of(session["id"])[0]["upvotes"] == 0


moments = st.datetimes(min_value=datetime(2000, 1, 2), max_value=datetime(2999, 1, 1))  # noqa: DTZ001 the zone is drawn
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(moments, offsets)
def test_a_moment_is_the_same_in_each_zone_and_each_number(naive: datetime, zone: timezone) -> None:
    moment = naive.replace(tzinfo=zone, microsecond=naive.microsecond // 1000 * 1000)
    milliseconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert read_moment(to_text(moment)) == to_text(moment)
    texts = [moment.isoformat(), moment.isoformat().replace("T", " "), str(milliseconds)]
    written: list[str | float] = [*texts, milliseconds, float(milliseconds)]
    assert {read_moment(each) for each in written} == {to_text(moment)}
    whole = moment.replace(microsecond=0)
    assert read_moment(int(whole.timestamp())) == to_text(whole)


fractions = st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: bool(number % 1))


@given(st.integers(-(10**6), FIRST_SECOND - 1) | fractions)
def test_a_number_that_does_not_count_from_1970_is_no_moment(number: float) -> None:
    with pytest.raises(TimestampInvalid):
        read_moment(number)
