import re

from web import build_pages

FORBIDDEN = {
    r"\{@html": "text of strangers would become markup",
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write": "text of strangers would become markup",
    r"\sstyle=\"": "the content security policy refuses it: write style:name={value}",
    r"https?://(?!www\.w3\.org|localhost|jackbox\.tv|games\.example)": "pages load nothing from elsewhere",
}


def test_the_pages_keep_to_what_the_policy_and_strangers_allow() -> None:
    looked_at = [file for file in build_pages.sources() if file.suffix in {".svelte", ".ts", ".html", ".css"}]
    assert len(looked_at) > 20
    for file in looked_at:
        for pattern, reason in FORBIDDEN.items():
            found = re.search(pattern, file.read_text(encoding="utf-8"))
            assert found is None, f"{file.relative_to(build_pages.WEB)}: {found and found[0]}: {reason}"


def test_the_lock_file_names_no_registry_and_pins_everything() -> None:
    lock = (build_pages.WEB / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') == lock.count('"node_modules/')
