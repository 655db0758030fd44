"""Reads the headers of a request in an ASGI scope, whose names are in lower case."""

from collections.abc import Iterable, Iterator

Headers = Iterable[tuple[bytes, bytes]]

ANY_ORIGIN = (b"access-control-allow-origin", b"*")
"""A page of any origin may read the answer to what it sends without cookies, with a token of its own."""


def header(headers: Headers, name: bytes) -> str:
    """The first header of this name, or nothing."""
    return next(headers_named(headers, name), "")


def headers_named(headers: Headers, name: bytes) -> Iterator[str]:
    """Every header of this name, in their order."""
    return (value.decode("latin-1") for each, value in headers if each == name)
