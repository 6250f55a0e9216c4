"""Templates for the applications of an enterprise."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant

_MADE_BY_KEY = sa.text("creation_key IS NOT NULL")


class TemplateRow(Table, table=True):
    """A template: ``sealed`` has its name, author and content; ``name_hash`` is a keyed hash that makes names unique.

    ``holder`` is the user it belongs to; None for one that is shared in the enterprise.
    """

    __tablename__ = "templates"
    __table_args__: ClassVar[Any] = (
        sa.Index(None, "customs_code", "created_at", "template_id"),
        sa.UniqueConstraint("customs_code", "name_hash"),
        sa.Index(None, "holder"),
        sa.Index(
            "uq_templates_creation",
            "customs_code",
            "creation_key",
            unique=True,
            sqlite_where=_MADE_BY_KEY,
            postgresql_where=_MADE_BY_KEY,
        ),
    )

    template_id: str = Field(primary_key=True)
    customs_code: str
    holder: str | None
    name_hash: str
    sealed: str = Field(sa_type=sa.Text)
    creation_key: str | None
    creation_hash: str
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
