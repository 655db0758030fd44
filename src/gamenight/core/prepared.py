"""Statements that SQLAlchemy writes once for each database, and that the driver itself runs.

For a statement of a known shape most of what Core does at each execution is the same every time: on SQLite it takes
several times as long as the statement. Rows come as tuples, in the order of the selected columns. A driver's error
comes out as the SQLAlchemy error that Core would have raised.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, NoReturn

from msgspec import Struct
from sqlalchemy import Connection, Executable, Table, insert
from sqlalchemy.exc import DBAPIError

Row = tuple[Any, ...]
Values = Mapping[str, Any]


class _Compiled(Struct, frozen=True):
    """A statement in the words of one database; `arrange` makes of named values what the driver takes."""

    sql: str
    arrange: Callable[[Values], Any]


class Prepared:
    """A statement with bound values of given names. `columns` are those that an INSERT or UPDATE sets by their names.

    It can't have lists of values (`IN`), whose SQL depends on their length: `all_of_each` asks for each value.
    """

    def __init__(self, statement: Executable, columns: Sequence[str] | None = None) -> None:
        self._statement: Any = statement
        self._columns = columns
        self._compiled: dict[str, _Compiled] = {}

    def all(self, connection: Connection, /, **values: Any) -> list[Row]:
        """All rows."""
        cursor = self._execute(connection, values)
        rows: list[Row] = cursor.fetchall()
        return rows

    def first(self, connection: Connection, /, **values: Any) -> Row | None:
        """The first row, None where there is none."""
        cursor = self._execute(connection, values)
        row: Row | None = cursor.fetchone()
        cursor.close()
        return row

    def scalar(self, connection: Connection, /, **values: Any) -> Any:
        """The first value of the first row, None where there is no row."""
        row = self.first(connection, **values)
        return None if row is None else row[0]

    def run(self, connection: Connection, /, **values: Any) -> int:
        """How many rows the statement changed."""
        changed: int = self._execute(connection, values).rowcount
        return changed

    def run_each(self, connection: Connection, /, rows: Sequence[Values]) -> None:
        """Run it once for each of the rows of values."""
        if not rows:
            return
        compiled = self._for(connection)
        cursor = _cursor(connection)
        try:
            cursor.executemany(compiled.sql, [compiled.arrange(row) for row in rows])
        except connection.dialect.loaded_dbapi.Error as error:
            _raise(connection, cursor, compiled.sql, error)

    def all_of_each(self, connection: Connection, /, rows: Sequence[Values]) -> list[list[Row]]:
        """All rows for each of the rows of values, in their order. One round trip on PostgreSQL."""
        if not rows:
            return []
        compiled = self._for(connection)
        cursor = _cursor(connection)
        arranged = [compiled.arrange(row) for row in rows]
        try:
            if connection.dialect.name == "sqlite":
                return [cursor.execute(compiled.sql, each).fetchall() for each in arranged]
            cursor.executemany(compiled.sql, arranged, returning=True)
            found: list[list[Row]] = [cursor.fetchall()]
            while cursor.nextset():
                found.append(cursor.fetchall())
        except connection.dialect.loaded_dbapi.Error as error:
            _raise(connection, cursor, compiled.sql, error)
        return found

    def _execute(self, connection: Connection, values: Values) -> Any:
        compiled = self._for(connection)
        cursor = _cursor(connection)
        try:
            cursor.execute(compiled.sql, compiled.arrange(values))
        except connection.dialect.loaded_dbapi.Error as error:
            _raise(connection, cursor, compiled.sql, error)
        return cursor

    def _for(self, connection: Connection) -> _Compiled:
        compiled = self._compiled.get(connection.dialect.name)
        if compiled is None:
            compiled = self._compiled[connection.dialect.name] = self._compile(connection)
        return compiled

    def _compile(self, connection: Connection) -> _Compiled:
        made = self._statement.compile(dialect=connection.dialect, column_keys=self._columns)
        required = {name for bind, name in made.bind_names.items() if bind.required}
        fixed = {name: value for name, value in made.params.items() if name not in required}
        if made.positional:
            return _Compiled(str(made), _by_position(made.positiontup, fixed))
        return _Compiled(str(made), (lambda values: {**fixed, **values}) if fixed else dict)


class PreparedInsert:
    """Puts rows with these columns into a table whose key is `id`."""

    def __init__(self, table: Table, *columns: str) -> None:
        # On SQLite RETURNING would cost as much as the insert, and the driver knows the id without it.
        self._plain: Final = Prepared(insert(table), columns)
        self._returning: Final = Prepared(insert(table).returning(table.c.id), columns)

    def one(self, connection: Connection, /, **values: Any) -> int:
        """The id of the new row."""
        return self.each(connection, [values])[0]

    def each(self, connection: Connection, /, rows: Sequence[Values]) -> list[int]:
        """The ids of the new rows, in their order."""
        if connection.dialect.name != "sqlite":
            return [found[0][0] for found in self._returning.all_of_each(connection, rows)]
        return [self._plain._execute(connection, row).lastrowid for row in rows]


def _by_position(names: Sequence[str], fixed: Values) -> Callable[[Values], Any]:
    if fixed:
        return lambda values: tuple(values[name] if name in values else fixed[name] for name in names)
    if not names:
        return lambda _values: ()
    if len(names) == 1:
        (name,) = names
        return lambda values: (values[name],)
    return itemgetter(*names)


def _cursor(connection: Connection) -> Any:
    driver_connection: Any = connection.connection.dbapi_connection
    return driver_connection.cursor()


def _raise(connection: Connection, cursor: Any, sql: str, error: Exception) -> NoReturn:
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)  # type: ignore[arg-type]
    if is_lost:
        connection.invalidate(error)
    raise DBAPIError.instance(
        sql,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=dialect,
    ) from error
