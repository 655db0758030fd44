"""What the reference has to say, taken from the code. `python -m tests.docs.tables` prints it, for copying."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec

import gamenight
from gamenight.core.errors import GamenightError
from gamenight.live.close_codes import CloseCode
from gamenight.settings import fields, meaning_of, variable_of
from gamenight.votes import exports

SOURCE = Path(gamenight.__file__).parent
KINDS = {str: "text", int: "whole number", float: "number", bool: "true or false"}


def setting_rows() -> list[str]:
    return [
        f"| `{variable_of(field.name)}` | {_kind(field.type)} | {_default(field)} | {meaning_of(field)} |"
        for field in fields()
    ]


def close_code_beginnings() -> list[str]:
    """How the row of each close code begins; what a client should do comes after it."""
    return [f"| {code.value} | `{code.word}` | {code.meaning} |" for code in CloseCode]


def error_beginnings() -> list[str]:
    """How the row of each error code begins; what it means and what to do come after it."""
    return sorted({f"| `{code}` | {status} |" for code, status in _raised_codes() + _framework_codes()})


def chat_format_rows() -> list[str]:
    return [
        f"| `{each.name}` | {each.what} | {each.recognised_by} | {', '.join(each.endings)} |"
        for each in exports.FORMATS
    ]


def event_types() -> set[str]:
    """Every type in the `EVENTS` of a slice's events.py."""
    modules = [importlib.import_module(f"gamenight.{file.parent.name}.events") for file in SOURCE.glob("*/events.py")]
    return {type_ for module in modules for type_ in module.EVENTS}


def _raised_codes() -> list[tuple[str, int]]:
    """The errors that some line of the sources makes; the families between them are never raised themselves."""
    for module in pkgutil.walk_packages(gamenight.__path__, "gamenight."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    made = _names_called()
    return [(each.code, each.status) for each in _descendants(GamenightError) if each.__name__ in made]


def _framework_codes() -> list[tuple[str, int]]:
    """What `http.errors` says of errors that aren't ours; the statuses are the framework's."""
    source = (SOURCE / "http" / "errors.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'code, sentence = "(\w+)"', source)) | set(re.findall(r'"code": "(\w+)"', source))
    statuses = {
        "invalid_request": 400,
        "unknown_field": 400,
        "no_such_address": 404,
        "method_not_allowed": 405,
        "bug": 500,
    }
    assert codes == set(statuses), f"http/errors.py gives codes that this test does not know: {codes ^ set(statuses)}"
    return list(statuses.items())


def _descendants(family: type[GamenightError]) -> set[type[GamenightError]]:
    return {member for child in family.__subclasses__() for member in {child, *_descendants(child)}}


def _names_called() -> set[str]:
    calls = (
        node.func
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    )
    return {
        function.id if isinstance(function, ast.Name) else function.attr
        for function in calls
        if isinstance(function, (ast.Name, ast.Attribute))
    }


def _kind(annotation: Any) -> str:
    inner = get_args(annotation)[0]
    if get_origin(inner) in (Union, UnionType):
        inner = next(each for each in get_args(inner) if each is not type(None))
    return KINDS[inner]


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.default in (None, ""):
        return ""
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


if __name__ == "__main__":
    for lines in (setting_rows(), error_beginnings(), close_code_beginnings(), sorted(event_types())):
        print("\n".join(lines), end="\n\n")
