from typing import Annotated

from msgspec import Struct

from gamenight.core.setting_kinds import whole


class CatalogueSettings(Struct, frozen=True, kw_only=True):
    import_rows: Annotated[int, whole("Rows of a CSV import.")] = 20_000
