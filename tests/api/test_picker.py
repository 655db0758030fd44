"""The draw of the next game, as clients see it."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.support.clients import Host, a_guest
from tests.support.server import Served

Game = dict[str, Any]


def draw(client: httpx.Client, **wish: Any) -> dict[str, Any]:
    response = client.post("/api/pick", json=wish)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def without_receipt(answer: dict[str, Any]) -> dict[str, Any]:
    """What is the same each time: a receipt says when the draw was made."""
    return {key: value for key, value in answer.items() if key != "receipt"}


def no_game_fits(client: httpx.Client, **wish: Any) -> dict[str, Any]:
    response = client.post("/api/pick", json=wish)
    assert response.status_code == 404, response.text
    answer: dict[str, Any] = response.json()
    assert answer["code"] == "no_game_fits"
    assert answer["error"]
    assert answer["suggestion"]
    return answer


def games(client: httpx.Client) -> list[Game]:
    found: list[Game] = client.get("/api/games").raise_for_status().json()
    return found


def only(host: Host, *titles: str) -> list[Game]:
    """A catalogue with just these games, in this order."""
    header = "Game Pack,Game Title,Min. Players,Max. Players,Length,Audience,Family Friendly?,Game Type,Secondary Type"
    rows = [f"House Games,{title},1,9,20,No,Yes,Mime," for title in titles]
    host.ok(host.post("/api/games/import/csv", json={"csvData": "\n".join([header, *rows]), "mode": "replace"}))
    by_title = {game["title"]: game for game in games(host)}
    return [by_title[title] for title in titles]


def test_anybody_may_draw_with_an_empty_body(server: Served) -> None:
    with a_guest(server.url) as omar:
        everything = games(omar)
        bodies: list[dict[str, Any]] = [{}, {"content": b""}, {"json": {}}, {"content": b"{}"}]
        for body in bodies:
            response = omar.post("/api/pick", **body)
            assert response.status_code == 200, response.text
            answer = response.json()
            assert answer["game"] in everything
            assert answer["poolSize"] == answer["totalEnabled"] == len(everything)


def is_drawing(game: Game) -> bool:
    return "Drawing" in (game["game_type"], game["secondary_type"])


CONSTRAINTS: list[tuple[dict[str, Any], Callable[[Game], bool]]] = [
    ({"playerCount": 2}, lambda game: game["min_players"] <= 2 <= game["max_players"]),
    ({"playerCount": 9}, lambda game: game["min_players"] <= 9 <= game["max_players"]),
    ({"drawing": "only"}, is_drawing),
    ({"drawing": "exclude"}, lambda game: not is_drawing(game)),
    ({"length": "short"}, lambda game: (game["length_minutes"] or 0) <= 15),
    ({"length": "medium"}, lambda game: 16 <= (game["length_minutes"] or 0) <= 25),
    ({"length": "long"}, lambda game: (game["length_minutes"] or 0) > 25),
    ({"familyFriendly": True}, lambda game: game["family_friendly"] == 1),
    ({"familyFriendly": 1}, lambda game: game["family_friendly"] == 1),
    (
        {"familyFriendly": False},
        lambda game: game["family_friendly"] == 0 or game["family_friendly_setting"] == 1,
    ),
    ({"packs": ["The Jackbox Party Pack"]}, lambda game: game["pack_name"] == "The Jackbox Party Pack"),
    ({"exclude": [1, 2, 3]}, lambda game: game["id"] not in (1, 2, 3)),
    ({"playerCount": 8, "drawing": "only"}, lambda game: game["min_players"] <= 8 <= game["max_players"]
     and is_drawing(game)),
]  # fmt: skip


def test_what_is_drawn_fits_every_wish(hana: Host) -> None:
    long = {"pack_name": "House Games", "title": "Long", "min_players": 2, "max_players": 9, "length_minutes": 26}
    hana.ok(hana.post("/api/games", json=long))
    everything = games(hana)
    for wish, fits in CONSTRAINTS:
        pool = [game["id"] for game in everything if fits(game)]
        assert 0 < len(pool) < len(everything), f"{wish} has to tell games apart"
        answer = draw(hana, **wish, count=20)
        assert answer["poolSize"] == len(pool), wish
        assert answer["totalEnabled"] == len(everything)
        drawn = [candidate["game"]["id"] for candidate in answer["candidates"]]
        assert set(drawn) <= set(pool), wish
        assert len(drawn) == len(set(drawn)) == min(20, len(pool))


def test_a_disabled_game_is_never_drawn(hana: Host) -> None:
    first, second = only(hana, "First", "Second")
    assert {candidate["game"]["id"] for candidate in draw(hana, count=5)["candidates"]} == {first["id"], second["id"]}
    hana.ok(hana.patch(f"/api/games/{first['id']}/toggle"))
    answer = draw(hana, count=5)
    assert [candidate["game"]["id"] for candidate in answer["candidates"]] == [second["id"]]
    assert (answer["poolSize"], answer["totalEnabled"]) == (1, 1)


def test_by_default_the_last_two_of_that_session_are_not_drawn_again(hana: Host) -> None:
    first, second, third, fourth = only(hana, "First", "Second", "Third", "Fourth")
    session = hana.a_session()
    for game in (first, second, third):
        hana.a_game(session["id"], game["id"])
    everything = {game["id"] for game in (first, second, third, fourth)}

    def pool(**wish: Any) -> set[int]:
        return {candidate["game"]["id"] for candidate in draw(hana, count=9, **wish)["candidates"]}

    assert pool() == everything, "without a session nothing is known of it"
    assert pool(sessionId=session["id"]) == {first["id"], fourth["id"]}
    assert pool(sessionId=session["id"], excludePlayed=False) == {first["id"], fourth["id"]}
    assert pool(sessionId=session["id"], excludePlayed=True) == {fourth["id"]}
    assert pool(sessionId=session["id"], excludePlayed=1) == {fourth["id"]}
    hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    other = hana.a_session()
    assert pool(sessionId=other["id"], excludePlayed=True) == everything


def test_the_last_two_are_counted_by_their_order_of_adding(hana: Host) -> None:
    first, second = only(hana, "First", "Second")
    session = hana.a_session()
    for game in (second, first, first):
        hana.a_game(session["id"], game["id"])
    assert draw(hana, sessionId=session["id"], count=9)["game"]["id"] == second["id"]


def test_a_seed_repeats_the_draw(hana: Host) -> None:
    wish = {"count": 5, "playerCount": 6}
    before = draw(hana, **wish)
    for seed in (before["seed"], "a word", 42):
        first = draw(hana, **wish, seed=seed)
        assert without_receipt(draw(hana, **wish, seed=seed)) == without_receipt(first)
        assert first["seed"] == str(seed)
    assert without_receipt(draw(hana, **wish, seed=before["seed"])) == without_receipt(before)
    assert len({draw(hana, seed=seed)["game"]["id"] for seed in range(20)}) > 1, "the seed decides"
    assert draw(hana)["seed"] != draw(hana)["seed"]


def test_candidates_come_with_their_odds(hana: Host) -> None:
    answer = draw(hana, count=7)
    candidates = answer["candidates"]
    assert len(candidates) == 7
    assert candidates[0]["game"] == answer["game"]
    assert all(0 < candidate["odds"] <= 1 for candidate in candidates)
    assert sum(candidate["odds"] for candidate in candidates) <= 1
    assert len({candidate["game"]["id"] for candidate in candidates}) == 7
    assert len(draw(hana)["candidates"]) == 1


def test_favours_multiply_into_the_odds(hana: Host) -> None:
    loved, plain, unloved = only(hana, "Loved", "Plain", "Unloved")
    hana.ok(hana.patch(f"/api/games/{loved['id']}/favor", json={"favor_bias": 1}))
    hana.ok(hana.patch(f"/api/games/{unloved['id']}/favor", json={"favor_bias": -1}))
    other = {"pack_name": "Other", "title": "Other", "min_players": 1, "max_players": 9, "favor_bias": 1}
    added = hana.ok(hana.post("/api/games", json=other))
    hana.ok(hana.patch("/api/games/packs/House Games/favor", json={"favor_bias": 1}))
    hana.ok(hana.patch("/api/games/packs/Other/favor", json={"favor_bias": -1}))
    candidates = {candidate["game"]["id"]: candidate for candidate in draw(hana, count=9)["candidates"]}
    weights = {loved["id"]: 3 * 2, plain["id"]: 1 * 2, unloved["id"]: 0.2 * 2, added["id"]: 3 * 0.3}
    for game_id, weight in weights.items():
        assert abs(candidates[game_id]["weight"] - weight) < 1e-9
        assert abs(candidates[game_id]["odds"] - weight / sum(weights.values())) < 1e-9
    assert abs(sum(candidate["odds"] for candidate in candidates.values()) - 1) < 1e-9


def test_when_nothing_fits_it_says_which_wish_left_none(hana: Host) -> None:
    assert no_game_fits(hana, playerCount=50_000)["filters"][-1] == {"filter": "playerCount", "remaining": 0}
    assert no_game_fits(hana, packs=[])["filters"][-1]["filter"] == "packs"
    answer = no_game_fits(hana, packs=["No such pack"], playerCount=4)
    assert [step["filter"] for step in answer["filters"]][:2] == ["enabled", "packs"]
    assert "recentlyPlayed" not in answer


def test_when_everything_was_played_it_says_what_was(hana: Host) -> None:
    first, second = only(hana, "First", "Second")
    session = hana.a_session()
    for game in (first, second):
        hana.a_game(session["id"], game["id"])
    for exclude_played in (False, True):
        answer = no_game_fits(hana, sessionId=session["id"], excludePlayed=exclude_played)
        assert [game["title"] for game in answer["recentlyPlayed"]] == ["First", "Second"]
        assert answer["filters"][-1] == {"filter": "repeats", "remaining": 0}


def test_an_empty_catalogue_has_nothing_to_draw(hana: Host) -> None:
    (game,) = only(hana, "Alone")
    assert draw(hana)["game"]["id"] == game["id"]
    hana.ok(hana.delete(f"/api/games/{game['id']}"))
    assert no_game_fits(hana)["filters"] == [{"filter": "enabled", "remaining": 0}]


def test_a_session_that_is_not_there_is_404(server: Served) -> None:
    with a_guest(server.url) as omar:
        response = omar.post("/api/pick", json={"sessionId": 77})
    assert (response.status_code, response.json()["code"]) == (404, "session_not_found")


def test_wishes_that_make_no_sense_are_refused(server: Served) -> None:
    wrong: list[dict[str, Any]] = [
        {"playerCount": -1},
        {"playerCount": "many"},
        {"playerCount": 2.5},
        {"drawing": "maybe"},
        {"length": "endless"},
        {"familyFriendly": "perhaps"},
        {"familyFriendly": 2},
        {"sessionId": 0},
        {"sessionId": 2**53},
        {"excludePlayed": 7},
        {"count": 0},
        {"count": 21},
        {"count": 1.5},
        {"seed": 2**53},
        {"seed": "x" * 65},
        {"seed": 1.5},
        {"packs": "The Jackbox Party Pack"},
        {"packs": ["x"] * 101},
        {"exclude": [0]},
        {"exclude": [1] * 1001},
        {"mode": "unheard of"},
    ]
    with a_guest(server.url) as omar:
        for wish in wrong:
            response = omar.post("/api/pick", json=wish)
            assert response.status_code == 400, (wish, response.text)
            assert response.json()["code"] == "invalid_request"
            assert response.json()["error"]
        for body in (b"[]", b"null", b"{", b"7"):
            assert omar.post("/api/pick", content=body).status_code == 400
