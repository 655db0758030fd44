"""Files to download that may be larger than the memory: written bit by bit to the disk first, then sent."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from tempfile import TemporaryFile
from typing import IO, Final, Protocol, TypeVar

from litestar.response import Stream

ROWS_AT_ONCE: Final = 5000
"""So many rows are read at once, so that nobody else waits long for the database."""
PART: Final = 256 * 1024


class Numbered(Protocol):
    @property
    def id(self) -> int: ...


R = TypeVar("R", bound=Numbered)


async def in_steps(read_after: Callable[[int], Awaitable[Sequence[R]]]) -> AsyncIterator[Sequence[R]]:
    """All rows in order of their ids; `read_after` reads some of those after an id."""
    last = 0
    while rows := await read_after(last):
        yield rows
        last = rows[-1].id


async def download(write: Callable[[IO[bytes]], Awaitable[None]], name: str, media_type: str) -> Stream:
    """The file that `write` writes, as an answer. What goes wrong in writing is raised before anything is sent."""
    file = TemporaryFile()  # noqa: SIM115, it is closed when it has been sent
    try:
        await write(file)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(size)}
    return Stream(_parts(file), media_type=media_type, headers=headers)


async def _parts(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while part := await asyncio.to_thread(file.read, PART):
            yield part
