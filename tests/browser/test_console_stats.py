"""What the nights come to, in the console: drawn, as tables, as files."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.stats.history import PastNight, Play, at, keep, people
from tests.support.browser import Viewer, everybody_can_use
from tests.support.clients import Host
from tests.support.server import ADMIN_KEY, Served, served

PIA, OMAR = people("Pia", "Omar")
NIGHTS = [
    PastNight(at("2025-12-26"), [Play(7, 30, up=[PIA, OMAR], players=4), Play(8, 60, down=[PIA])], "Boxing Day"),
    PastNight(at("2026-01-02"), [Play(7, 90, up=[PIA], players=6)]),
    PastNight(at("2026-01-09"), [Play(9, 120, up=[OMAR], players=5), Play(8, 60)]),
]


@contextmanager
def past(database_url: str) -> Iterator[Served]:
    keep(database_url, NIGHTS)
    with served(database_url) as server:
        yield server


@pytest.fixture
def server(database_url: str) -> Iterator[Served]:
    """With three nights behind it."""
    with past(database_url) as running:
        yield running


def stats(viewer: Viewer) -> Page:
    page = viewer.open(f"/#key={ADMIN_KEY}")
    page.get_by_role("navigation", name="Views").wait_for()
    page.goto("/#/stats")
    page.get_by_role("heading", name="Most played").wait_for()
    return page


def test_the_figures_of_all_nights_and_of_one_month(server: Served, hana: Host, watch: Watch) -> None:
    title = hana.get("/api/games/7").json()["title"]
    page = stats(watch(server.url))
    ranked = page.get_by_role("region", name="Most played").get_by_role("listitem")
    expect(ranked.first).to_contain_text("2 times")
    expect(
        page.get_by_role("region", name="Best liked").get_by_role("listitem").filter(has_text=title)
    ).to_contain_text("100% of 3 votes")
    expect(page.get_by_role("region", name="Streaks and records")).to_contain_text("3 weeks in a row")
    expect(page.get_by_role("img", name="Hours played. Most: 4.5 (January 2026)")).to_be_visible()
    page.get_by_label("Period").select_option("2025-12")
    expect(ranked.filter(has_text=title)).to_contain_text("1 time")
    expect(page.get_by_role("main").get_by_role("definition").first).to_have_text("1")


def test_behind_each_drawing_is_a_table_and_a_file(server: Served, watch: Watch) -> None:
    page = stats(watch(server.url))
    course = page.get_by_role("region", name="Over time", exact=True)
    course.get_by_label("Night").check()
    expect(course.get_by_role("img", name="Hours played. Most: 3 (9 Jan 2026)")).to_be_visible()
    course.get_by_label("Show").select_option("people")
    expect(course.get_by_role("img", name="Most people. Most: 6 (2 Jan 2026)")).to_be_visible()
    course.get_by_text("As a table").click()
    expect(course.get_by_role("row")).to_have_count(1 + len(NIGHTS))
    with page.expect_download() as download:
        course.get_by_role("button", name="Save as CSV").click()
    assert download.value.suggested_filename == "by-night.csv"
    rows = list(csv.DictReader(download.value.path().read_text("utf-8-sig").splitlines()))
    assert [(row["Night"], row["Hours played"], row["Most people"]) for row in rows] == [
        ("2025-12-26", "1.5", "4"),
        ("2026-01-02", "1.5", "6"),
        ("2026-01-09", "3", "5"),
    ]


def test_everything_can_be_taken_along(server: Served, watch: Watch) -> None:
    page = stats(watch(server.url))
    with page.expect_download() as download:
        page.get_by_role("link", name="Save everything as CSV (ZIP)").click()
    with ZipFile(download.value.path()) as archive:
        nights = next(name for name in archive.namelist() if "sessions" in name)
        assert "Boxing Day" in archive.read(nights).decode()


def test_the_figures_follow_a_night_that_is_on(server: Served, hana: Host, watch: Watch) -> None:
    page = stats(watch(server.url))
    ranked = page.get_by_role("region", name="Most played").get_by_role("listitem")
    expect(ranked.first).to_contain_text("2 times")
    session = hana.a_session()
    hana.a_game(session["id"], 7)
    expect(ranked.first).to_contain_text("3 times")


def test_everybody_can_use_the_figures(server: Served, watch: Watch) -> None:
    page = stats(watch(server.url))
    for table in page.get_by_text("As a table").all():
        table.click()
    everybody_can_use(page)
