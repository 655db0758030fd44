"""The types of the pages follow what the server says."""

import shutil
from pathlib import Path
from typing import Any

from tests.support.locks import install_development_modules
from web import wire_types


def kinds_of(live: dict[str, Any], union: str) -> set[str]:
    names = [each["$ref"].rpartition("/")[2] for each in live[union]["anyOf"]]
    return {live[name]["properties"]["type"]["enum"][0] for name in names}


def test_the_data_of_every_event_is_known_to_the_pages() -> None:
    known = {each["$ref"].rpartition("/")[2] for each in wire_types.live_schemas()["EventData"]["anyOf"]}
    assert {"SessionChanged", "GameAdded", "VoteReceived", "RoomChanged", "CatalogueChanged"} <= known
    assert not known & {"AddedGame", "Totals", "SessionGame"}, "parts of it are none"


def test_what_clients_say_and_what_the_server_says_are_told_apart() -> None:
    live = wire_types.live_schemas()
    assert kinds_of(live, "ClientMessage") == {"auth", "subscribe", "unsubscribe", "ping"}
    assert {"hello", "snapshot", "resync", "error", "pong"} <= kinds_of(live, "ServerMessage")
    assert not kinds_of(live, "ClientMessage") & kinds_of(live, "ServerMessage")


def test_types_that_say_something_else_than_the_server_are_found(tmp_path: Path) -> None:
    install_development_modules()
    folder = tmp_path / "wire"
    shutil.copytree(wire_types.WIRE, folder)
    assert wire_types.stale_in(folder) == []
    live = folder / "live.ts"
    text = live.read_text(encoding="utf-8")
    live.write_text(text.replace("readonly head: number", "readonly head: string"), encoding="utf-8")
    assert wire_types.stale_in(folder) == ["live.ts"]
    (folder / "rest.ts").unlink()
    assert wire_types.stale_in(folder) == ["rest.ts", "live.ts"]
