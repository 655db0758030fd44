"""The short symbols by which chat votes for a game."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

from gamenight.core.clock import to_text
from tests.api.test_catalogue import refused
from tests.support.clients import Host, Listener
from tests.support.server import Served

HEADER = "Game Pack,Game Title,Min. Players,Max. Players,Length,Audience,Family Friendly?,Game Type,Secondary Type"


def facts(**changed: Any) -> dict[str, Any]:
    return {"pack_name": "House Games", "title": "Mime Time", "min_players": 3, "max_players": 9} | changed


def add(host: Host, **changed: Any) -> dict[str, Any]:
    game: dict[str, Any] = host.ok(host.post("/api/games", json=facts(**changed)))
    return game


def symbols_of(host: Host) -> dict[int, str | None]:
    return {game["id"]: game["symbol"] for game in host.get("/api/games").json()}


def import_rows(host: Host, *rows: str, mode: str = "append", column: str = ",Symbol") -> Any:
    text = "\n".join([HEADER + column, *rows])
    return host.post("/api/games/import/csv", json={"csvData": text, "mode": mode})


def row(title: str, symbol: str) -> str:
    return f"House Games,{title},3,9,,No,No,,,{symbol}"


def test_each_game_that_the_catalogue_starts_with_has_a_symbol_of_its_own(hana: Host) -> None:
    symbols = symbols_of(hana)
    assert len(symbols) == 72
    assert None not in symbols.values()
    assert len(set(symbols.values())) == 72


def test_a_symbol_is_given_changed_and_taken_away(hana: Host, server: Served) -> None:
    game = add(hana, symbol="mime")
    path = f"/api/games/{game['id']}"
    assert game["symbol"] == "MIME"
    assert hana.ok(hana.put(path, json={"symbol": "mt"}))["symbol"] == "MT"
    assert hana.ok(hana.put(path, json={"max_players": 5}))["symbol"] == "MT"
    assert hana.ok(hana.put(path, json={"symbol": "MT"}))["symbol"] == "MT"
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        assert hana.ok(hana.put(path, json={"symbol": None}))["symbol"] is None
        assert bix.receive_until("catalogue.changed")["data"]["games"][0]["symbol"] is None
    assert hana.get(path).json()["symbol"] is None


def test_what_is_no_symbol_is_refused(hana: Host) -> None:
    before = symbols_of(hana)
    for wrong in ("a", "abcde", "12", "2024", "\u00e4b", "a b", "a-1", "", 12):
        for answer in (
            hana.post("/api/games", json=facts(symbol=wrong)),
            hana.put("/api/games/1", json={"symbol": wrong}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    for word in ("lol", "gr8"):
        answer = hana.put("/api/games/1", json={"symbol": word})
        assert (answer.status_code, answer.json()["code"]) == (400, "game_invalid")
    assert symbols_of(hana) == before


def test_a_symbol_may_have_digits_and_chat_votes_with_it(hana: Host) -> None:
    session = hana.a_session()
    games = {symbol: add(hana, title=symbol, symbol=symbol)["id"] for symbol in ("g2", "2go", "b4u2")}
    for game_id in games.values():
        hana.a_game(session["id"], game_id)
    chat = [
        {"username": f"pia{number}", "message": message, "timestamp": to_text(datetime.now(UTC))}
        for number, message in enumerate(("G2++", "2go--", "b4u2++ wow", "unvote G2", "10++", "xg2++", "g2u++"))
    ]
    answer = hana.ok(hana.post(f"/api/sessions/{session['id']}/chat-import", json={"chatData": chat}))
    counted = {int(id_): (each["upvotes"], each["downvotes"]) for id_, each in answer["votesByGame"].items()}
    assert counted == {games["g2"]: (1, 0), games["2go"]: (0, 1), games["b4u2"]: (1, 0)}


def test_a_symbol_of_another_game_is_refused_with_its_name(hana: Host) -> None:
    holder = add(hana, symbol="MIME")
    before = symbols_of(hana)
    for answer in (
        hana.post("/api/games", json=facts(title="Other", symbol="mime")),
        hana.put("/api/games/1", json={"symbol": "mime"}),
        import_rows(hana, row("Other", "mime")),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "symbol_taken")
        assert answer.json()["gameId"] == holder["id"]
        assert '"Mime Time" of House Games' in answer.json()["error"]
    assert symbols_of(hana) == before


def test_a_disabled_game_may_have_the_symbol_of_another_which_then_means_the_enabled_one(hana: Host) -> None:
    session = hana.a_session()
    old, new = add(hana, symbol="MIME"), add(hana, title="Mime Time 2")
    refused(hana.put(f"/api/games/{new['id']}", json={"symbol": "MIME"}), 409, "symbol_taken")
    hana.ok(hana.patch(f"/api/games/{old['id']}/toggle", json={"enabled": False}))
    assert hana.get(f"/api/games/{old['id']}").json()["symbol"] == "MIME"
    hana.ok(hana.put(f"/api/games/{new['id']}", json={"symbol": "MIME"}))
    for game in (old, new):
        hana.a_game(session["id"], game["id"])
    assert hana.ok(hana.vote("pia", symbol="MIME"))["game"]["id"] == new["id"]
    hana.ok(hana.patch(f"/api/games/{new['id']}/toggle", json={"enabled": False}))
    refused(hana.vote("omar", symbol="MIME"), 404, "symbol_not_found")


def test_a_game_is_not_enabled_while_another_one_has_its_symbol(hana: Host) -> None:
    old, new = add(hana, symbol="MIME", enabled=False), add(hana, title="Mime Time 2", symbol="MIME")
    spare = add(hana, title="Mime Time 3", symbol="MIME", enabled=False, pack_name="Garden Games")
    more = add(hana, title="Mime Time 4", symbol="ZZMT", enabled=False, pack_name="Garden Games")
    before = hana.get("/api/games").json()
    for answer in (
        hana.patch(f"/api/games/{old['id']}/toggle"),
        hana.put(f"/api/games/{old['id']}", json={"enabled": True}),
        hana.patch("/api/games/packs/House Games/toggle", json={"enabled": True}),
        hana.patch("/api/games/packs/Garden Games/toggle", json={"enabled": True}),
        import_rows(hana, row("Mime Time", "MIME") + ",Yes", column=",Symbol,Enabled?"),
    ):
        refused(answer, 409, "symbol_taken")
        assert answer.json()["gameId"] == new["id"]
    assert hana.get("/api/games").json() == before
    hana.ok(hana.put(f"/api/games/{spare['id']}", json={"symbol": "ZZMT"}))
    answer = hana.patch("/api/games/packs/Garden Games/toggle", json={"enabled": True})
    refused(answer, 409, "symbol_taken")
    assert answer.json()["gameId"] in {spare["id"], more["id"]}
    hana.ok(hana.put(f"/api/games/{new['id']}", json={"symbol": None}))
    assert hana.ok(hana.patch(f"/api/games/{old['id']}/toggle"))["enabled"] == 1


def test_a_file_may_pass_a_symbol_on_to_the_game_that_it_enables(hana: Host) -> None:
    old, new = add(hana, symbol="MIME"), add(hana, title="Other", symbol="MIME", enabled=False)
    again = hana.get("/api/games/export/csv").text
    done = hana.ok(hana.post("/api/games/import/csv", json={"csvData": again, "mode": "replace"}))
    assert done["unchanged"] == done["count"] == 74
    switched = ("Mime Time,3,9,,No,No,,,MIME,No", "Other,3,9,,No,No,,,MIME,Yes", "New,3,9,,No,No,,,MIME,No")
    hana.ok(import_rows(hana, *(f"House Games,{each}" for each in switched), column=",Symbol,Enabled?"))
    rows = {game["title"]: game for game in hana.get("/api/games").json()}
    assert [rows[title]["enabled"] for title in ("Mime Time", "Other", "New")] == [0, 1, 0]
    assert {rows[title]["symbol"] for title in ("Mime Time", "Other", "New")} == {"MIME"}
    assert (rows["Mime Time"]["id"], rows["Other"]["id"]) == (old["id"], new["id"])


def test_the_games_of_a_night_have_the_symbol_by_which_chat_names_them(hana: Host) -> None:
    session = hana.a_session()
    game = add(hana, symbol="MIME")
    added = hana.a_game(session["id"], game["id"])
    assert (added["symbol"], added["ticker"]) == ("MIME", "MIME")
    hana.ok(hana.put(f"/api/games/{game['id']}", json={"ticker": "MT"}))
    (shown,) = hana.get(f"/api/sessions/{session['id']}/games").json()
    assert (shown["symbol"], shown["ticker"]) == ("MT", "MT")


def test_a_game_that_leaves_frees_its_symbol_and_takes_it_back_where_nobody_has_it(hana: Host) -> None:
    mime, other = add(hana, symbol="MIME"), add(hana, title="Other")
    hana.ok(hana.delete(f"/api/games/{mime['id']}"))
    assert add(hana) == mime
    hana.ok(hana.delete(f"/api/games/{mime['id']}"))
    assert hana.ok(hana.put(f"/api/games/{other['id']}", json={"symbol": "MIME"}))["symbol"] == "MIME"
    assert add(hana) == mime | {"symbol": None, "ticker": None}
    hana.ok(hana.delete(f"/api/games/{mime['id']}"))
    assert add(hana, symbol="MT") == mime | {"symbol": "MT", "ticker": "MT"}


def test_a_game_comes_back_by_import_with_its_symbol_if_it_is_free(hana: Host) -> None:
    mime, other = add(hana, symbol="MIME"), add(hana, title="Other", symbol="OTH")
    for game in (mime, other):
        hana.ok(hana.delete(f"/api/games/{game['id']}"))
    hana.ok(hana.put("/api/games/1", json={"symbol": "OTH"}))
    hana.ok(import_rows(hana, row("Mime Time", "")[:-1], row("Other", "")[:-1], column=""))
    symbols = symbols_of(hana)
    assert (symbols[mime["id"]], symbols[other["id"]], symbols[1]) == ("MIME", None, "OTH")


def test_an_import_exchanges_symbols_and_takes_them_from_games_that_it_removes(hana: Host) -> None:
    mime, other = add(hana, symbol="MIME"), add(hana, title="Other", symbol="OTH")
    hana.ok(import_rows(hana, row("Mime Time", "OTH"), row("Other", "MIME")))
    symbols = symbols_of(hana)
    assert (symbols[mime["id"]], symbols[other["id"]]) == ("OTH", "MIME")
    done = hana.ok(import_rows(hana, row("Mime Time", "MIME"), row("New", "TKO"), mode="replace"))
    assert (done["added"], done["updated"]) == (1, 1)
    symbols = symbols_of(hana)
    assert symbols.pop(mime["id"]) == "MIME"
    assert list(symbols.values()) == ["TKO"]


def test_an_import_without_the_column_leaves_the_symbols(hana: Host) -> None:
    mime = add(hana, symbol="MIME")
    hana.ok(import_rows(hana, "House Games,Mime Time,3,5,,No,No,,", column=""))
    assert hana.get(f"/api/games/{mime['id']}").json() == mime | {"max_players": 5}


def test_an_import_of_the_export_gives_back_the_symbols(hana: Host) -> None:
    add(hana, title="Without")
    before = symbols_of(hana)
    text = hana.get("/api/games/export/csv").text
    assert {line["Symbol"] or None for line in csv.DictReader(io.StringIO(text))} == set(before.values())
    hana.ok(hana.put("/api/games/1", json={"symbol": None}))
    hana.ok(hana.put("/api/games/2", json={"symbol": before[1]}))
    hana.ok(hana.post("/api/games/import/csv", json={"csvData": text, "mode": "replace"}))
    assert symbols_of(hana) == before
