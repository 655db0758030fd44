"""Copies all tables from one database to another, whatever kind they are. Both have the newest schema."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, func, insert, select, text

from gamenight.core.leases import leases
from gamenight.core.tables import metadata

ROWS_AT_ONCE: Final = 2000
NOT_COPIED: Final = frozenset({leases.name})
"""Who does what among the processes of one database says nothing in another one."""

Progress = Callable[[str, int], None]
"""Is told the name of a table and how many of its rows are copied."""


def copied_tables() -> list[Table]:
    """In an order in which each row comes after those that it refers to."""
    return [table for table in metadata.sorted_tables if table.name not in NOT_COPIED]


def copy_all(source: Connection, target: Connection, progress: Progress) -> None:
    """Put all rows of `source` in the place of those of `target`."""
    for table in reversed(copied_tables()):
        target.execute(delete(table))
    for table in copied_tables():
        copied = 0
        for rows in _parts(source, table):
            target.execute(insert(table), rows)
            copied += len(rows)
            progress(table.name, copied)
        _continue_ids(target, table)


def _parts(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    result = source.execution_options(yield_per=ROWS_AT_ONCE).execute(select(table).order_by(*table.primary_key))
    for part in result.mappings().partitions():
        yield [dict(row) for row in part]


def _continue_ids(target: Connection, table: Table) -> None:
    """Have PostgreSQL number new rows behind those that were copied; SQLite does so by itself."""
    id_ = table.autoincrement_column
    if target.dialect.name != "postgresql" or id_ is None:
        return
    newest = target.execute(select(func.max(id_))).scalar()
    sequence = target.execute(
        text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": id_.name}
    ).scalar()
    if sequence is not None:
        target.execute(
            text("SELECT setval(:sequence, :newest, :used)"),
            {"sequence": sequence, "newest": newest or 1, "used": newest is not None},
        )
