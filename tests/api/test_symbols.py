"""The short symbols by which chat votes for a game."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

from gamenight.core.clock import to_text
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
