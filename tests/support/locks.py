"""What only one of the tests' processes may do at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

from web import build_pages


def cache() -> Path:
    """A folder that outlives the tests, for what is fetched once."""
    folder = user_cache_path("gamenight-tests", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other process is in such a block."""
    with FileLock(cache() / "lock"):
        yield


def install_development_modules() -> None:
    """What the checks and tests of the pages need from npm."""
    with alone():
        build_pages.install(development=True)
