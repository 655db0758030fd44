"""The catalogue as a file, in the console: saved, read back, put in place of what is there."""

import csv
import io
import re
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import Watch
from tests.browser.console import console, games
from tests.support.clients import Host
from tests.support.server import Served


def csv_file(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def import_csv(page: Page, content: bytes | Path, *, replace: bool = False) -> Locator:
    page.get_by_role("button", name="Import a file").click()
    dialog = page.get_by_role("dialog", name="Import games from a file")
    file = content if isinstance(content, Path) else FilePayload(name="games.csv", mimeType="text/csv", buffer=content)
    dialog.get_by_label("CSV file").set_input_files(file)
    if replace:
        dialog.get_by_label("Replace them").check()
        expect(dialog.get_by_role("button", name="Import")).to_be_disabled()
        dialog.get_by_label(re.compile("may leave")).check()
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
    expect(dialog).to_contain_text(f"{len(before)} games as they were")
    assert games(hana) == before


def test_a_file_in_place_of_the_catalogue_takes_all_others_out(server: Served, hana: Host, watch: Watch) -> None:
    page = console(watch(server.url), "catalogue")
    rows = list(csv.DictReader(io.StringIO(hana.get("/api/games/export/csv").text)))[:2]
    dialog = import_csv(page, csv_file(rows), replace=True)
    expect(dialog).to_contain_text(f"{72 - 2} games removed")
    dialog.get_by_role("button", name="Close").last.click()
    expect(page.get_by_text("2 of 2 games are in the draw")).to_be_visible()


def test_a_wrong_line_of_a_file_is_shown_and_nothing_is_imported(server: Served, hana: Host, watch: Watch) -> None:
    before = games(hana)
    viewer = watch(server.url)
    viewer.expects("400")
    page = console(viewer, "catalogue")
    rows = list(csv.DictReader(io.StringIO(hana.get("/api/games/export/csv").text)))[:3]
    rows[1]["Min. Players"] = "many"
    dialog = import_csv(page, csv_file(rows), replace=True)
    refusal = dialog.get_by_role("alert")
    expect(refusal).to_contain_text("Nothing was imported")
    expect(refusal).to_contain_text("Line 3, column Min. Players")
    expect(refusal.locator("pre")).to_contain_text(rows[1]["Game Title"])
    assert games(hana) == before
