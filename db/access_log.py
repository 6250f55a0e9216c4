"""The access log: logins, refused logins, uses of API keys, and who opened personal fields."""

from datetime import datetime
from itertools import takewhile

import sqlalchemy as sa
from sqlmodel import Session

from db import audit
from db.tables import AccessRow
from domain.model import Model

_ACCESSES = AccessRow.table()
#: One round of housekeeping removes no more, so that logins wait only briefly.
SWEPT_AT_ONCE = 2_000


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
    """Adds the entries to the log, each linked to the one before; other entries wait until the transaction ends."""
    rows = [each.model_dump() for each in accesses]
    if rows:
        adding = sa.insert(_ACCESSES).returning(_ACCESSES.c.id, sort_by_parameter_order=True)
        ids = session.execute(adding, rows).scalars()
        audit.append(session, "accesses", [row | {"id": number} for row, number in zip(rows, ids, strict=True)])


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


def sweep(session: Session, *, before: datetime, at: datetime) -> int:
    """Removes the entries from before an instant, at most ``SWEPT_AT_ONCE``; returns how many.

    The chain begins after them: an entry ``audit.SWEPT`` of the log itself names the link that was the last. An older
    entry behind a younger one, as two processes may write them, is removed with that one.
    """
    oldest = sa.select(_ACCESSES.c.id, _ACCESSES.c.at).where(_ACCESSES.c.id > 0).order_by(_ACCESSES.c.id)
    first = session.execute(oldest.limit(SWEPT_AT_ONCE))
    ids = [row.id for row in takewhile(lambda row: row.at < before, first)]
    if ids:
        last = audit.cut(session, "accesses", [str(each) for each in ids])
        session.execute(sa.delete(_ACCESSES).where(_ACCESSES.c.id <= ids[-1]))
        record(session, Access(at=at, what=audit.SWEPT, subject="housekeeping", count=len(ids), detail=last))
    return len(ids)
