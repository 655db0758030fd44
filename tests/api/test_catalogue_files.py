"""Files of games as people really have them: other spellings, encodings and separators, and what became of each row."""

import base64
import csv
import io
from typing import Any

import httpx
import pytest

from tests.api.test_catalogue import COLUMNS, a_file, facts, games, import_csv, refused
from tests.conftest import Meddle
from tests.support.clients import Host

HEADER = ",".join(COLUMNS)


def import_file(host: Host, file: bytes, **options: object) -> httpx.Response:
    return host.post("/api/games/import/csv", json={"csvFile": base64.b64encode(file).decode(), **options})


def import_tickers(host: Host, **tickers: str) -> httpx.Response:
    return host.post("/api/games/import/tickers", json=tickers)


def named(host: Host, title: str) -> dict[str, Any]:
    """A game of this title, of the first pack that has one."""
    return next(game for game in games(host) if game["title"] == title)


def an_export(host: Host) -> str:
    return host.get("/api/games/export/csv").content.decode("utf-8-sig")


SPELLED = [
    ("Champ'd Up", "Champ\u2019d Up"),
    ("Blather 'Round", "Blather \u2018Round"),
    ("Guesspionage", "Guesspionage  "),
    ("Fakin' It!", "FAKIN\u2019 IT"),
    ("Tee K.O.", "Tee\u00a0K.O"),
]


def test_a_title_that_is_typed_otherwise_updates_its_game_and_adds_none(hana: Host) -> None:
    before = games(hana)
    known = [named(hana, title) for title, _written in SPELLED]
    rows = [
        f"{game['pack_name']},{written},2,77,15,Yes,No,Bluffing,"
        for game, (_, written) in zip(known, SPELLED, strict=True)
    ]
    done = hana.ok(import_csv(hana, a_file(*rows)))
    assert (done["added"], done["updated"], done["unchanged"]) == (0, len(SPELLED), 0)
    assert [(row["title"], row["writtenTitle"], row["writtenPackName"], row["became"]) for row in done["rows"]] == [
        (title, written, None, "updated") for title, written in SPELLED
    ]
    after = games(hana)
    assert [(game["id"], game["title"]) for game in after] == [(game["id"], game["title"]) for game in before]
    assert {game["id"] for game in after if game["max_players"] == 77} == {game["id"] for game in known}


def test_a_pack_that_is_typed_otherwise_is_that_pack_for_new_games_as_well(hana: Host) -> None:
    packs = hana.get("/api/games/packs").json()
    rows = (
        "the jackbox party\u00a0pack 3 ,Quiplash 2,3,8,15,Yes,No,Writing,",
        "The Jackbox\u00ae Party Pack 3,New Game,3,8,15,Yes,No,Writing,",
        "House  Games,Mime,3,8,15,Yes,No,Mime,",
        "house games,Time,3,8,15,Yes,No,Mime,",
    )
    done = hana.ok(import_csv(hana, a_file(*rows)))
    assert [(row["packName"], row["writtenPackName"], row["became"]) for row in done["rows"]] == [
        ("The Jackbox Party Pack 3", "the jackbox party\u00a0pack 3 ", "updated"),
        ("The Jackbox Party Pack 3", "The Jackbox\u00ae Party Pack 3", "added"),
        ("House  Games", None, "added"),
        ("House  Games", "house games", "added"),
    ]
    after = {pack["name"]: pack["total_count"] for pack in hana.get("/api/games/packs").json()}
    counts = {pack["name"]: pack["total_count"] for pack in packs}
    assert after == counts | {"The Jackbox Party Pack 3": counts["The Jackbox Party Pack 3"] + 1, "House  Games": 2}


def test_two_favors_for_one_pack_are_refused_however_it_is_typed(hana: Host) -> None:
    rows = ("House Games,Mime,3,8,15,Yes,No,Mime,,1", "house games,Time,3,8,15,Yes,No,Mime,,-1")
    answer = refused(import_csv(hana, a_file(*rows, header=f"{HEADER},Pack Favor")), 400, "csv_invalid")
    assert (answer["line"], answer["reason"], answer["otherLine"]) == (3, "pack_favors_differ", 2)


@pytest.mark.parametrize("mode", ["append", "replace"])
def test_a_game_that_is_typed_in_two_ways_in_one_file_is_refused(hana: Host, mode: str) -> None:
    before = games(hana)
    for first, second in (("Champ'd Up", "Champ\u2019d Up"), ("New Game", "new game!")):
        pack = named(hana, "Champ'd Up")["pack_name"]
        rows = [f"{pack},{title},3,8,15,Yes,No,Mime," for title in (first, second)]
        answer = refused(import_csv(hana, a_file(*rows), mode=mode), 400, "csv_invalid")
        assert (answer["line"], answer["reason"], answer["otherLine"]) == (3, "game_twice", 2)
    assert games(hana) == before


def test_a_game_that_left_comes_back_by_another_spelling_and_is_told_so(hana: Host) -> None:
    game = named(hana, "Champ'd Up")
    hana.ok(hana.delete(f"/api/games/{game['id']}"))
    row = f"{game['pack_name']},Champ\u2019d Up,3,8,15,Yes,No,Drawing,"
    (told,) = hana.ok(import_csv(hana, a_file(row)))["rows"]
    assert told["became"] == "returned"
    assert named(hana, "Champ\u2019d Up")["id"] == game["id"]


def test_the_same_title_is_refused_when_a_game_is_added_or_renamed(hana: Host) -> None:
    pack = named(hana, "Champ'd Up")["pack_name"]
    other = hana.ok(hana.post("/api/games", json=facts()))
    before = games(hana)
    for title in ("Champ\u2019d Up", "CHAMP'D UP!", " Champ\u2018d\u00a0Up"):
        for pack_name in (pack, f" {pack.upper()}"):
            name = {"title": title, "pack_name": pack_name}
            answer = refused(hana.post("/api/games", json=facts(**name)), 409, "game_exists")
            assert (answer["title"], answer["packName"]) == ("Champ'd Up", pack)
            refused(hana.put(f"/api/games/{other['id']}", json=name), 409, "game_exists")
    assert games(hana) == before


def test_a_game_may_change_how_its_own_name_is_typed(hana: Host) -> None:
    game = named(hana, "Champ'd Up")
    renamed = hana.ok(hana.put(f"/api/games/{game['id']}", json={"title": "Champ\u2019d Up"}))
    assert renamed == game | {"title": "Champ\u2019d Up"}


def test_a_game_joins_its_pack_as_the_others_have_it(hana: Host) -> None:
    added = hana.ok(hana.post("/api/games", json=facts(pack_name="the jackbox party pack 3")))
    assert added["pack_name"] == "The Jackbox Party Pack 3"
    other = hana.ok(hana.post("/api/games", json=facts(title="Other")))
    moved = hana.ok(hana.put(f"/api/games/{other['id']}", json={"pack_name": "The Jackbox Party Pack  3"}))
    assert moved["pack_name"] == "The Jackbox Party Pack 3"


@pytest.fixture
def a_pair(hana: Host, meddle: Meddle) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two rows of one title, as an older version let them be."""
    game = named(hana, "Champ'd Up")
    second = hana.ok(hana.post("/api/games", json=facts(pack_name=game["pack_name"])))
    meddle("UPDATE games SET title = :title WHERE id = :id", title="Champ\u2019d Up", id=second["id"])
    return game, hana.get(f"/api/games/{second['id']}").json()


def test_two_rows_of_one_title_that_are_there_are_told_and_never_merged(
    hana: Host, a_pair: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    first, second = a_pair
    before = games(hana)
    done = hana.ok(import_csv(hana, an_export(hana), mode="replace"))
    assert (done["added"], done["updated"], done["removed"], done["unchanged"]) == (0, 0, 0, len(before))
    assert done["sameTitles"] == [{"packName": first["pack_name"], "titles": [first["title"], second["title"]]}]
    assert games(hana) == before
    for game in a_pair:
        changed = hana.ok(hana.put(f"/api/games/{game['id']}", json={**facts(), **named_as(game), "max_players": 12}))
        assert (changed["title"], changed["max_players"]) == (game["title"], 12)
    for game in a_pair:
        row = f"{game['pack_name']},{game['title']},3,50,15,Yes,No,Drawing,"
        (told,) = hana.ok(import_csv(hana, a_file(row)))["rows"]
        assert (told["title"], told["became"]) == (game["title"], "updated")
    third = f"{first['pack_name']},Champ`d Up,3,50,15,Yes,No,Drawing,"
    answer = refused(import_csv(hana, a_file(third)), 400, "csv_invalid")
    assert (answer["line"], answer["reason"]) == (2, "several_games")
    assert first["title"] in answer["error"]
    assert second["title"] in answer["error"]
    hana.ok(hana.delete(f"/api/games/{second['id']}"))
    assert hana.ok(import_csv(hana, a_file(third)))["sameTitles"] == []


def named_as(game: dict[str, Any]) -> dict[str, Any]:
    return {"pack_name": game["pack_name"], "title": game["title"]}


ROW = "House Games,L\u2019\u00e9t\u00e9,3,8,15,Yes,No,Mime,"


@pytest.mark.parametrize(
    ("file", "encoding", "guessed"),
    [
        (a_file(ROW).encode(), "utf-8", []),
        (a_file(ROW).encode("utf-8-sig"), "utf-8", []),
        (a_file(ROW).encode("utf-16"), "utf-16", []),
        (a_file(ROW).encode("utf-16-le"), "utf-16", []),
        (a_file(ROW).encode("cp1252"), "windows-1252", [2]),
        (a_file(ROW).encode() + ROW.replace("L", "D").encode("cp1252"), "mixed", [3]),
    ],
)
def test_a_file_is_read_in_its_encoding_which_is_told(
    hana: Host, file: bytes, encoding: str, guessed: list[int]
) -> None:
    done = hana.ok(import_file(hana, file))
    assert (done["encoding"], done["guessedLines"], done["separator"]) == (encoding, guessed, ",")
    assert named(hana, "L\u2019\u00e9t\u00e9")["pack_name"] == "House Games"
    assert not [game for game in games(hana) if "\ufffd" in game["title"]]


def test_a_line_that_is_no_text_is_refused_with_its_number_and_nothing_is_applied(hana: Host) -> None:
    before = games(hana)
    for file in (a_file(ROW).encode() + b"\x81\n", a_file(ROW).encode() + b"\xff\xfe\x81"):
        answer = refused(import_file(hana, file, mode="replace"), 400, "csv_invalid")
        assert (answer["line"], answer["reason"]) == (3, "unreadable")
    answer = refused(import_csv(hana, a_file(ROW, ROW.replace("L\u2019", "D\ufffd"))), 400, "csv_invalid")
    assert (answer["line"], answer["reason"]) == (3, "lost_character")
    assert games(hana) == before


def test_either_the_text_or_the_file_is_sent(hana: Host) -> None:
    refused(hana.post("/api/games/import/csv", json={}), 400, "text_or_file")
    refused(import_file(hana, b"x", csvData="x"), 400, "text_or_file")
    refused(hana.post("/api/games/import/csv", json={"csvFile": "no base64"}), 400, "invalid_request")
    assert hana.ok(import_csv(hana, a_file(ROW)))["encoding"] is None


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("first", ["", "sep={separator}\r\n"])
def test_semicolons_and_tabs_separate_cells_and_are_told(hana: Host, separator: str, first: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator).writerows([COLUMNS, ROW.replace("15", "15\u201320 min").split(",")])
    done = hana.ok(import_file(hana, (first.format(separator=separator) + file.getvalue()).encode("cp1252")))
    assert (done["added"], done["separator"], done["encoding"]) == (1, separator, "windows-1252")
    assert [row["readings"] for row in done["rows"]] == [
        [{"column": "Length", "cell": "15\u201320 min", "value": "18"}]
    ]


def test_ranges_and_the_size_of_an_audience_are_read_and_told(hana: Host) -> None:
    row = 'House Games,Mime,3\u20138,3\u20138,15-20 min,"Up to 10,000 audience",No,Mime,'
    (told,) = hana.ok(import_csv(hana, a_file(row)))["rows"]
    assert [(each["column"], each["cell"], each["value"]) for each in told["readings"]] == [
        ("Min. Players", "3\u20138", "3"),
        ("Max. Players", "3\u20138", "8"),
        ("Length", "15-20 min", "18"),
        ("Audience", "Up to 10,000 audience", "Yes"),
    ]
    game = named(hana, "Mime")
    assert [game[name] for name in ("min_players", "max_players", "length_minutes", "has_audience")] == [3, 8, 18, 1]


def test_what_a_spreadsheet_makes_of_an_export_is_read_back_and_changes_nothing(hana: Host) -> None:
    hana.ok(hana.patch("/api/games/3/favor", json={"favor_bias": -1}))
    hana.ok(hana.post("/api/games", json=facts(title="=1+1", pack_name="L\u2019\u00e9t\u00e9 \u201cx\u201d")))
    before = games(hana)
    rows = list(csv.reader(io.StringIO(an_export(hana))))
    for separator, encoding in ((";", "cp1252"), ("\t", "utf-16"), (",", "utf-8-sig")):
        file = io.StringIO(newline="")
        csv.writer(file, delimiter=separator).writerows(rows)
        done = hana.ok(import_file(hana, file.getvalue().encode(encoding), mode="replace"))
        assert (done["unchanged"], done["count"], done["removed"]) == (len(before), len(before), 0)
        assert games(hana) == before


def test_a_map_of_tickers_gives_games_their_symbols_and_tells_of_each_title(hana: Host) -> None:
    old = named(hana, "Champ'd Up")["symbol"]
    other = named(hana, "Blather 'Round")["symbol"]
    tickers = {"Champ\u2019d Up": other, "blather 'round": old, "Guesspionage": "zzgs", "No Such Game": "ZZNO"}
    done = hana.ok(import_tickers(hana, **tickers))
    assert (done["updated"], done["unchanged"]) == (3, 0)
    assert [(row["title"], row["symbol"], row["became"]) for row in done["rows"]] == [
        ("Champ\u2019d Up", other, "updated"),
        ("blather 'round", old, "updated"),
        ("Guesspionage", "ZZGS", "updated"),
        ("No Such Game", "ZZNO", "not_found"),
    ]
    assert (named(hana, "Champ'd Up")["symbol"], named(hana, "Blather 'Round")["symbol"]) == (other, old)
    assert hana.ok(import_tickers(hana, Guesspionage="ZZGS"))["unchanged"] == 1


def test_a_title_of_several_packs_is_the_one_that_is_in_the_draw_or_is_told(hana: Host) -> None:
    first = hana.ok(hana.post("/api/games", json=facts()))
    second = hana.ok(hana.post("/api/games", json=facts(pack_name="Garden Games")))
    refused(import_tickers(hana, **{"Mime Time": "ZZMT"}), 400, "nothing_to_import")
    (_, row) = hana.ok(import_tickers(hana, **{"Guesspionage": "ZZGS", "Mime Time": "ZZMT"}))["rows"]
    assert (row["became"], row["packName"]) == ("several_packs", None)
    hana.ok(hana.patch(f"/api/games/{first['id']}/toggle"))
    (row,) = hana.ok(import_tickers(hana, **{"Mime Time": "ZZMT"}))["rows"]
    assert (row["became"], row["packName"]) == ("updated", "Garden Games")
    assert hana.get(f"/api/games/{second['id']}").json()["symbol"] == "ZZMT"


def test_a_map_of_tickers_that_contradicts_itself_or_the_catalogue_changes_nothing(hana: Host) -> None:
    taken = named(hana, "Blather 'Round")["symbol"]
    before = games(hana)
    refused(import_tickers(hana, Guesspionage=taken), 409, "symbol_taken")
    refused(import_tickers(hana, Guesspionage="ZZA", Quiplash="ZZA", **{"Quiplash 2": "ZZA"}), 409, "symbol_taken")
    refused(import_tickers(hana, Guesspionage="ZZA", guesspionage="ZZB"), 400, "symbols_differ")
    refused(import_tickers(hana, Guesspionage="LOL"), 400, "game_invalid")
    refused(import_tickers(hana, Guesspionage="T-O"), 400, "invalid_request")
    refused(import_tickers(hana, **{"No Such Game": "ZZNO"}), 400, "nothing_to_import")
    refused(import_tickers(hana), 400, "nothing_to_import")
    assert games(hana) == before
