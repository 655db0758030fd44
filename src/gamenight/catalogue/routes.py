import asyncio
from typing import Annotated, Any, Literal

from litestar import Request, Response, delete, get, patch, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType

from gamenight.auth.tokens import Scope
from gamenight.catalogue import actions, imports, queries, rules, spreadsheet
from gamenight.catalogue.decoding import decode
from gamenight.catalogue.errors import TextOrFile
from gamenight.catalogue.queries import Pack
from gamenight.catalogue.schemas import MAX_PLAYER_COUNT, Favor, Game, GameChange, GameFacts, Symbol
from gamenight.core.database import Database
from gamenight.http.idempotency import IdempotentWriter
from gamenight.http.schemas import Flag, PathId, Title


class GameRemoved(Struct, frozen=True):
    message: str
    id: int


class NewFavor(Struct, frozen=True):
    favor_bias: Favor


class NewEnabled(Struct, frozen=True):
    enabled: Flag


class Toggled(Struct, frozen=True):
    enabled: Flag | UnsetType = UNSET


class PackChanged(Struct, frozen=True):
    message: str
    games: list[Game]


class CsvImport(Struct, frozen=True, rename="camel"):
    """`csv_data` is the text of the file; or `csv_file` is the file itself in base64, in whatever encoding it is."""

    csv_data: Annotated[str, Meta(min_length=1)] | UnsetType = UNSET
    csv_file: Annotated[bytes, Meta(min_length=1)] | UnsetType = UNSET
    mode: Literal["append", "replace"] = "append"


def reading_routes(database: Database) -> list[HTTPRouteHandler]:
    @get("/", scope=Scope.PUBLIC, cacheable=True)
    async def list_games(  # noqa: PLR0917 — the filters of the query string
        enabled: FromQuery[bool | None] = None,
        player_count: Annotated[int | None, QueryParameter(name="playerCount", ge=0, le=MAX_PLAYER_COUNT)] = None,
        drawing: FromQuery[rules.Drawing | None] = None,
        length: FromQuery[rules.Length | None] = None,
        family_friendly: Annotated[bool | None, QueryParameter(name="familyFriendly")] = None,
        pack: FromQuery[str | None] = None,
    ) -> list[Game]:
        """The catalogue, by pack, then title."""
        wish = rules.Wish(player_count=player_count, drawing=drawing, length=length, family_friendly=family_friendly)
        return [
            game
            for game in await database.read(queries.all_games)
            if (enabled is None or bool(game.enabled) == enabled)
            and (pack is None or game.pack_name == pack)
            and rules.fits(game, wish)
        ]

    @get("/packs", scope=Scope.PUBLIC, cacheable=True)
    async def list_packs() -> list[Pack]:
        """The packs with their favour, by name."""
        return await database.read(queries.all_packs)

    @get("/meta/packs", scope=Scope.PUBLIC, cacheable=True)
    async def list_pack_counts() -> list[Pack]:
        """The packs with how many games they have, how many of them are enabled, and how often they were played."""
        return await database.read(queries.all_packs)

    @get("/export/csv", media_type="text/csv", scope=Scope.PUBLIC, cacheable=True)
    async def export_csv() -> Response[str]:
        """The catalogue as a file for spreadsheets; importing it again changes nothing."""
        games, favor = await database.read(
            lambda connection: (queries.all_games(connection), queries.pack_favor(connection))
        )
        headers = {"Content-Disposition": 'attachment; filename="games.csv"'}
        return Response(spreadsheet.render(games, favor), media_type="text/csv", headers=headers)

    @get("/{game_id:int}", scope=Scope.PUBLIC, cacheable=True)
    async def read_game(game_id: PathId) -> Game:
        return await database.read(queries.game, game_id)

    return [list_games, list_packs, list_pack_counts, export_csv, read_game]


def changing_routes(database: Database, *, import_rows: int) -> list[HTTPRouteHandler]:
    @post("/", scope=Scope.ADMIN)
    async def add_game(data: JSONBody[GameFacts], request: Request[Any, Any, Any]) -> Game:
        """Add a game."""
        return await IdempotentWriter(database, request).write(actions.add_game, data)

    @post("/import/csv", status_code=200, scope=Scope.ADMIN, large_body=True)
    async def import_csv(data: JSONBody[CsvImport], request: Request[Any, Any, Any]) -> imports.Imported:
        """Add the games of a CSV file and update those that are there; `replace` also removes all others."""
        sheet, source = await asyncio.to_thread(_read, data, import_rows)
        return await IdempotentWriter(database, request).write(
            imports.import_sheet, sheet, source, replace=data.mode == "replace"
        )

    @post("/import/tickers", status_code=200, scope=Scope.ADMIN, large_body=True)
    async def import_tickers(
        data: JSONBody[dict[Title, Symbol]], request: Request[Any, Any, Any]
    ) -> imports.ImportedSymbols:
        """Give games their tickers by their titles: `{"Tee K.O.": "TKO"}`. Titles that are unknown are told and left
        out."""
        return await IdempotentWriter(database, request).write(imports.import_symbols, data)

    @put("/{game_id:int}", scope=Scope.ADMIN)
    async def change_game(game_id: PathId, data: JSONBody[GameChange]) -> Game:
        """Change what is given of a game."""
        return await database.write(actions.change_game, game_id, data)

    @delete("/{game_id:int}", status_code=200, scope=Scope.ADMIN)
    async def remove_game(game_id: PathId) -> GameRemoved:
        """Take a game out of the catalogue; the nights on which it was played keep it."""
        game = await database.write(actions.remove_game, game_id)
        return GameRemoved(f"{game.title} was removed from the catalogue", game.id)

    @patch("/{game_id:int}/toggle", scope=Scope.HOST)
    async def toggle_game(game_id: PathId, data: JSONBody[Toggled]) -> Game:
        """Enable a game that is disabled, and the other way round; with `enabled`, have it so, whatever it was."""
        return await database.write(actions.toggle_game, game_id, data.enabled)

    @patch("/{game_id:int}/favor", scope=Scope.HOST)
    async def favor_game(game_id: PathId, data: JSONBody[NewFavor]) -> Game:
        """Have a game drawn more often (1), less often (-1) or as usual (0)."""
        return await database.write(actions.favor_game, game_id, data.favor_bias)

    @patch("/packs/{name:str}/toggle", scope=Scope.HOST)
    async def toggle_pack(name: FromPath[str], data: JSONBody[NewEnabled]) -> PackChanged:
        """Enable or disable all games of a pack."""
        games = await database.write(actions.toggle_pack, name, enabled=bool(data.enabled))
        return PackChanged(f"{name} was {'enabled' if data.enabled else 'disabled'}", games)

    @patch("/packs/{name:str}/favor", scope=Scope.HOST)
    async def favor_pack(name: FromPath[str], data: JSONBody[NewFavor]) -> PackChanged:
        """Have the games of a pack drawn more often (1), less often (-1) or as usual (0)."""
        games = await database.write(actions.favor_pack, name, data.favor_bias)
        return PackChanged(f"The favour of {name} is {data.favor_bias}", games)

    return [
        add_game,
        import_csv,
        import_tickers,
        change_game,
        remove_game,
        toggle_game,
        favor_game,
        toggle_pack,
        favor_pack,
    ]


def _read(data: CsvImport, row_limit: int) -> tuple[spreadsheet.Sheet, imports.Source]:
    """The games of an import and how they were read. Raises TextOrFile, CsvInvalid or CsvTooLong."""
    if isinstance(data.csv_data, str) and isinstance(data.csv_file, UnsetType):
        return spreadsheet.parse(data.csv_data, row_limit=row_limit), imports.AS_TEXT
    if isinstance(data.csv_file, bytes) and isinstance(data.csv_data, UnsetType):
        decoded = decode(data.csv_file)
        source = imports.Source(decoded.encoding, decoded.guessed_lines)
        return spreadsheet.parse(decoded.text, row_limit=row_limit), source
    raise TextOrFile("Send either csvData, the text of a CSV file, or csvFile, the file itself in base64.")
