"""Moments, which are stored as text, in the two databases' own words."""

from typing import Any

from sqlalchemy import Integer, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class seconds_of(FunctionElement[int]):  # noqa: N801, reads as a function in a statement
    """The whole seconds of a moment since 1970."""

    type = Integer()
    name = "seconds_of"
    inherit_cache = True


class local_day(FunctionElement[str]):  # noqa: N801
    """The day of a moment, `2026-03-13`, where clocks are so many minutes ahead of UTC."""

    type = Text()
    name = "local_day"
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


@compiles(local_day, "sqlite")
def _(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    moment, minutes = (compiler.process(each, **options) for each in element.clauses)
    return f"strftime('%Y-%m-%d', {moment}, CAST({minutes} AS TEXT) || ' minutes')"


@compiles(local_day, "postgresql")
def _(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    moment, minutes = (compiler.process(each, **options) for each in element.clauses)
    shifted = f"CAST({moment} AS timestamp) + make_interval(mins => CAST({minutes} AS integer))"
    return f"to_char({shifted}, 'YYYY-MM-DD')"
