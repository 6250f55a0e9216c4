"""Counts that take a search of the whole system: one worker takes them, every process reads the last result.

What was found is kept beside the count, so that a list of it takes no search.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import writing
from db.tables import SystemCountRow, SystemFindingRow
from db.upsert import upsert

_ROWS = SystemCountRow.table()
_FINDINGS = SystemFindingRow.table()


#: Findings of one count that are kept: when everything is lost it is enough to know that it is many.
MOST_FOUND = 1000


class CountName(StrEnum):
    """Names of the counts, as they are stored."""

    STUCK_WORKFLOWS = "stuck_workflows"
    MISSING_WORKFLOWS = "missing_workflows"
    UNPUBLISHED_YEARS = "unpublished_years"
    PORTS_WITHOUT_HOURS = "ports_without_hours"
    CLIENT_CERTIFICATE_DAYS = "client_certificate_days"
    CREDENTIALS_UNUSABLE = "credentials_unusable"
    OUTBOX_FILES = "outbox_files"
    OUTBOX_SECONDS = "outbox_seconds"
    INBOX_FILES = "inbox_files"
    INBOX_SECONDS = "inbox_seconds"
    FAILBOX_FILES = "failbox_files"
    FAILBOX_SECONDS = "failbox_seconds"


class SystemCount(NamedTuple):
    """A result, None where nobody can tell, and when it was counted."""

    value: int | None
    counted_at: datetime


class Found(NamedTuple):
    """One of what was counted: its key, its appointment if it has one, and since when it runs if that is known."""

    key: str
    pre_entry_no: str | None
    since: datetime | None = None


def save(engine: Engine, counts: Mapping[CountName, int | None], at: datetime) -> None:
    """Replaces the last results of these counts."""
    rows: list[dict[str, object]] = [{"name": name, "value": counts[name], "counted_at": at} for name in sorted(counts)]
    with writing(engine) as session:
        upsert(session, _ROWS, *rows)


def save_found(engine: Engine, name: CountName, found: Sequence[Found] | None, *, at: datetime, count: int) -> None:
    """Replaces the last result of one count together with what was found; None where nobody can tell.

    ``count`` may be larger than the number of findings, which is limited.
    """
    with writing(engine) as session:
        upsert(session, _ROWS, {"name": name, "value": None if found is None else count, "counted_at": at})
        session.execute(sa.delete(_FINDINGS).where(_FINDINGS.c.name == name))
        if found:
            session.execute(sa.insert(_FINDINGS), [{"name": name, **each._asdict()} for each in found])


def settle(engine: Engine, name: CountName, key: str) -> None:
    """Removes one finding that has been dealt with, and counts it no more."""
    with writing(engine) as session:
        own = sa.delete(_FINDINGS).where(_FINDINGS.c.name == name, _FINDINGS.c.key == key)
        if session.exec(own).rowcount:
            session.execute(sa.update(_ROWS).where(_ROWS.c.name == name).values(value=_ROWS.c.value - 1))


def findings(session: Session, name: CountName) -> list[Found]:
    """Returns what the last count found, by key."""
    own = sa.select(_FINDINGS.c.key, _FINDINGS.c.pre_entry_no, _FINDINGS.c.since).where(_FINDINGS.c.name == name)
    return [Found(*row) for row in session.execute(own.order_by(_FINDINGS.c.key))]


def latest(session: Session) -> dict[CountName, SystemCount]:
    """Returns the last result of each count that was taken; however old, it says when that was."""
    rows = session.execute(sa.select(_ROWS.c.name, _ROWS.c.value, _ROWS.c.counted_at))
    return {CountName(row.name): SystemCount(row.value, row.counted_at) for row in rows}
