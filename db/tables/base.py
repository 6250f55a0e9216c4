"""The metadata of all tables, with named constraints, so that migrations are the same on both databases."""

from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Table(SQLModel, registry=registry(metadata=METADATA)):
    """Base class of every row."""

    @classmethod
    def table(cls) -> sa.Table:
        """Returns the table for statements that name columns."""
        return cast("sa.Table", sa.inspect(cls).local_table)
