from gamenight.catalogue.routes import changing_routes, reading_routes
from gamenight.catalogue.settings import CatalogueSettings
from gamenight.core.runtime import Runtime
from gamenight.http.slices import Routes, Slice


def catalogue_slice(runtime: Runtime, settings: CatalogueSettings) -> Slice:
    database = runtime.database
    changing = changing_routes(database, import_rows=settings.import_rows)
    return Slice(routes=[Routes("/api/games", "Catalogue", [*reading_routes(database), *changing])])
