"""The registry of all tables, and how this project spells common columns."""

from sqlalchemy import CheckConstraint, Column, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def figure(name: str) -> Column[int]:
    """A number that is counted up and down by the one module that moves it, so that nobody has to sum rows for it."""
    return Column(name, Integer, nullable=False, server_default="0")


def flag(name: str, *, default: int | None = None) -> Column[int]:
    """A boolean as the wire has it: the integer 0 or 1."""
    check = CheckConstraint(f"{name} IN (0, 1)", name=name)
    server_default = None if default is None else str(default)
    return Column(name, Integer, check, nullable=False, server_default=server_default)
