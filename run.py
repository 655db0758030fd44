#!/usr/bin/env python3
"""Prepare .venv and run gamenight in it: needs Python >= 3.11 and pip >= 22.3, and only the standard library.

python3 run.py [serve ...]   install what is missing, then serve (options as for `gamenight serve`)
python3 run.py test [...]    run the tests (options as for pytest)
python3 run.py search [...]  run those with random numbers in them, with new and many more ones (options as for pytest)
python3 run.py check         formatting, lint, types, the import rules
python3 run.py install       only prepare
python3 run.py COMMAND ...   any other command of gamenight, such as admin-key
"""

import hashlib
import os
import secrets
import subprocess
import sys
from pathlib import Path

from web import build_pages

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / "python"
CHECKS = [
    ["ruff", "format", "--check", "."],
    ["ruff", "check", "."],
    ["mypy"],
    ["lint-imports"],
    ["python", "-m", "web.wire_types", "check"],
    ["python", "-m", "web.build_pages", "check"],
]


def run(*command: str | Path) -> None:
    finished = subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    if finished.returncode:
        sys.exit(finished.returncode)


def install(*, development: bool) -> None:
    """Bring .venv up to date with the project's files; a second call has nothing to do and costs nothing."""
    files = [ROOT / "pyproject.toml", ROOT / "constraints.txt", ROOT / "hatch_build.py", Path(__file__)]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    stamp = VENV / ("development.stamp" if development else "installed.stamp")
    has_pages = build_pages.is_skipped() or not build_pages.is_stale()
    if stamp.exists() and stamp.read_text() == digest and has_pages:
        return
    print("Installing into .venv what has changed; the first time takes about a minute ...", flush=True)
    if not (VENV / "pyvenv.cfg").exists():
        # Debian's Python has no ensurepip: make the environment without pip, and let the outer pip fill it.
        run(sys.executable, "-m", "venv", "--without-pip", "--clear", VENV)
    quiet = ["--quiet", "--disable-pip-version-check"]
    run(sys.executable, "-m", "pip", "--python", PYTHON, "install", *quiet, "pip>=25.1")
    group = ["--group", "dev"] if development else []
    run(PYTHON, "-m", "pip", "install", *quiet, "-c", "constraints.txt", *group, "-e", ".")
    stamp.write_text(digest)


def search(options: list[str]) -> None:
    """Look for what breaks a property where the suite, whose numbers are always the same, does not look."""
    if not any(option.startswith("--hypothesis-seed") for option in options):
        options = [f"--hypothesis-seed={secrets.randbelow(2**32)}", *options]
    print("To repeat this search: python3 run.py search", *options, flush=True)
    chosen = ["-m", "hypothesis or chance", "--hypothesis-profile=search", "--timeout=3600"]
    run(PYTHON, "-m", "pytest", "-n", "auto", *chosen, *options)


def main(arguments: list[str]) -> None:
    command, *rest = arguments or ["serve"]
    if command in ("-h", "--help"):
        print(__doc__)
        return
    if command.startswith("-"):
        command, rest = "serve", arguments
    install(development=command in ("test", "search", "check"))
    if command == "test":
        run(PYTHON, "-m", "pytest", "-n", "auto", *rest)
    elif command == "search":
        search(rest)
    elif command == "check":
        for program, *options in CHECKS:
            print("+", program, *options, flush=True)
            run(PROGRAMS / program, *options)
    elif command != "install":
        # Replaces this process, so that a signal meant for the server reaches the server.
        os.execv(PYTHON, [str(PYTHON), "-m", "gamenight", command, *rest])


if __name__ == "__main__":
    main(sys.argv[1:])
