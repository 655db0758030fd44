"""Reading the documentation: its code blocks, its tables, and whether an answer is the one that a page shows."""

import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
OUR_CURL = Path(__file__).with_name("curl.py")
SCRIPT_SECONDS = 45
TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d\.\d{3}Z| \d\d:\d\d UTC)")
DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    language: str
    text: str
    line: int


def blocks_of(page: str) -> list[Block]:
    """The code blocks of a page, in order."""
    return [Block(found[1], found[2], page.count("\n", 0, found.start()) + 1) for found in _BLOCK.finditer(page)]


def rows_of(page: str, beginning: str = "| `") -> list[str]:
    """The table rows of a page that begin so."""
    return [line for line in page.splitlines() if line.startswith(beginning)]


def cells_of(row: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip().strip("|"))]


class Step(NamedTuple):
    """A bash block, and the block right after it that shows its answer."""

    command: Block
    answer: Block | None


def steps_of(page: str) -> list[Step]:
    blocks = blocks_of(page)
    following: list[Block | None] = [*blocks[1:], None]
    return [
        Step(block, after if after is not None and after.language in ("json", "text") else None)
        for block, after in zip(blocks, following, strict=True)
        if block.language == "bash"
    ]


def run_steps(steps: list[Step], folder: Path, environment: dict[str, str]) -> list[str]:
    """Run the blocks as one bash script, as they are printed; returns what each one printed."""
    mark = "--- end of block ---"
    script = "".join(f"{step.command.text}printf '%s\\n' '{mark}'\n" for step in steps)
    done = subprocess.run(
        ["bash", "-e", "-u", "-o", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        text=True,
        capture_output=True,
        timeout=SCRIPT_SECONDS,
        check=False,
    )
    printed = done.stdout.split(mark + "\n")
    assert done.returncode == 0, f"block {len(printed)} of {len(steps)} failed:\n{done.stdout}\n{done.stderr}"
    assert done.stderr == "", done.stderr
    return printed[:-1]


def environment_for(port: int, folder: Path, *, own_curl: bool, **more: str) -> dict[str, str]:
    """What a reader's shell has, with localhost:5000 led to another port."""
    (folder / ".curlrc").write_text(f'connect-to = "localhost:5000:127.0.0.1:{port}"\n')
    paths = [str(Path(sys.executable).parent), os.environ["PATH"]]
    if own_curl:
        programs = folder / "programs"
        programs.mkdir()
        (programs / "curl").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{OUR_CURL}" "$@"\n')
        (programs / "curl").chmod(0o755)
        paths.insert(0, str(programs))
    return {"PATH": os.pathsep.join(paths), "HOME": str(folder), "CURL_HOME": str(folder), "LC_ALL": "C.UTF-8"} | more


def curls() -> list[bool]:
    """Whether to run with our own curl: always, and besides with the machine's where it has one."""
    return [True, False] if shutil.which("curl") else [True]


def difference(shown: Any, real: Any, place: str = "the answer") -> str | None:
    """Where an answer is not the one that is shown, or None.

    Times count as equal. `"..."` stands for anything, a text that ends in it for any text that begins so, and a key
    `"..."` for more fields. A number is compared with as many digits as are shown.
    """
    if shown == "...":
        return None
    if isinstance(shown, dict) and isinstance(real, dict):
        return _difference_of_objects(shown, real, place)
    if isinstance(shown, list) and isinstance(real, list):
        if len(shown) != len(real):
            return f"{place} has {len(real)} entries, not {len(shown)}"
        found = (difference(*pair, f"{place}[{i}]") for i, pair in enumerate(zip(shown, real, strict=True)))
        return next((each for each in found if each is not None), None)
    if isinstance(shown, str) and isinstance(real, str):
        if shown.endswith("...") and real.startswith(shown.removesuffix("...")):
            return None
        shown, real = without_times(shown), without_times(real)
    if isinstance(shown, Decimal) and isinstance(real, (Decimal, int)) and not isinstance(real, bool):
        real = round(Decimal(real), -int(shown.as_tuple().exponent))
    elif type(shown) is not type(real):
        return f"{place} is {real!r}, not {shown!r}"
    return None if shown == real else f"{place} is {real!r}, not {shown!r}"


def _difference_of_objects(shown: dict[str, Any], real: dict[str, Any], place: str) -> str | None:
    names = [name for name in shown if name != "..."]
    for name in names:
        if name not in real:
            return f"{place} has no {name}"
        found = difference(shown[name], real[name], f"{place}.{name}")
        if found is not None:
            return found
    more = [name for name in real if name not in shown]
    return f"{place} also has {more}" if more and "..." not in shown else None


def parsed(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


def answers_in(text: str) -> list[Any]:
    """The JSON answers that curl printed one after the other."""
    decoder, answers = json.JSONDecoder(), []
    while text := text.strip():
        answer, end = decoder.raw_decode(text)
        answers.append(answer)
        text = text[end:]
    return answers


def without_times(text: str) -> str:
    return DAY.sub("<day>", TIME.sub("<time>", text))
