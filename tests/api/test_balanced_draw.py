"""The balanced draw, its receipts and the lineup, as clients see them."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest

from gamenight.core.errors import StartError
from gamenight.picker.balanced import FACTORS, Strengths, nights_remembered
from gamenight.picker.receipts import AUDIENCE
from gamenight.settings import load
from tests.api.test_picker import draw, games, no_game_fits, only, without_receipt
from tests.stats.history import PastNight, Play, at, keep
from tests.support.clients import Host, a_guest
from tests.support.error_words import missing_details
from tests.support.postgres import Databases
from tests.support.server import Served, served

Look = Callable[..., list[dict[str, Any]]]


def balanced(client: httpx.Client, **wish: Any) -> dict[str, Any]:
    return draw(client, mode="balanced", **wish)


def pool(client: httpx.Client, **wish: Any) -> dict[int, dict[str, Any]]:
    """The candidates by the ids of their games."""
    return {each["game"]["id"]: each for each in balanced(client, count=20, **wish)["candidates"]}


def a_night(host: Host, *game_ids: int, skipped: tuple[int, ...] = ()) -> None:
    """A session in which these were played, and others only skipped."""
    session = host.a_session()
    for game_id in (*game_ids, *skipped):
        game = host.a_game(session["id"], game_id)
        if game_id in skipped:
            host.set_status(game, "skipped")
    host.ok(host.post(f"/api/sessions/{session['id']}/close"))


def refused(response: httpx.Response, status: int, code: str) -> None:
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert response.json()["error"]
    assert not missing_details(code, response.json())


def secret_of(look: Look) -> bytes:
    (row,) = look("SELECT value FROM credentials WHERE name = 'token_secret'")
    return bytes.fromhex(row["value"])


def why_path(game: dict[str, Any]) -> str:
    return f"/api/sessions/{game['session_id']}/games/{game['id']}/why"


def test_classic_is_the_default_and_knows_nothing_of_the_nights(hana: Host) -> None:
    ids = [game["id"] for game in only(hana, "First", "Second")]
    a_night(hana, ids[0])
    for answer in (draw(hana, count=2), draw(hana, count=2, mode="classic")):
        assert answer["mode"] == "classic"
        assert answer["relaxed"] == []
        assert [set(each["factors"]) for each in answer["candidates"]] == [{"favor", "packFavor"}] * 2
        assert [each["odds"] for each in answer["candidates"]] == [0.5, 0.5]


def test_a_balanced_draw_tells_every_factor(server: Served) -> None:
    with a_guest(server.url) as omar:
        answer = balanced(omar, count=3)
    assert answer["mode"] == "balanced"
    assert [list(each["factors"]) for each in answer["candidates"]] == [list(FACTORS)] * 3


def test_games_come_back_by_the_nights_that_were_held(hana: Host) -> None:
    last, before, long_ago, never = (game["id"] for game in only(hana, "Last", "Before", "Long ago", "Never"))
    a_night(hana, long_ago)
    a_night(hana, long_ago, before)
    a_night(hana, last, before, skipped=(never,))
    a_night(hana, skipped=(before,))
    a_night(hana)
    session = hana.a_session()
    for wish in ({}, {"sessionId": session["id"]}):
        found = pool(hana, **wish)
        recency = {id_: each["factors"]["recency"] for id_, each in found.items()}
        assert recency == pytest.approx({last: 0.1, before: 0.1, long_ago: 0.538, never: 1}, abs=1e-3)
        novelty = {id_: each["factors"]["novelty"] for id_, each in found.items()}
        assert novelty == {last: 1, before: 1, long_ago: 1, never: 1.5}


def test_games_come_back_before_the_night_has_begun(hana: Host) -> None:
    first, second = (game["id"] for game in only(hana, "First", "Second"))
    a_night(hana, first)
    assert pool(hana)[first]["factors"]["recency"] == pytest.approx(0.1)
    assert pool(hana)[second]["factors"]["recency"] == 1


def test_a_game_of_long_ago_is_neither_recent_nor_new(hana: Host, database_url: str) -> None:
    old, lately, never = (game["id"] for game in only(hana, "Old", "Lately", "Never"))
    nights = nights_remembered(Strengths())
    begin = at("2026-01-01")
    keep(
        database_url,
        [
            PastNight(begin + timedelta(days=number), [Play(lately), *([Play(old)] if number == 0 else [])])
            for number in range(nights + 1)
        ],
    )
    factors = {id_: each["factors"] for id_, each in pool(hana).items()}
    assert {id_: each["novelty"] for id_, each in factors.items()} == {old: 1, lately: 1, never: 1.5}
    assert factors[old]["recency"] == factors[never]["recency"] == 1
    assert factors[lately]["recency"] == pytest.approx(0.1)


def test_tonights_games_are_not_drawn_again_until_nothing_else_fits(hana: Host) -> None:
    first, second, third = (game["id"] for game in only(hana, "First", "Second", "Third"))
    session = hana.a_session()
    hana.a_game(session["id"], first)
    hana.set_status(hana.a_game(session["id"], second), "skipped")
    for wish in ({}, {"sessionId": session["id"]}, {"sessionId": session["id"], "excludePlayed": False}):
        assert set(pool(hana, **wish)) == {third}
    assert set(pool(hana, factors={"tonight": False})) == {first, second, third}
    hana.a_game(session["id"], third)
    answer = balanced(hana, count=9)
    assert answer["relaxed"] == ["repeats"]
    assert {each["game"]["id"] for each in answer["candidates"]} == {first, second, third}
    factors = {each["game"]["id"]: each["factors"]["tonight"] for each in answer["candidates"]}
    assert factors[third] == pytest.approx(0.1)
    assert factors[third] < factors[second] < factors[first]


def test_what_is_relaxed_is_told_and_what_has_to_hold_holds(hana: Host) -> None:
    only(hana, "First", "Second")
    assert balanced(hana, length="long")["relaxed"] == ["length"]
    assert balanced(hana, drawing="only")["relaxed"] == ["drawing"]
    answer = balanced(hana, drawing="only", length="long", playerCount=4)
    assert answer["relaxed"] == ["length", "drawing"]
    assert [step["filter"] for step in answer["filters"]] == ["enabled", "playerCount"]
    for wish in ({"playerCount": 50}, {"familyFriendly": False}, {"packs": ["Other"]}):
        no_game_fits(hana, mode="balanced", **wish)
    (first, second) = games(hana)
    no_game_fits(hana, mode="balanced", exclude=[first["id"], second["id"]])
    for game in (first, second):
        hana.ok(hana.patch(f"/api/games/{game['id']}/toggle"))
    assert no_game_fits(hana, mode="balanced", length="long")["filters"][-1]["filter"] == "enabled"


def test_a_factor_can_be_switched_off_for_a_request(hana: Host) -> None:
    for name in FACTORS:
        (candidate,) = balanced(hana, factors={name: False})["candidates"]
        assert set(candidate["factors"]) == set(FACTORS) - {name}
    assert balanced(hana, factors=dict.fromkeys(FACTORS, 0))["candidates"][0]["factors"] == {}
    refused(hana.post("/api/pick", json={"factors": {"taste": False}}), 400, "factors_not_of_mode")
    refused(hana.post("/api/pick", json={"mode": "balanced", "factors": {"luck": True}}), 400, "invalid_request")


def test_settings_have_the_strengths_and_switch_factors_off(database_url: str) -> None:
    options = {"picker_factors_off": "taste, variety", "picker_recency": 1.0, "picker_novelty": 2.0}
    with served(database_url, **options) as server, Host(server.url) as hana:
        first, second = (game["id"] for game in only(hana, "First", "Second"))
        a_night(hana, first)
        found = pool(hana)
        assert set(found) == {second}, "with the full strength the last night's games are left out"
        assert set(found[second]["factors"]) == set(FACTORS) - {"taste", "variety"}
        assert found[second]["factors"]["novelty"] == 2
        assert "taste" in pool(hana, factors={"taste": True})[second]["factors"]
        answer = balanced(hana, exclude=[second])
        assert (answer["game"]["id"], answer["relaxed"]) == (first, ["recency"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FACTORS_OFF", "taste,luck"),
        ("RECENCY", "1.1"),
        ("TONIGHT", "1"),
        ("TASTE", "0.5"),
        ("CAP", "0"),
        ("CAP", "nan"),
    ],
)
def test_a_server_does_not_start_with_a_strength_that_makes_no_sense(name: str, value: str) -> None:
    with pytest.raises(StartError, match=f"GAMENIGHT_PICKER_{name}"):
        load({f"GAMENIGHT_PICKER_{name}": value})


def test_a_seed_repeats_a_balanced_draw(hana: Host) -> None:
    first = balanced(hana, count=5, seed="friday")
    assert without_receipt(balanced(hana, count=5, seed="friday")) == without_receipt(first)
    assert {each["factors"]["taste"] for each in first["candidates"]} != {
        each["factors"]["taste"] for each in balanced(hana, count=5, seed="saturday")["candidates"]
    }


@pytest.mark.parametrize("mode", ["classic", "balanced"])
def test_a_game_that_comes_with_its_receipt_can_say_why(hana: Host, server: Served, mode: str) -> None:
    session = hana.a_session()
    answer = draw(hana, mode=mode, count=3, playerCount=4, sessionId=session["id"], seed="friday")
    chosen = answer["candidates"][1]
    game = hana.a_game(session["id"], chosen["game"]["id"], receipt=answer["receipt"])
    with a_guest(server.url) as omar:
        why = omar.get(why_path(game)).raise_for_status().json()
    assert why.pop("drawnAt").endswith("Z")
    assert why == {
        "gameId": chosen["game"]["id"],
        "place": 2,
        "odds": chosen["odds"],
        "weight": chosen["weight"],
        "factors": chosen["factors"],
        "sessionId": session["id"],
        **{
            key: answer[key]
            for key in ("mode", "seed", "poolSize", "totalEnabled", "filters", "relaxed", "playerCount")
        },
    }


def test_a_game_without_a_receipt_has_no_draw_kept(hana: Host) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"], 1)
    refused(hana.get(why_path(game)), 404, "no_draw_kept")
    refused(hana.get(why_path(game | {"id": 77})), 404, "session_game_not_found")
    refused(hana.get(why_path(game | {"session_id": 77})), 404, "session_not_found")


def test_a_receipt_that_is_none_adds_nothing(hana: Host, look: Look) -> None:
    session = hana.a_session()
    secret = secret_of(look)
    answer = draw(hana)
    game_id = answer["game"]["id"]
    payload = jwt.decode(answer["receipt"], secret, algorithms=["HS256"], audience=AUDIENCE)
    assert payload["exp"] - payload["iat"] == 12 * 3600
    now = int(time.time())

    def signed(key: bytes = secret, **changed: Any) -> str:
        claims = {name: value for name, value in (payload | changed).items() if value is not None}
        return jwt.encode(claims, key, "HS256")

    other_game = next(game["id"] for game in games(hana) if game["id"] != game_id)
    wrong: list[tuple[str, int, str]] = [
        ("", game_id, "receipt_invalid"),
        ("no receipt", game_id, "receipt_invalid"),
        (answer["receipt"][:-3] + "AAA", game_id, "receipt_invalid"),
        (jwt.encode(payload, "", "none"), game_id, "receipt_invalid"),
        (signed(b"x" * 32), game_id, "receipt_invalid"),
        (signed(aud="gamenight"), game_id, "receipt_invalid"),
        (hana.token, game_id, "receipt_invalid"),
        (signed(exp=None), game_id, "receipt_invalid"),
        (signed(draw={}), game_id, "receipt_invalid"),
        (signed(games=[[game_id]]), game_id, "receipt_invalid"),
        (signed(iat=now - 50_000, exp=now - 60), game_id, "receipt_expired"),
        (answer["receipt"], other_game, "receipt_of_other_game"),
        (signed(draw=payload["draw"] | {"sessionId": 77}), game_id, "receipt_of_other_game"),
        ("x" * 16_385, game_id, "invalid_request"),
    ]
    for receipt, of, code in wrong:
        body = {"game_id": of, "receipt": receipt}
        refused(hana.post(f"/api/sessions/{session['id']}/games", json=body), 400, code)
    assert hana.games_of(session["id"]) == []
    assert look("SELECT id FROM events WHERE type = 'game.added'") == []
    assert hana.a_game(session["id"], game_id, receipt=signed())["game_id"] == game_id


def test_a_receipt_is_no_token(hana: Host, server: Served) -> None:
    receipt = draw(hana)["receipt"]
    with a_guest(server.url) as omar:
        response = omar.post("/api/sessions", headers={"Authorization": f"Bearer {receipt}"})
    assert response.status_code == 403
    assert hana.get("/api/sessions").json() == []


def test_the_largest_receipt_is_taken(hana: Host) -> None:
    session = hana.a_session()
    answer = balanced(hana, count=20, seed="\N{DIE FACE-6}" * 64, playerCount=4, familyFriendly=True, drawing="exclude")
    assert len(answer["receipt"]) < 16_384
    hana.a_game(session["id"], answer["candidates"][-1]["game"]["id"], receipt=answer["receipt"])


def test_a_repeat_with_its_key_gives_the_first_answer_even_after_the_receipt_has_expired(
    hana: Host, look: Look
) -> None:
    session = hana.a_session()
    answer = draw(hana)
    payload = jwt.decode(answer["receipt"], secret_of(look), algorithms=["HS256"], audience=AUDIENCE)
    # Within the leeway for clocks that differ: good for the moment, and expired soon.
    expiring = jwt.encode(payload | {"exp": int(time.time()) - 7}, secret_of(look), "HS256")
    body = {"game_id": answer["game"]["id"], "receipt": expiring}
    path, headers = f"/api/sessions/{session['id']}/games", {"Idempotency-Key": "friday"}
    first = hana.post(path, json=body, headers=headers)
    assert first.status_code == 201
    until = time.monotonic() + 20
    while (fresh := hana.post(path, json=body)).status_code == 201:
        assert time.monotonic() < until
        hana.ok(hana.delete(f"{path}/{fresh.json()['id']}"))
    refused(fresh, 400, "receipt_expired")
    again = hana.post(path, json=body, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert hana.get(why_path(first.json())).status_code == 200


def test_the_why_goes_with_its_game_and_its_night(hana: Host, look: Look) -> None:
    session = hana.a_session()
    answer = draw(hana, count=2)
    kept = [
        hana.a_game(session["id"], candidate["game"]["id"], receipt=answer["receipt"])
        for candidate in answer["candidates"]
    ]
    assert len(look("SELECT * FROM stored_draws")) == 2
    before = hana.get(why_path(kept[0])).json()
    hana.ok(hana.delete(why_path(kept[0]).removesuffix("/why")))
    assert hana.get(why_path(kept[0])).status_code == 404
    hana.ok(hana.post(f"/api/sessions/{session['id']}/undo"))
    assert hana.get(why_path(kept[0])).json() == before
    hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    assert hana.get(why_path(kept[1])).status_code == 200
    hana.ok(hana.delete(f"/api/sessions/{session['id']}"))
    assert look("SELECT * FROM stored_draws") == []


def test_drawing_writes_nothing(hana: Host, look: Look) -> None:
    tables = ("events", "stored_draws", "idempotency_keys", "session_games")

    def counts() -> list[int]:
        return [look(f"SELECT count(*) AS n FROM {table}")[0]["n"] for table in tables]

    before = counts()
    balanced(hana, count=5)
    hana.ok(hana.post("/api/pick/lineup", json={"minutes": 60}, headers={"Idempotency-Key": "friday"}))
    assert counts() == before


def test_a_receipt_outlives_the_process_that_signed_it(database_url: str) -> None:
    with served(database_url) as first, Host(first.url) as hana:
        session, answer = hana.a_session(), draw(hana)
    with served(database_url) as second, Host(second.url) as hana:
        game = hana.a_game(session["id"], answer["game"]["id"], receipt=answer["receipt"])
        assert hana.get(why_path(game)).status_code == 200


def test_a_receipt_of_one_process_is_taken_by_another(postgres: Databases) -> None:
    url = postgres.fresh()
    with served(url) as first, served(url) as second, Host(first.url) as hana, Host(second.url) as pia:
        session, answer = hana.a_session(), draw(hana)
        game = pia.a_game(session["id"], answer["game"]["id"], receipt=answer["receipt"])
        assert hana.get(why_path(game)).raise_for_status().json() == pia.get(why_path(game)).json()
    postgres.drop(url)


def lineup(client: httpx.Client, **wish: Any) -> dict[str, Any]:
    response = client.post("/api/pick/lineup", json=wish)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_a_lineup_fills_the_time_for_the_players(hana: Host, server: Served) -> None:
    with a_guest(server.url) as omar:
        for minutes in (20, 90, 240):
            answer = lineup(omar, minutes=minutes, playerCount=6)
            played = answer["games"]
            assert answer["totalMinutes"] == sum(each["minutes"] for each in played)
            assert answer["minutesLeft"] == minutes - answer["totalMinutes"]
            assert abs(answer["minutesLeft"]) <= answer["toleranceMinutes"] == 5
            assert len({each["game"]["id"] for each in played}) == len(played)
            for each in played:
                assert each["game"]["min_players"] <= 6 <= each["game"]["max_players"]
                length = each["game"]["length_minutes"]
                assert (each["minutes"], each["minutesAssumed"]) == ((15, True) if length is None else (length, False))
                assert list(each["factors"]) == list(FACTORS)
            assert (answer["mode"], answer["playerCount"]) == ("balanced", 6)
    session = hana.a_session()
    for place, each in enumerate(played, start=1):
        game = hana.a_game(session["id"], each["game"]["id"], receipt=each["receipt"])
        why = hana.get(why_path(game)).json()
        assert (why["place"], why["odds"], why["poolSize"]) == (place, each["odds"], each["poolSize"])
    again = {each["game"]["id"] for each in lineup(hana, minutes=60)["games"]}
    assert again.isdisjoint(each["game"]["id"] for each in played), "tonight's games are not drawn again"


def test_an_unknown_length_is_assumed_and_said(hana: Host) -> None:
    only(hana, "First")
    facts = {"pack_name": "House Games", "title": "Mime", "min_players": 1, "max_players": 20}
    mime = hana.ok(hana.post("/api/games", json=facts))
    answer = lineup(hana, minutes=20, playerCount=15)
    (only_one,) = answer["games"]
    assert (only_one["game"]["id"], only_one["minutes"], only_one["minutesAssumed"]) == (mime["id"], 15, True)
    assert (answer["assumedMinutes"], answer["minutesLeft"]) == (15, 5)


def test_a_lineup_has_its_seed_and_its_refusals(hana: Host) -> None:
    wish = {"minutes": 100, "seed": "friday", "mode": "classic"}
    first = lineup(hana, **wish)

    def shown(answer: dict[str, Any]) -> list[dict[str, Any]]:
        return [without_receipt(each) for each in answer["games"]]

    assert shown(lineup(hana, **wish)) == shown(first)
    assert [set(each["factors"]) for each in first["games"]] == [{"favor", "packFavor"}] * len(first["games"])
    only(hana, "First")
    refusal = hana.post("/api/pick/lineup", json={"minutes": 14})
    refused(refusal, 404, "no_game_fits")
    assert refusal.json()["suggestion"] == "Give more minutes."
    assert lineup(hana, minutes=15)["minutesLeft"] == -5
    assert lineup(hana, minutes=100)["minutesLeft"] == 80, "what is left over is told"
    for body in ({}, {"minutes": 0}, {"minutes": 1441}, {"minutes": 60, "mode": "other"}, {"minutes": "long"}):
        refused(hana.post("/api/pick/lineup", json=body), 400, "invalid_request")
    refused(hana.post("/api/pick/lineup", json={"minutes": 60, "playerCount": "live"}), 409, "no_live_count")
