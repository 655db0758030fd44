"""How much a phone has to load: at a party, the network is the neighbour's."""

import re

from gamenight.web import files

MAX_BYTES = 60 * 1024


def test_the_phone_page_is_small_with_all_that_it_loads() -> None:
    built = files.load()
    found = ["/play"]
    for path in found:
        # Scripts name their parts by paths of their own.
        named = re.findall(r"""["'`](?:/|\./|/?assets/)([\w./-]+\.(?:js|css))["'`]""", built[path].body.decode())
        parts = [f"/assets/{name.rsplit('/', 1)[-1]}" for name in named]
        found += [part for part in dict.fromkeys(parts) if part not in found]
    assert {path.rsplit(".", 1)[-1] for path in found[1:]} == {"js", "css"}
    sizes = {path: len(built[path].compressed or built[path].body) for path in found}
    assert sum(sizes.values()) <= MAX_BYTES, sizes
