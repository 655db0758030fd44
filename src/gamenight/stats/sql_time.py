"""Moments, which are stored as text, in the two databases' own words."""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class seconds_of(FunctionElement[int]):  # noqa: N801, reads as a function in a statement
    """The whole seconds of a moment since 1970."""

    type = Integer()
    name = "seconds_of"
    inherit_cache = True


# The text ends in Z. A cast to PostgreSQL's type without a zone drops that, so the server's own zone has no say.
@compiles(seconds_of, "sqlite")
def _(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **options)}) AS INTEGER)"


@compiles(seconds_of, "postgresql")
def _(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return (
        f"CAST(floor(extract(epoch FROM CAST({compiler.process(element.clauses, **options)} AS timestamp))) AS bigint)"
    )
