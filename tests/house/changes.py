"""Where a source text changes what is stored, or emits an event."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

STATEMENTS = {"insert", "update", "delete"}
RUNS = {"run", "run_each"}
SQL_CALLS = {"text", "exec_driver_sql", "execute", "executemany"}
CHANGING_SQL = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|WITH\b.*\b(INSERT|UPDATE|DELETE))\b", re.IGNORECASE)


class Change(NamedTuple):
    line: int
    call: str


def changes_in(source: str) -> list[Change]:
    """Its calls that emit, and those that make or run a statement which writes."""
    tree = ast.parse(source)
    names = _Names(tree)
    calls = sorted((node for node in ast.walk(tree) if isinstance(node, ast.Call)), key=lambda node: node.lineno)
    return [Change(call.lineno, ast.unparse(call.func)) for call in calls if _changes(call, names)]


class _Names:
    """What a module calls SQLAlchemy's statements, SQLAlchemy itself, its tables, and prepared statements."""

    def __init__(self, tree: ast.Module) -> None:
        self.statements: set[str] = set()
        self.modules: set[str] = set()
        self.tables: set[str] = set()
        self.inserts: set[str] = set()
        self.prepares = False
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                self.modules |= {each.asname or each.name for each in node.names if each.name.startswith("sqlalchemy")}
            elif isinstance(node, ast.ImportFrom) and node.module is not None:
                self._imported(node.module, node.names)
            elif isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("Table("):
                self.tables |= {ast.unparse(each) for each in node.targets}

    def _imported(self, module: str, names: list[ast.alias]) -> None:
        for each in names:
            name = each.asname or each.name
            if module.startswith("sqlalchemy") and each.name in STATEMENTS:
                self.statements.add(name)
            elif module.endswith(".tables"):
                self.tables.add(name)
            elif module == "gamenight.core.prepared":
                self.prepares = True
                if each.name == "PreparedInsert":
                    self.inserts.add(name)


def _changes(call: ast.Call, names: _Names) -> bool:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)
    if name == "emit" or name.startswith("emit_"):
        return True
    if name in SQL_CALLS and any(CHANGING_SQL.match(sql) for sql in _texts(call)):
        return True
    if isinstance(function, ast.Name):
        return name in names.statements | names.inserts
    if not isinstance(function, ast.Attribute):
        return False
    owner = ast.unparse(function.value)
    if name in STATEMENTS:
        return owner in names.modules | names.tables or owner.partition(".")[0] in names.modules
    return name in RUNS and names.prepares


def _texts(call: ast.Call) -> Iterator[str]:
    for argument in call.args:
        for node in ast.walk(argument):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
