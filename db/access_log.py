"""The access log: logins, refused logins, uses of API keys, and who opened personal fields."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import AccessRow
from domain.model import Model

_ACCESSES = AccessRow.table()


class Access(Model):
    """Entry of the log; the words in ``what`` and ``detail`` are stable.

    ``subject`` is the name of a user or key, ``count`` the number of uses from ``at`` on. ``pre_entry_no``: the
    appointment whose personal fields were opened, for a ``reason``, which is sealed.
    """

    at: datetime
    what: str
    subject: str
    customs_code: str | None = None
    address: str | None = None
    count: int = 1
    detail: str | None = None
    pre_entry_no: str | None = None
    reason: str | None = None


def record(session: Session, *accesses: Access) -> None:
    """Adds the entries to the log."""
    if accesses:
        session.execute(sa.insert(_ACCESSES), [each.model_dump() for each in accesses])


def accesses(
    session: Session, *, subject: str | None = None, since: datetime | None = None, limit: int = 100
) -> list[Access]:
    """Returns the newest entries first."""
    wanted = sa.select(_ACCESSES)
    if subject is not None:
        wanted = wanted.where(_ACCESSES.c.subject == subject)
    if since is not None:
        wanted = wanted.where(_ACCESSES.c.at >= since)
    rows = session.execute(wanted.order_by(_ACCESSES.c.at.desc(), _ACCESSES.c.id.desc()).limit(limit)).mappings()
    return [Access.model_validate({name: row[name] for name in Access.model_fields}) for row in rows]


class AccessFilter(Model):
    """Entries to find; ``subject``, ``what`` and ``pre_entry_no`` have an index each."""

    subject: str | None = None
    what: str | None = None
    pre_entry_no: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Entry(Access):
    """Entry of the log with its number."""

    id: int


def search(session: Session, wanted: AccessFilter, *, before: tuple[datetime, int] | None, limit: int) -> list[Entry]:
    """Returns entries, newest first; ``before`` is the instant and number of one."""
    rows = sa.select(_ACCESSES)
    for name in ("subject", "what", "pre_entry_no"):
        if (value := getattr(wanted, name)) is not None:
            rows = rows.where(_ACCESSES.c[name] == value)
    if wanted.since is not None:
        rows = rows.where(_ACCESSES.c.at >= wanted.since)
    if wanted.until is not None:
        rows = rows.where(_ACCESSES.c.at < wanted.until)
    if before is not None:
        at, number = before
        rows = rows.where(_ACCESSES.c.at <= at, sa.or_(_ACCESSES.c.at < at, _ACCESSES.c.id < number))
    rows = rows.order_by(_ACCESSES.c.at.desc(), _ACCESSES.c.id.desc()).limit(limit)
    return [Entry.model_validate(dict(row)) for row in session.execute(rows).mappings()]


def about(session: Session, pre_entry_no: str) -> list[Access]:
    """Returns who opened personal fields of an appointment, newest first."""
    rows = session.execute(
        sa.select(_ACCESSES)
        .where(_ACCESSES.c.pre_entry_no == pre_entry_no, _ACCESSES.c.pre_entry_no.is_not(None))
        .order_by(_ACCESSES.c.at.desc())
    ).mappings()
    return [Access.model_validate({name: row[name] for name in Access.model_fields}) for row in rows]


def sweep(session: Session, *, before: datetime) -> int:
    """Removes older entries; returns how many."""
    return session.exec(sa.delete(_ACCESSES).where(_ACCESSES.c.at < before)).rowcount
