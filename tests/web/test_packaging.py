"""What is built from the sources: a wheel with its pages, from a checkout and from an sdist, and one without."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from web import build_pages

pytestmark = pytest.mark.timeout(300)
PAGES = {f"gamenight/web/built/{name}.html" for name in ("index", "play", "tv", "overlay")}


def build(target: str, source: Path, folder: Path, **variables: str) -> Path:
    """Build as pip does, with what is installed here in place of a fresh environment."""
    finished = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)],
        cwd=source,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return next(folder.glob("*.whl" if target == "wheel" else "*.tar.gz"))


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as opened:
        return set(opened.namelist())


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """The sources as somebody gets them who downloads an sdist."""
    sdist = build("sdist", build_pages.WEB.parent, tmp_path / "sdist")
    options: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(sdist) as opened:
        opened.extractall(tmp_path / "sources", **options)
    return next((tmp_path / "sources").iterdir())


def test_a_wheel_has_the_pages_and_nothing_else_of_the_build(tmp_path: Path) -> None:
    assert not build_pages.is_stale()
    names = names_in(build("wheel", build_pages.WEB.parent, tmp_path))
    assert names >= PAGES | {"gamenight/web/built/play.webmanifest", "gamenight/web/built/icons/icon-192.png"}
    assert any(name.startswith("gamenight/web/built/assets/") for name in names)
    assert names >= {f"gamenight/web/built/api-docs/{name}" for name in build_pages.API_DOCS}
    assert not [name for name in names if "node_modules" in name or name.endswith(("built-from", ".svelte", ".ts"))]


def test_an_sdist_builds_its_pages_itself(unpacked: Path, tmp_path: Path) -> None:
    assert not (unpacked / "src/gamenight/web/built").exists()
    assert not (unpacked / "web/node_modules").exists()
    assert names_in(build("wheel", unpacked, tmp_path / "wheel")) >= PAGES


def test_without_a_registry_the_pages_can_be_left_out(unpacked: Path, tmp_path: Path) -> None:
    names = names_in(build("wheel", unpacked, tmp_path / "wheel", GAMENIGHT_SKIP_PAGES="1"))
    assert "gamenight/web/static.py" in names
    assert not [name for name in names if "built" in name]


def test_a_build_that_fails_says_why_and_what_can_be_done(unpacked: Path, tmp_path: Path) -> None:
    (unpacked / "web/tv.html").unlink()
    with pytest.raises(AssertionError, match=r"(?s)tv\.html.*GAMENIGHT_SKIP_PAGES=1"):
        build("wheel", unpacked, tmp_path / "wheel")


def test_a_changed_source_makes_the_built_pages_stale(unpacked: Path) -> None:
    ask = [sys.executable, "-c", "from web import build_pages; print(build_pages.digest())"]

    def digest() -> str:
        return subprocess.run(ask, cwd=unpacked, capture_output=True, text=True, check=True).stdout

    before = digest()
    assert before.strip() == build_pages.digest(), "an sdist has the same sources"
    page = unpacked / "web/src/tv/App.svelte"
    page.write_text(page.read_text(encoding="utf-8") + "<!-- changed -->", encoding="utf-8")
    assert digest() != before
