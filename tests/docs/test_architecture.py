"""What the pages on the architecture name is there: files, functions in them, and the tests that keep a decision."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT

DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
PAGES = [DOCS / "architecture.md", *DECISIONS]
SOURCE = ROOT / "src" / "gamenight"


def named_in(text: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_file_that_a_page_names_is_there_with_the_functions_that_it_names(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    files = named_in(text, r"(?<![\w/<>])((?:\w+/)*\w+\.py)\b")
    assert files
    missing = {file for file in files if not (SOURCE / file).is_file() and not any(SOURCE.glob(f"*/{file}"))}
    assert not missing, f"{page.name} names files that are not there: {missing}"
    for file, name in re.findall(r"`((?:\w+/)*\w+\.py)` \(`(\w+)`\)", text):
        source = (SOURCE / file).read_text(encoding="utf-8")
        assert re.search(rf"\b(def|class) {name}\b", source), f"{page.name}: there is no {name} in {file}"


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_each_decision_names_the_tests_that_keep_it(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = named_in(text.partition("**Enforced by**")[2], r"`(test_\w+)`")
    assert named, f"{page.name} does not say what enforces it"
    tests = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    missing = {name for name in named if f"def {name}(" not in tests}
    assert not missing, f"{page.name} names tests that are not there: {missing}"


def test_the_page_on_the_architecture_links_all_decisions() -> None:
    linked = named_in((DOCS / "architecture.md").read_text(encoding="utf-8"), r"\]\(decisions/([\w-]+)\.md\)")
    assert linked == {page.stem for page in DECISIONS}
