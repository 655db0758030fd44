"""What README and CONTRIBUTING claim is so, and every link leads somewhere."""

import csv
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import (
    DOCS,
    ROOT,
    answers_in,
    blocks_of,
    cells_of,
    curls,
    environment_for,
    rows_of,
    run_steps,
    steps_of,
)
from tests.support.server import ADMIN_KEY, Served, served, sqlite_url

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]


@pytest.fixture
def night(sqlite_template: Path, tmp_path: Path) -> Iterator[Served]:
    shutil.copy(sqlite_template, tmp_path / "gamenight.db")
    with served(sqlite_url(tmp_path)) as server:
        yield server


def help_of(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command, "--help"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    )
    return done.stdout


@pytest.mark.parametrize("own_curl", curls(), ids=lambda own: "our-curl" if own else "curl")
def test_the_taste_of_the_readme_runs_as_printed(night: Served, tmp_path: Path, own_curl: bool) -> None:
    environment = environment_for(night.port, tmp_path, own_curl=own_curl, GAMENIGHT_ADMIN_KEY=ADMIN_KEY)
    (printed,) = run_steps(steps_of(README), tmp_path, environment)
    picked, started, closed = answers_in(printed)
    assert picked["game"]["min_players"] <= 5 <= picked["game"]["max_players"]
    assert started["is_active"] == 1
    assert closed["id"] == started["id"]
    assert closed["is_active"] == 0


def test_the_commands_of_the_pages_are_those_of_run_py() -> None:
    known = help_of("run.py")
    commands = help_of("-m", "gamenight")
    named = {
        words[0]
        for page in PAGES
        for block in blocks_of(page.read_text(encoding="utf-8"))
        for line in block.text.splitlines()
        if line.startswith("python3 run.py")
        for words in [[*line.split("#")[0].split()[2:], "serve"]]
    }
    assert {"serve", "test", "check", "admin-key"} <= named
    for command in named - {"--lan"}:
        assert (
            f"python3 run.py [{command} " in known
            or f"python3 run.py {command} " in known
            or f"  {command} " in commands
        )
    assert "--reset" in help_of("-m", "gamenight", "admin-key")
    serve = help_of("-m", "gamenight", "serve")
    assert all(option in serve for option in ("--host", "--port", "--lan", "--data-dir", "--database-url"))


def test_the_catalogue_is_as_large_as_the_readme_says() -> None:
    with (ROOT / "src/gamenight/catalogue/data/games.csv").open(encoding="utf-8") as file:
        games = list(csv.DictReader(file))
    assert f"a catalogue of {len(games)} games" in README


def test_the_readme_names_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    expected = {re.split(r"[\[<>=;]", dependency)[0].strip() for dependency in project["dependencies"]}
    expected |= set(json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))["dependencies"])
    table = README.split("## What it is made of")[1]
    named = {name.strip() for row in rows_of(table, "| ")[1:] for name in cells_of(row)[0].split(",")}
    assert named == expected
    assert "[MIT](LICENSE)" in README
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


def test_the_checks_of_the_contributing_page_are_those_of_ci() -> None:
    commands = [line for line in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines() if "run.py" in line]
    assert commands == ["python3 run.py check", "python3 run.py test"]
    assert all(command in CONTRIBUTING for command in commands)


def test_the_order_of_imports_is_the_one_that_is_checked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = [layer.replace("gamenight.", "") for layer in project["tool"]["importlinter"]["contracts"][0]["layers"]]
    order = re.search(r"point one way: `(.*?)`", CONTRIBUTING)
    assert order is not None
    names = order[1].split(" > ")
    assert names == [layer for layer in layers if layer in names]
    assert set(layers[layers.index("backups | live | stats | web | webhooks") :]) <= set(names)


def test_every_link_of_the_pages_leads_to_a_file_and_a_heading() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#\s]*)(?:#([^)]*))?\)", text):
            path, heading = target
            if path.startswith(("http://", "https://")):
                continue
            file = (page.parent / path).resolve() if path else page
            assert file.is_file(), f"{page.name} links to {path}"
            if heading:
                assert heading in headings_of(file), f"{page.name} links to {path}#{heading}"


def headings_of(file: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_page_of_the_documentation_is_linked_from_the_readme() -> None:
    linked = set(re.findall(r"\]\((docs/[^)#]*)\)", README))
    pages = {page for page in DOCS.rglob("*.md") if page.parent.name != "decisions"}  # which architecture.md links
    assert linked == {str(page.relative_to(ROOT)) for page in pages}


def test_the_script_for_a_migration_can_be_compiled_and_finds_what_it_imports() -> None:
    (script,) = [block.text for block in blocks_of(CONTRIBUTING) if block.language == "python"]
    compile(script, "CONTRIBUTING.md", "exec")
    exec(script.split("\nwith ")[0], {})
    assert list((ROOT / "src/gamenight/migrations/versions").glob("0001*.py"))
