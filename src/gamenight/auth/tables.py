from sqlalchemy import Column, Table, Text

from gamenight.core.tables import metadata

credentials = Table(
    "credentials",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_strict=True,
)
