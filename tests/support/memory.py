"""A place in memory for what the tests write: all of it is thrown away, and a disk makes them wait to keep it safe."""

import os
import shutil
import tempfile
from pathlib import Path

SHARED = Path("/dev/shm")
NEEDED_BYTES = 2 * 1024**3


def use_memory() -> None:
    """Make temporary files in memory from now on, this process and its children, where TMPDIR names no other place."""
    if "TMPDIR" not in os.environ and _is_fit():
        os.environ["TMPDIR"] = str(SHARED)
        tempfile.tempdir = None  # it is looked for once, and kept here


def _is_fit() -> bool:
    """Whether there is room, and programs may be run there: PostgreSQL's are copied to where its user can read them."""
    return (
        SHARED.is_dir()
        and os.access(SHARED, os.W_OK | os.X_OK)
        and shutil.disk_usage(SHARED).free >= NEEDED_BYTES
        and not os.statvfs(SHARED).f_flag & os.ST_NOEXEC
    )
