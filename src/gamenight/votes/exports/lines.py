"""The lines of a text file of any size."""

import io
from collections.abc import Iterator

from gamenight.votes.exports.messages import ChatLogInvalid, Place

LINE_BYTES = 64 * 1024


def lines_of(source: io.BufferedIOBase) -> Iterator[tuple[Place, str]]:
    """Each line with its end; raises ChatLogInvalid for one that is too long or no UTF-8."""
    number = 0
    while raw := source.readline(LINE_BYTES + 1):
        number += 1
        place = Place("line", number)
        if len(raw) > LINE_BYTES:
            raise ChatLogInvalid(place, "too_long", f"it is longer than {LINE_BYTES} bytes.")
        try:
            yield place, raw.decode()
        except UnicodeDecodeError:
            raise ChatLogInvalid(place, "not_utf8", "it is no UTF-8. Save the file as UTF-8 text.") from None
