"""How a database would run the statements that were run on a connection."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg import Cursor
from sqlalchemy import Connection, text

from gamenight.sessions.tables import RECORDED

WATCHED = ("votes", "voters", "sessions", "session_games", "turns", "events", "settled_nights", "period_people")
"""The tables that grow with every night."""
LARGE = {
    "ix_votes_timestamp_id",
    "ix_votes_game_id_timestamp_id",
    "ix_votes_import_id",
    "ix_voters_user_id_id",
    "ix_sessions_nights",
    "ix_sessions_nights_created_at",
    *(f"ix_sessions_most_{figure}" for figure in RECORDED),
    "ix_period_people_regulars",
}
"""Of the indexes over some rows those that grow with every night as well."""
HAS_PLAN = re.compile(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b", re.IGNORECASE)


class Statements:
    """The statements that were run, each with its values where the database takes them apart."""

    def __init__(self) -> None:
        self.run: list[tuple[str, Any]] = []

    def note(self, statement: str, values: Any = None) -> None:
        if HAS_PLAN.match(statement):
            self.run.append((statement, values))


@contextmanager
def recorded(connection: Connection) -> Iterator[Statements]:
    """Note every statement that the driver gets meanwhile."""
    statements = Statements()
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite":
        driver.set_trace_callback(statements.note)
        yield statements
        driver.set_trace_callback(None)
        return

    class Noting(Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            statements.note(str(query), params)
            return super().execute(query, params, **options)

        def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
            rows = list(params_seq)
            statements.note(str(query), rows[0])
            super().executemany(query, rows, **options)

    usual = driver.cursor_factory
    driver.cursor_factory = Noting
    yield statements
    driver.cursor_factory = usual


def scans(connection: Connection, statements: Statements, watched: Sequence[str] = WATCHED) -> list[str]:
    """What of the watched tables would be read from end to end, and by which statement."""
    found = _scans_of_sqlite if connection.dialect.name == "sqlite" else _scans_of_postgresql
    return [
        f"{scan}: {statement}"
        for statement, values in {each[0]: each for each in statements.run}.values()
        for scan in found(connection, statement, values, watched)
    ]


def _scans_of_sqlite(connection: Connection, statement: str, _values: Any, watched: Sequence[str]) -> list[str]:
    driver: Any = connection.connection.dbapi_connection
    plan = driver.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
    partial = {
        name
        for (name,) in driver.execute("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '% WHERE %'")
    }
    sorted_steps = {parent for _id, parent, _unused, step in plan if step == "USE TEMP B-TREE FOR ORDER BY"}
    found = []
    for _id, parent, _unused, step in plan:
        # All nights have a game that was played.
        scan = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", step) or re.match(
            r"SEARCH (\w+) USING (?:COVERING )?INDEX (\w+) \(play_count>\?\)", step
        )
        if scan is None or _table_of(statement, scan[1]) not in watched:
            continue
        # An index in whose order the rows are wanted is left as soon as there are enough; and so is the table of
        # sessions, of which few were no nights.
        is_in_order = scan[2] is not None or _table_of(statement, scan[1]) == "sessions"
        is_left_early = is_in_order and " LIMIT " in statement and parent not in sorted_steps
        if not is_left_early and scan[2] not in partial - LARGE:
            found.append(step)
    return found


def _table_of(statement: str, name: str) -> str:
    """The table that goes by a name in a statement."""
    aliased = re.search(rf"\b(\w+) AS {name}\b", statement)
    return aliased[1] if aliased else name


def _scans_of_postgresql(connection: Connection, statement: str, values: Any, watched: Sequence[str]) -> list[str]:
    driver: Any = connection.connection.dbapi_connection
    (plan,) = driver.execute(f"EXPLAIN (FORMAT JSON) {statement}", values).fetchone()
    partial = set(
        connection.execute(text("SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL")).scalars()
    )
    found: list[str] = []
    _walk(plan[0]["Plan"], partial - LARGE, found, watched, is_limited=False)
    return found


def _walk(
    node: dict[str, Any], partial: set[str], found: list[str], watched: Sequence[str], *, is_limited: bool
) -> None:
    kind, table, index = node["Node Type"], node.get("Relation Name"), node.get("Index Name")
    if table in watched and "Scan" in kind and kind != "Bitmap Heap Scan":
        is_whole = "Index Cond" not in node and index not in partial
        if is_whole and not (is_limited and index is not None):
            found.append(f"{kind} of {table} by {index}")
    # What is sorted, counted or hashed first is read whole, however few rows are wanted of it.
    limited = kind == "Limit" or (is_limited and kind not in {"Sort", "Aggregate", "Hash", "Materialize"})
    for inner in node.get("Plans", []):
        _walk(inner, partial, found, watched, is_limited=limited)
