"""The catalogue, as clients see it."""

import csv
import io
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.support.clients import Host, a_guest
from tests.support.error_words import missing_details
from tests.support.server import Served, served

FIELDS = {
    *("id", "pack_name", "title", "min_players", "max_players", "length_minutes", "has_audience", "family_friendly"),
    *("game_type", "secondary_type", "play_count", "popularity_score", "upvotes", "downvotes", "enabled"),
    *("favor_bias", "created_at"),
}
COLUMNS = [
    *("Game Pack", "Game Title", "Min. Players", "Max. Players", "Length"),
    *("Audience", "Family Friendly?", "Game Type", "Secondary Type"),
]

Game = dict[str, Any]


def games(client: httpx.Client, **filters: Any) -> list[Game]:
    found: list[Game] = client.get("/api/games", params=filters).raise_for_status().json()
    return found


def refused(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    answer: dict[str, Any] = response.json()
    assert answer["code"] == code
    assert answer["error"]
    assert not missing_details(code, answer)
    return answer


def facts(**changed: Any) -> dict[str, Any]:
    return {"pack_name": "House Games", "title": "Mime Time", "min_players": 3, "max_players": 9} | changed


def a_file(*rows: str, header: str = ",".join(COLUMNS)) -> str:
    return "\n".join([header, *rows]) + "\n"


def import_csv(host: Host, text: str, **options: object) -> httpx.Response:
    return host.post("/api/games/import/csv", json={"csvData": text, **options})


def test_a_refusal_names_the_field_that_is_wrong(hana: Host) -> None:
    taken = hana.ok(hana.post("/api/games", json=facts(symbol="MIME")))
    wrong = [
        (facts(title=""), 400, "invalid_request", "title"),
        (facts(app_tags=["good", "not good"]), 400, "invalid_request", "app_tags"),
        (facts(min_players=5, max_players=4), 400, "game_invalid", "max_players"),
        (facts(title="Other", symbol="lol"), 400, "game_invalid", "symbol"),
        (facts(title="Other", symbol="mime"), 409, "symbol_taken", "symbol"),
        (facts(), 409, "game_exists", "title"),
    ]
    for body, status, code, field in wrong:
        assert refused(hana.post("/api/games", json=body), status, code)["field"] == field
    other = hana.ok(hana.post("/api/games", json=facts(title="Other")))
    renamed = hana.put(f"/api/games/{other['id']}", json={"title": taken["title"]})
    assert refused(renamed, 409, "game_exists")["field"] == "title"
    assert "field" not in refused(hana.post("/api/games", json=[]), 400, "invalid_request")


def test_the_catalogue_is_listed_by_pack_then_title(server: Served) -> None:
    with a_guest(server.url) as omar:
        listed = games(omar)
        assert len(listed) > 50
        names = [(game["pack_name"], game["title"]) for game in listed]
        assert names == sorted(names)
        for game in listed:
            assert set(game) >= FIELDS
            for flag in ("has_audience", "family_friendly", "enabled"):
                assert game[flag] in (0, 1)
                assert not isinstance(game[flag], bool)
        assert omar.get(f"/api/games/{listed[3]['id']}").json() == listed[3]


def is_drawing(game: Game) -> bool:
    return "Drawing" in (game["game_type"], game["secondary_type"])


FILTERS: list[tuple[dict[str, object], Callable[[Game], bool]]] = [
    ({"enabled": "true"}, lambda game: game["enabled"] == 1),
    ({"enabled": "1"}, lambda game: game["enabled"] == 1),
    ({"enabled": "false"}, lambda game: game["enabled"] == 0),
    ({"enabled": "0"}, lambda game: game["enabled"] == 0),
    ({"playerCount": 9}, lambda game: game["min_players"] <= 9 <= game["max_players"]),
    ({"playerCount": 2}, lambda game: game["min_players"] <= 2 <= game["max_players"]),
    ({"drawing": "only"}, is_drawing),
    ({"drawing": "exclude"}, lambda game: not is_drawing(game)),
    ({"length": "short"}, lambda game: (game["length_minutes"] or 0) <= 15),
    ({"length": "medium"}, lambda game: 16 <= (game["length_minutes"] or 0) <= 25),
    ({"length": "long"}, lambda game: (game["length_minutes"] or 0) > 25),
    ({"familyFriendly": "true"}, lambda game: game["family_friendly"] == 1),
    (
        {"familyFriendly": "false"},
        lambda game: game["family_friendly"] == 0 or game["family_friendly_setting"] == 1,
    ),
    ({"pack": "The Jackbox Party Pack"}, lambda game: game["pack_name"] == "The Jackbox Party Pack"),
    (
        {"playerCount": 8, "drawing": "only", "length": "medium"},
        lambda game: (
            game["min_players"] <= 8 <= game["max_players"]
            and is_drawing(game)
            and 16 <= (game["length_minutes"] or 0) <= 25
        ),
    ),
]


def test_each_filter_lists_what_fits_and_nothing_else(hana: Host) -> None:
    hana.ok(hana.patch("/api/games/3/toggle"))
    hana.ok(hana.post("/api/games", json=facts(title="Of unknown length", max_players=20)))
    hana.ok(hana.post("/api/games", json=facts(title="Long", length_minutes=26)))
    hana.ok(hana.post("/api/games", json=facts(title="At the edge", length_minutes=15)))
    hana.ok(hana.post("/api/games", json=facts(title="Beyond it", length_minutes=16)))
    everything = games(hana)
    for filters, fits in FILTERS:
        expected = [game for game in everything if fits(game)]
        assert 0 < len(expected) < len(everything), f"{filters} has to tell games apart"
        assert games(hana, **filters) == expected, filters
    assert games(hana, pack="No such pack") == []


def test_filters_that_make_no_sense_are_refused(server: Served) -> None:
    with a_guest(server.url) as omar:
        for query in ("playerCount=many", "drawing=maybe", "length=endless", "enabled=perhaps", "playerCount=1.5"):
            refused(omar.get(f"/api/games?{query}"), 400, "invalid_request")


def test_packs_are_listed_by_name_with_counts_and_plays(hana: Host, server: Served) -> None:
    first = games(hana)[0]
    session = hana.a_session()
    hana.a_game(session["id"], first["id"])
    hana.a_game(session["id"], first["id"])
    hana.ok(hana.patch(f"/api/games/{first['id']}/toggle"))
    everything = games(hana)
    with a_guest(server.url) as omar:
        for path in ("/api/games/packs", "/api/games/meta/packs"):
            packs = omar.get(path).raise_for_status().json()
            assert [pack["name"] for pack in packs] == sorted({game["pack_name"] for game in everything})
            for pack in packs:
                members = [game for game in everything if game["pack_name"] == pack["name"]]
                assert pack["total_count"] == len(members)
                assert pack["enabled_count"] == sum(game["enabled"] for game in members)
                assert pack["play_count"] == sum(game["play_count"] for game in members)
            assert sum(pack["play_count"] for pack in packs) == 2


def test_a_game_is_added_read_changed_and_removed(hana: Host) -> None:
    added = hana.post("/api/games", json=facts(length_minutes=20, game_type="Mime", family_friendly=1))
    assert added.status_code == 201
    game = added.json()
    assert set(game) >= FIELDS
    assert (game["enabled"], game["favor_bias"], game["family_friendly"], game["play_count"]) == (1, 0, 1, 0)
    path = f"/api/games/{game['id']}"
    assert hana.get(path).json() == game
    changed = hana.ok(hana.put(path, json={"title": "Mime Again", "length_minutes": None, "family_friendly": False}))
    assert changed == game | {"title": "Mime Again", "length_minutes": None, "family_friendly": 0}
    assert hana.ok(hana.put(path, json={})) == changed
    assert hana.ok(hana.put(path, json=facts())) == changed | {"title": "Mime Time"}
    hana.ok(hana.delete(path))
    refused(hana.get(path), 404, "game_not_found")
    assert game["id"] not in {each["id"] for each in games(hana)}


def test_facts_that_can_not_be_are_refused_and_nothing_is_added(hana: Host) -> None:
    before = games(hana)
    wrong: list[dict[str, Any]] = [
        {"title": ""},
        {"title": None},
        {"title": "x" * 201},
        {"pack_name": ""},
        {"min_players": 0},
        {"max_players": 1001},
        {"min_players": -1},
        {"length_minutes": 0},
        {"favor_bias": 2},
        {"enabled": "perhaps"},
        {"enabled": 2},
        {"play_mode": "solo"},
        {"app_tags": ["two words"]},
    ]
    for change in wrong:
        refused(hana.post("/api/games", json=facts(**change)), 400, "invalid_request")
        refused(hana.put(f"/api/games/{before[0]['id']}", json=change), 400, "invalid_request")
    refused(hana.post("/api/games", json={"title": "Alone"}), 400, "invalid_request")
    refused(hana.post("/api/games", json=facts(min_players=5, max_players=4)), 400, "game_invalid")
    refused(hana.put(f"/api/games/{before[0]['id']}", json={"min_players": 900}), 400, "game_invalid")
    assert games(hana) == before


def test_toggling_a_game_turns_it_off_and_on(hana: Host) -> None:
    game = games(hana)[0]
    path = f"/api/games/{game['id']}/toggle"
    assert hana.ok(hana.patch(path)) == game | {"enabled": 0}
    assert hana.ok(hana.patch(path)) == game


def test_two_who_disable_a_game_at_once_both_have_it_disabled(hana: Host) -> None:
    game = games(hana)[0]
    path = f"/api/games/{game['id']}/toggle"
    for enabled in (False, 0, True, 1):
        assert hana.ok(hana.patch(path, json={"enabled": enabled})) == game | {"enabled": int(enabled)}
    refused(hana.patch(path, json={"enabled": None}), 400, "invalid_request")


def test_a_favour_is_one_of_three(hana: Host) -> None:
    game = games(hana)[0]
    path = f"/api/games/{game['id']}/favor"
    for favor in (1, -1, 0, 1):
        assert hana.ok(hana.patch(path, json={"favor_bias": favor})) == game | {"favor_bias": favor}
    wrong: list[dict[str, object]] = [{"favor_bias": 2}, {"favor_bias": None}, {"favor_bias": 0.5}, {}]
    for body in wrong:
        refused(hana.patch(path, json=body), 400, "invalid_request")
    assert hana.get(f"/api/games/{game['id']}").json() == game | {"favor_bias": 1}


def test_a_pack_is_toggled_and_favoured_as_a_whole(hana: Host) -> None:
    pack = "The Jackbox Party Pack"
    others = [game for game in games(hana) if game["pack_name"] != pack]
    members = games(hana, pack=pack)
    for enabled, shown in ((False, 0), (1, 1), (0, 0), (True, 1)):
        answer = hana.ok(hana.patch(f"/api/games/packs/{pack}/toggle", json={"enabled": enabled}))
        assert answer["games"] == games(hana, pack=pack) == [game | {"enabled": shown} for game in members]
    for favor in (1, -1):
        hana.ok(hana.patch(f"/api/games/packs/{pack}/favor", json={"favor_bias": favor}))
        packs = {each["name"]: each["favor_bias"] for each in hana.get("/api/games/packs").json()}
        assert packs.pop(pack) == favor
        assert set(packs.values()) == {0}
    assert [game for game in games(hana) if game["pack_name"] != pack] == others


def test_a_game_or_pack_that_is_not_there_is_404(hana: Host) -> None:
    for method, path, body in (
        ("GET", "/api/games/9999", None),
        ("PUT", "/api/games/9999", {}),
        ("DELETE", "/api/games/9999", None),
        ("PATCH", "/api/games/9999/toggle", None),
        ("PATCH", "/api/games/9999/favor", {"favor_bias": 1}),
    ):
        refused(hana.request(method, path, json=body), 404, "game_not_found")
    refused(hana.patch("/api/games/packs/No such/toggle", json={"enabled": 1}), 404, "pack_not_found")
    refused(hana.patch("/api/games/packs/No such/favor", json={"favor_bias": 1}), 404, "pack_not_found")


def test_a_game_is_in_the_catalogue_once(hana: Host) -> None:
    hana.ok(hana.post("/api/games", json=facts()))
    other = hana.ok(hana.post("/api/games", json=facts(title="Other")))
    before = games(hana)
    refused(hana.post("/api/games", json=facts(max_players=4)), 409, "game_exists")
    refused(hana.put(f"/api/games/{other['id']}", json={"title": "Mime Time"}), 409, "game_exists")
    assert games(hana) == before
    assert hana.post("/api/games", json=facts(pack_name="Another pack")).status_code == 201


def test_a_game_that_left_the_catalogue_stays_in_its_nights_and_comes_back_with_its_history(hana: Host) -> None:
    game = hana.ok(hana.post("/api/games", json=facts()))
    session = hana.a_session()
    played = hana.a_game(session["id"], game["id"])
    hana.ok(hana.delete(f"/api/games/{game['id']}"))
    refused(hana.get(f"/api/games/{game['id']}"), 404, "game_not_found")
    assert hana.games_of(session["id"]) == [played]
    assert hana.get(f"/api/sessions/{session['id']}").json()["games_played"] == 1
    back = hana.ok(hana.post("/api/games", json=facts(max_players=12)))
    assert back["id"] == game["id"]
    assert (back["play_count"], back["max_players"]) == (1, 12)
    assert hana.get(f"/api/games/{game['id']}").json() == back


@pytest.mark.parametrize("mode", ["append", "replace"])
def test_importing_the_export_changes_nothing(hana: Host, mode: str) -> None:
    hana.ok(hana.post("/api/games", json=facts(title='=1+1, "quoted"\nand ünï', app_tags=["mime", "time"])))
    hana.ok(hana.patch("/api/games/3/toggle"))
    hana.ok(hana.patch("/api/games/4/favor", json={"favor_bias": -1}))
    hana.ok(hana.patch("/api/games/packs/The Jackbox Party Pack/favor", json={"favor_bias": 1}))
    before = games(hana), hana.get("/api/games/packs").json()
    response = hana.get("/api/games/export/csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="games.csv"'
    text = response.content.decode("utf-8-sig")
    assert response.text == f"\ufeff{text}", "a byte order mark, by which spreadsheets know UTF-8"
    assert next(csv.reader(io.StringIO(text)))[: len(COLUMNS)] == COLUMNS
    done = hana.ok(import_csv(hana, response.text, mode=mode))
    counts = {name: done[name] for name in ("count", "added", "updated", "unchanged", "removed")}
    assert counts == {
        "count": len(before[0]),
        "added": 0,
        "updated": 0,
        "unchanged": len(before[0]),
        "removed": 0,
    }
    assert (games(hana), hana.get("/api/games/packs").json()) == before


def test_append_adds_and_updates_and_leaves_the_rest(hana: Host) -> None:
    before = games(hana)
    known = before[0]
    text = a_file(
        f"{known['pack_name']},{known['title']},2,77,15,Yes,No,Bluffing,",
        "House Games,Mime Time,3,9,,No,Yes,Mime,Drawing",
    )
    done = hana.ok(import_csv(hana, text))
    assert (done["count"], done["added"], done["updated"], done["removed"]) == (2, 1, 1, 0)
    after = {(game["pack_name"], game["title"]): game for game in games(hana)}
    assert after["House Games", "Mime Time"]["secondary_type"] == "Drawing"
    assert after[known["pack_name"], known["title"]]["max_players"] == 77
    for game in before[1:]:
        assert after[game["pack_name"], game["title"]] == game


def test_replace_takes_out_what_is_not_named_and_keeps_what_was_chosen_of_the_rest(hana: Host) -> None:
    kept, gone = games(hana)[0], games(hana)[1]
    hana.ok(hana.patch(f"/api/games/{kept['id']}/favor", json={"favor_bias": 1}))
    hana.ok(hana.patch(f"/api/games/{kept['id']}/toggle"))
    session = hana.a_session()
    played = hana.a_game(session["id"], gone["id"])
    row = f"{kept['pack_name']},{kept['title']},2,6,20,No,No,Bluffing,"
    done = hana.ok(import_csv(hana, a_file(row), mode="replace"))
    assert done["removed"] > 50
    (only,) = games(hana)
    assert only["id"] == kept["id"]
    assert (only["favor_bias"], only["enabled"]) == (1, 0)
    assert (only["min_players"], only["max_players"]) == (2, 6)
    refused(hana.get(f"/api/games/{gone['id']}"), 404, "game_not_found")
    assert hana.games_of(session["id"]) == [played]


BAD_ROWS: list[tuple[str, str]] = [
    ("House Games,Mime Time,three,9,,No,Yes,Mime,", "Min. Players"),
    ("House Games,Mime Time,3,0,,No,Yes,Mime,", "Max. Players"),
    ("House Games,Mime Time,9,3,,No,Yes,Mime,", "Min. Players"),
    ("House Games,,3,9,,No,Yes,Mime,", "Game Title"),
    (",Mime Time,3,9,,No,Yes,Mime,", "Game Pack"),
    ("House Games,Mime Time,3,9,soon,No,Yes,Mime,", "Length"),
    ("House Games,Mime Time,3,9,,perhaps,Yes,Mime,", "Audience"),
    ("House Games,Mime Time,3,9,,No,rarely,Mime,", "Family Friendly?"),
    (f"House Games,Mime Time,3,9,,No,Yes,{'x' * 51},", "Game Type"),
    ("House Games,Good,3,9,,No,Yes,Mime,", "Game Title"),
]


def test_a_bad_row_is_named_by_line_and_column_and_nothing_is_applied(hana: Host) -> None:
    good = "House Games,Good,3,9,,No,Yes,Mime,"
    before = games(hana)
    for mode in ("append", "replace"):
        for row, column in BAD_ROWS:
            answer = refused(import_csv(hana, a_file(good, row, "A,B,1,2,,,,,"), mode=mode), 400, "csv_invalid")
            assert (answer["line"], answer["column"]) == (3, column), answer
            assert "Line 3" in answer["error"]
            assert column in answer["error"]
            assert games(hana) == before
    assert hana.ok(import_csv(hana, a_file(good)))["added"] == 1, "the good row is good"


def test_a_file_that_is_no_catalogue_is_refused(hana: Host) -> None:
    before = games(hana)
    for text in ("\n", "nonsense", a_file('House Games,"open', "x"), a_file("House Games,Mime\0Time,3,9,,,,,")):
        refused(import_csv(hana, text, mode="replace"), 400, "csv_invalid")
    refused(import_csv(hana, "", mode="replace"), 400, "invalid_request")
    refused(import_csv(hana, a_file("A,B,1,2,,,,,"), mode="merge"), 400, "invalid_request")
    assert games(hana) == before


def test_the_shipped_catalogue_is_loaded_at_the_first_start_only(empty_database_url: str) -> None:
    with served(empty_database_url) as server, Host(server.url) as hana:
        shipped = games(hana)
        assert len(shipped) > 50
        hana.ok(hana.post("/api/games", json=facts()))
        for game in shipped:
            hana.ok(hana.delete(f"/api/games/{game['id']}"))
        (left,) = games(hana)
        hana.ok(hana.delete(f"/api/games/{left['id']}"))
        assert games(hana) == []
        assert hana.get("/api/games/packs").json() == []
    with served(empty_database_url) as server, Host(server.url) as hana:
        assert games(hana) == []
