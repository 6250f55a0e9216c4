"""Counts that take a search of the whole system: one worker takes them, every process reads the last result."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import writing
from db.tables import SystemCountRow
from db.upsert import upsert

_ROWS = SystemCountRow.table()


class CountName(StrEnum):
    """Names of the counts, as they are stored."""

    STUCK_WORKFLOWS = "stuck_workflows"
    MISSING_WORKFLOWS = "missing_workflows"
    UNPUBLISHED_YEARS = "unpublished_years"
    PORTS_WITHOUT_HOURS = "ports_without_hours"
    CLIENT_CERTIFICATE_DAYS = "client_certificate_days"
    CREDENTIALS_UNUSABLE = "credentials_unusable"


class SystemCount(NamedTuple):
    """A result, None where nobody can tell, and when it was counted."""

    value: int | None
    counted_at: datetime


def save(engine: Engine, counts: Mapping[CountName, int | None], at: datetime) -> None:
    """Replaces the last results of these counts."""
    rows: list[dict[str, object]] = [{"name": name, "value": counts[name], "counted_at": at} for name in sorted(counts)]
    with writing(engine) as session:
        upsert(session, _ROWS, *rows)


def latest(session: Session) -> dict[CountName, SystemCount]:
    """Returns the last result of each count that was taken; however old, it says when that was."""
    rows = session.execute(sa.select(_ROWS.c.name, _ROWS.c.value, _ROWS.c.counted_at))
    return {CountName(row.name): SystemCount(row.value, row.counted_at) for row in rows}
