"""The built pages in memory, ready to be sent: what they are, under which address, with which headers."""

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

BUILT = Path(__file__).with_name("built")
API_DOCS = BUILT / "api-docs"
"""What the page of the API reference loads. It is sent from an address of its own, without the pages' policy."""
PAGES = {"/": "index.html", "/play": "play.html", "/tv": "tv.html", "/overlay": "overlay.html"}
MAY_BE_FRAMED = "/overlay"

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
NOT_COMPRESSED = {".png"}

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

NO_PAGES = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>gamenight</title></head>
<body><h1>gamenight is running, without its pages</h1>
<p>It was installed with GAMENIGHT_SKIP_PAGES. Install it again without that setting to have the pages.</p>
<p>The API works: <a href="/api/docs/openapi.json">its description</a>.</p></body></html>
"""


class File(Struct, frozen=True):
    """A file as it is sent. `compressed` is None where that would not make it smaller."""

    status: int
    body: bytes
    compressed: bytes | None
    etag: bytes
    headers: list[tuple[bytes, bytes]]


def load(folder: Path = BUILT) -> dict[str, File]:
    """The files by their addresses; a word for people on each page's address where the pages were not built."""
    if not (folder / PAGES["/"]).exists():
        return {path: _file(path, NO_PAGES, ".html", None, 200 if path == "/" else 404) for path in PAGES}
    return {path: _file(path, file.read_bytes(), file.suffix, _compressed(file)) for path, file in _found(folder)}


def _found(folder: Path) -> Iterator[tuple[str, Path]]:
    yield from ((path, folder / name) for path, name in PAGES.items())
    for file in folder.rglob("*"):
        if file.suffix in MEDIA_TYPES and file.suffix != ".html" and file.parent.name != API_DOCS.name:
            yield f"/{file.relative_to(folder).as_posix()}", file


def _compressed(file: Path) -> bytes | None:
    """A file as the build has compressed it; one that was built otherwise is compressed here, at each start."""
    if file.suffix in NOT_COMPRESSED:
        return None
    beside = file.with_name(f"{file.name}.gz")
    return beside.read_bytes() if beside.exists() else gzip.compress(file.read_bytes(), mtime=0)


def _file(path: str, body: bytes, suffix: str, compressed: bytes | None, status: int = 200) -> File:
    headers = {
        "content-type": MEDIA_TYPES[suffix],
        # A hash in its name says what is in a file of the assets.
        "cache-control": FOR_EVER if path.startswith("/assets/") else ASK_AGAIN,
        "content-security-policy": _policy("*" if path == MAY_BE_FRAMED else "'none'"),
        "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        "vary": "accept, accept-encoding" if path == "/" else "accept-encoding",
    }
    return File(
        status,
        body,
        compressed if compressed is not None and len(compressed) < len(body) else None,
        f'"{hashlib.sha256(body).hexdigest()[:20]}"'.encode(),
        [(name.encode(), value.encode()) for name, value in headers.items()],
    )


def _policy(frame_ancestors: str) -> str:
    """The content security policy: nothing but what this server sends, and no script that is made of text."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self' wss:",
            "font-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {frame_ancestors}",
            "require-trusted-types-for 'script'",
        ]
    )
