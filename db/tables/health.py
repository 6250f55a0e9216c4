"""Runs of the health jobs."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant, Json

_UNENDED = sa.text("ended_at IS NULL")


class HealthRunRow(Table, table=True):
    """A run of a job; at most one run of each job has no ``ended_at``.

    ``total`` is None where nobody knows how much there is to do. ``seen_at`` is the last sign of life of its worker.
    """

    __tablename__ = "health_runs"
    __table_args__: ClassVar[Any] = (
        sa.Index("ix_health_runs_current", "job", unique=True, sqlite_where=_UNENDED, postgresql_where=_UNENDED),
        sa.Index("ix_health_runs_key", "started_by", "key", unique=True),
        sa.Index(None, "job", "started_at"),
    )

    run_id: str = Field(primary_key=True)
    job: str
    key: str
    started_by: str
    started_at: datetime = Field(sa_type=Instant)
    seen_at: datetime | None = Field(default=None, sa_type=Instant)
    step: str = ""
    done: int = 0
    total: int | None = None
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    outcome: str | None = None
    faults: int = 0
    warnings: int = 0
    facts: dict[str, Any] | None = Field(default=None, sa_type=Json)
    findings: list[Any] | None = Field(default=None, sa_type=Json)
