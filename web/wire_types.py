"""The types of the wire for the pages, made from what the program says of itself.

python -m web.wire_types          writes rest.ts, live.ts and chatFormats.ts in web/src/wire
python -m web.wire_types check    fails where they are not what would be written
"""

import importlib
import json
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import msgspec
from msgspec import Struct

import gamenight
from gamenight import openapi
from gamenight.live import messages
from gamenight.server import open_service
from gamenight.settings import load
from gamenight.votes.exports import FORMATS, PACKED_ENDING
from web import build_pages

WIRE = build_pages.WEB / "src" / "wire"
REFERENCE = "#/components/schemas/{name}"
GENERATOR = build_pages.MODULES / "openapi-typescript" / "bin" / "cli.js"
OPTIONS = ["--immutable", "--alphabetize", "--root-types", "--root-types-no-schema-prefix"]
# A field with a default may be left out of a request; what the server sends has all its fields.
OPTIONS += ["--default-non-nullable=false"]


def rest_schemas() -> dict[str, Any]:
    """The bodies of requests and answers, as the OpenAPI document has them."""
    with TemporaryDirectory() as folder:
        settings = load({}, data_dir=folder, host="127.0.0.1", port=0)
        with open_service(settings) as service:
            openapi.describe(service.app.litestar)
            schemas: dict[str, Any] = service.app.litestar.openapi_schema.to_schema()["components"]["schemas"]
            return schemas


def live_schemas() -> dict[str, Any]:
    """What is said over the WebSocket, and what events carry. `EventData` is any event's data."""
    carried = [each for module in _event_modules() for each in _structs_of(module)]
    said = list(_structs_of(messages))
    found = msgspec.json.schema_components([*carried, *said], ref_template=REFERENCE)[1]
    schemas: dict[str, Any] = dict(found)
    parts = set(_references(list(schemas.values())))
    asked = [each for each in said if issubclass(each, messages.ClientMessage)]
    told = [each for each in said if each not in asked and each.__struct_config__.tag is not None]
    schemas["EventData"] = _one_of(each for each in carried if _reference(each) not in parts)
    schemas["ClientMessage"] = _one_of(asked)
    schemas["ServerMessage"] = _one_of(told)
    return schemas


def _event_modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(gamenight.__path__, f"{gamenight.__name__}."):
        if found.name.endswith(".events"):
            yield importlib.import_module(found.name)


def _structs_of(module: ModuleType) -> Iterator[type[Struct]]:
    for each in vars(module).values():
        if isinstance(each, type) and issubclass(each, Struct) and each.__module__ == module.__name__:
            yield each


def _reference(struct: type[Struct]) -> str:
    return REFERENCE.format(name=struct.__name__)


def _references(node: Any) -> Iterator[str]:
    """Every `$ref` within a JSON schema."""
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "$ref")
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _references(each)


def _one_of(structs: Iterable[type[Struct]]) -> dict[str, Any]:
    return {"anyOf": [{"$ref": _reference(each)} for each in structs]}


def generate(schemas: dict[str, Any]) -> str:
    """TypeScript with a type for each of the schemas. Raises BuildError."""
    info = {"title": "gamenight", "version": gamenight.__version__}
    document = {"openapi": "3.1.0", "info": info, "paths": {}, "components": {"schemas": schemas}}
    with TemporaryDirectory() as folder:
        given, written = Path(folder, "given.json"), Path(folder, "written.ts")
        given.write_text(json.dumps(document), encoding="utf-8")
        build_pages.quietly("node", str(GENERATOR), str(given), "--output", str(written), *OPTIONS)
        return written.read_text(encoding="utf-8")


def chat_formats() -> str:
    """TypeScript with the formats of chat logs that the server reads, and the endings of their files' names."""
    rows = [{"name": each.name, "what": each.what, "endings": each.endings} for each in FORMATS]
    endings = sorted({PACKED_ENDING, *(ending for each in FORMATS for ending in each.endings)})
    return (
        "/** Made from the server's table of formats by `python -m web.wire_types`. */\n\n"
        f"export const chatFormats = {json.dumps(rows, indent=2, ensure_ascii=False)} as const;\n\n"
        f"export const chatFileEndings = {json.dumps(endings)} as const;\n"
    )


def generated() -> dict[str, str]:
    """The files by their names, as they have to be. Raises BuildError."""
    build_pages.install(development=True)
    types = {"rest.ts": generate(rest_schemas()), "live.ts": generate(live_schemas())}
    return types | {"chatFormats.ts": chat_formats()}


def stale_in(folder: Path) -> list[str]:
    """The names of the files that are not there, or not as they have to be. Raises BuildError."""
    return [
        name
        for name, text in generated().items()
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    match arguments:
        case []:
            WIRE.mkdir(exist_ok=True)
            for name, text in generated().items():
                (WIRE / name).write_text(text, encoding="utf-8")
        case ["check"]:
            if stale := stale_in(WIRE):
                names = " and ".join(f"web/src/wire/{name}" for name in stale)
                print(f"What the server says has changed: write {names} anew by `python -m web.wire_types`.")
                return 1
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except build_pages.BuildError as error:
        sys.exit(str(error))
