"""The page about the fake room service names all that it can do, and its examples run."""

import asyncio
import re
from typing import get_args

import msgspec

from gamenight.fake_rooms import Kind, RoomOptions, faults, scripts
from gamenight.fake_rooms.scripts import AnyStep, Script
from tests.docs.pages import DOCS, blocks_of, rows_of

PAGE = (DOCS / "fake-rooms.md").read_text(encoding="utf-8")


def named_in(heading: str) -> set[str]:
    """The names in the first column of the table under this heading."""
    table = PAGE.split(f"\n| {heading} |")[1].split("\n\n")[0]
    return {name for row in rows_of(table, "| `") for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_the_page_names_every_script_step_kind_and_fault() -> None:
    assert named_in("script") == set(scripts.names())
    assert named_in("step") == {step.__struct_config__.tag for step in get_args(AnyStep)}
    assert named_in("kind") == {kind.value for kind in Kind}
    assert named_in("fault") == set(faults.known())
    for field in msgspec.structs.fields(RoomOptions):
        assert f"`{field.name}`" in PAGE


def test_the_examples_of_the_page_run() -> None:
    (script,) = [block.text for block in blocks_of(PAGE) if block.language == "json"]
    assert msgspec.json.decode(script, type=Script).rooms[0].options.code == "MINE"
    (example,) = [block.text for block in blocks_of(PAGE) if block.language == "python"]
    names: dict[str, object] = {}
    exec(example, names)
    night = names["a_night"]
    assert callable(night)
    asyncio.run(night())
