"""The catalogue as a file, in the console: saved, read back, put in place of what is there."""

import csv
import io
import json
import re
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import Watch
from tests.browser.console import console, games
from tests.support.browser import everybody_can_use
from tests.support.clients import Host
from tests.support.server import Served


def csv_file(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def exported(hana: Host) -> list[dict[str, str]]:
    text = hana.get("/api/games/export/csv").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def import_csv(page: Page, content: bytes | Path, *, replace: bool = False, name: str = "games.csv") -> Locator:
    page.get_by_role("button", name="Import a file").click()
    dialog = page.get_by_role("dialog", name="Import games from a file")
    file = content if isinstance(content, Path) else FilePayload(name=name, mimeType="", buffer=content)
    dialog.get_by_label("CSV or JSON file").set_input_files(file)
    if replace:
        dialog.get_by_label("Replace them").check()
        expect(dialog.get_by_role("button", name="Import")).to_be_disabled()
        dialog.get_by_label(re.compile("Yes, remove")).check()
    dialog.get_by_role("button", name="Import").click()
    return dialog


def test_a_catalogue_saved_as_a_file_is_read_back_and_changes_nothing(
    server: Served, hana: Host, watch: Watch, tmp_path: Path
) -> None:
    hana.ok(hana.patch("/api/games/3/favor", json={"favor_bias": -1}))
    hana.ok(hana.patch("/api/games/4/toggle"))
    before = games(hana)
    page = console(watch(server.url), "catalogue")
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as a file").click()
    download.value.save_as(tmp_path / "games.csv")
    dialog = import_csv(page, tmp_path / "games.csv")
    expect(dialog).to_contain_text(f"{len(before)} games unchanged")
    assert games(hana) == before


def test_a_file_in_place_of_the_catalogue_takes_all_others_out(server: Served, hana: Host, watch: Watch) -> None:
    page = console(watch(server.url), "catalogue")
    rows = exported(hana)[:2]
    dialog = import_csv(page, csv_file(rows), replace=True)
    expect(dialog).to_contain_text(f"{72 - 2} games removed")
    dialog.get_by_role("button", name="Close").last.click()
    expect(page.get_by_text("2 of 2 games are in the mix")).to_be_visible()


def test_a_wrong_line_of_a_file_is_shown_and_nothing_is_imported(server: Served, hana: Host, watch: Watch) -> None:
    before = games(hana)
    viewer = watch(server.url)
    viewer.expects("400")
    page = console(viewer, "catalogue")
    rows = exported(hana)[:3]
    rows[1]["Min. Players"] = "many"
    dialog = import_csv(page, csv_file(rows), replace=True)
    refusal = dialog.get_by_role("alert")
    expect(refusal).to_contain_text("Nothing was imported")
    expect(refusal).to_contain_text(re.compile("Line 3, column .Min. Players."))
    expect(refusal.locator("pre")).to_contain_text(rows[1]["Game Title"])
    assert games(hana) == before


def test_how_a_file_was_read_and_what_became_of_its_lines_is_shown(server: Served, hana: Host, watch: Watch) -> None:
    before = len(games(hana))
    (row,) = [row for row in exported(hana) if row["Game Title"] == "Champ'd Up"]
    row |= {"Game Title": "Champ\u2019d Up", "Length": "15\u201320 min", "Audience": "Up to 10,000 audience"}
    new = row | {"Game Title": "Caf\u00e9", "Length": "", "Audience": "No", "Symbol": ""}
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(row), delimiter=";")
    writer.writeheader()
    writer.writerows([row, new])
    page = console(watch(server.url), "catalogue")
    dialog = import_csv(page, file.getvalue().encode("cp1252"))
    expect(dialog).to_contain_text("1 game added")
    expect(dialog).to_contain_text("1 game updated")
    expect(dialog).to_contain_text("Read as Windows-1252, with a semicolon between cells.")
    expect(dialog).to_contain_text("lines 2 and 3")
    expect(dialog).to_contain_text("Line 2: Champ\u2019d Up (The Jackbox Party Pack 7) is Champ'd Up")
    expect(dialog).to_contain_text("Line 2, Length: \u201c15\u201320 min\u201d was read as 18")
    expect(dialog).to_contain_text("Line 2, Audience: \u201cUp to 10,000 audience\u201d was read as Yes")
    dialog.get_by_text("What happened to each line").click()
    expect(dialog.get_by_text("Line 3: Caf\u00e9 (The Jackbox Party Pack 7): added")).to_be_visible()
    everybody_can_use(page)
    assert len(games(hana)) == before + 1


def test_a_line_in_no_encoding_is_shown_without_a_character_that_stands_for_a_lost_one(
    server: Served, hana: Host, watch: Watch
) -> None:
    viewer = watch(server.url)
    viewer.expects("400")
    page = console(viewer, "catalogue")
    row = exported(hana)[0] | {"Game Title": "Caf\u00e9"}
    dialog = import_csv(page, csv_file([row]).replace("\u00e9".encode(), b"\xe9\x81"))
    refusal = dialog.get_by_role("alert")
    expect(refusal).to_contain_text(re.compile("Line 2.*These characters can.t be read"))
    expect(refusal.locator("pre")).to_contain_text("Caf\u00e9")
    expect(refusal.locator("pre")).not_to_contain_text("\ufffd")


def test_a_map_of_tickers_is_imported_and_unknown_titles_are_shown(server: Served, hana: Host, watch: Watch) -> None:
    page = console(watch(server.url), "catalogue")
    content = json.dumps({"Champ\u2019d Up": "ZZCU", "No Such Game": "ZZNO"}).encode()
    dialog = import_csv(page, content, name="tickers.json")
    expect(dialog).to_contain_text("1 game has a new chat code")
    expect(dialog).to_contain_text("No game is called No Such Game")
    assert [game["symbol"] for game in games(hana) if game["title"] == "Champ'd Up"] == ["ZZCU"]


def test_a_json_file_that_is_no_map_is_refused_by_the_page(server: Served, watch: Watch) -> None:
    dialog = import_csv(console(watch(server.url), "catalogue"), b"[1]", name="tickers.json")
    expect(dialog.get_by_role("alert")).to_contain_text("has to map titles to chat codes")
