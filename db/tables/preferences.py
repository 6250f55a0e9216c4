"""Settings of single users."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant


class PreferenceRow(Table, table=True):
    """One setting of one person. ``sealed`` is its sealed JSON: a name or a search may contain personal data."""

    __tablename__ = "preferences"

    holder: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    sealed: str = Field(sa_type=sa.Text)
    updated_at: datetime = Field(sa_type=Instant)
