"""The register of enterprises, the table of ports, the tariff."""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant


class EnterpriseRow(Table, table=True):
    """An enterprise in the customs register; see ``domain.enterprise``."""

    __tablename__ = "enterprises"
    __table_args__: ClassVar[Any] = (sa.Index(None, "updated_at"),)

    code: str = Field(primary_key=True)
    uscc: str | None
    ciq_code: str | None
    name: str
    qualification: str
    valid_until: date | None
    grade: str
    updated_at: datetime = Field(sa_type=Instant)


class PortRow(Table, table=True):
    """关区: ``district`` is the 2-digit direct customs 直属海关; pinyin without tones, in syllables.

    ``seeded``: it came with the product, and no operator has entered it since.
    """

    __tablename__ = "ports"

    code: str = Field(primary_key=True)
    name: str
    name_en: str | None = None
    district: str
    pinyin: str = ""
    initials: str = ""
    seeded: bool = True


class ReferenceListRow(Table, table=True):
    """State of a list; see ``db.lists``."""

    __tablename__ = "reference_lists"

    name: str = Field(primary_key=True)
    digest: str
    complete: bool
    seed_digest: str | None
    changed_by: str
    changed_at: datetime = Field(sa_type=Instant)


class HsCodeRow(Table, table=True):
    """A heading 品目 (4 digits) or a line of the tariff (10 digits), valid between two dates, both included.

    ``valid_from`` is the earliest date, and ``valid_to`` null, if it was not given.
    """

    __tablename__ = "hs_codes"

    code: str = Field(primary_key=True)
    valid_from: date = Field(default=date.min, primary_key=True)
    valid_to: date | None = None
    name: str
    pinyin: str = ""
    initials: str = ""
    seeded: bool = True
