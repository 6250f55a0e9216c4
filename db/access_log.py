"""The record of accesses: who got in, who did not, who used which key."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import AccessRow
from domain.model import Model

_ACCESSES = AccessRow.table()


class Access(Model):
    """``what`` and ``detail`` are stable words, ``subject`` a user's or a key's name; ``count`` uses from ``at`` on."""

    at: datetime
    what: str
    subject: str
    customs_code: str | None = None
    address: str | None = None
    count: int = 1
    detail: str | None = None


def record(session: Session, *accesses: Access) -> None:
    """Writes them down."""
    if accesses:
        session.execute(sa.insert(_ACCESSES), [each.model_dump() for each in accesses])


def accesses(
    session: Session, *, subject: str | None = None, since: datetime | None = None, limit: int = 100
) -> list[Access]:
    """The newest first."""
    wanted = sa.select(_ACCESSES)
    if subject is not None:
        wanted = wanted.where(_ACCESSES.c.subject == subject)
    if since is not None:
        wanted = wanted.where(_ACCESSES.c.at >= since)
    rows = session.execute(wanted.order_by(_ACCESSES.c.at.desc(), _ACCESSES.c.id.desc()).limit(limit)).mappings()
    return [Access.model_validate({name: row[name] for name in Access.model_fields}) for row in rows]


def sweep(session: Session, *, before: datetime) -> int:
    """Removes what is older than that instant; gives how many."""
    return session.exec(sa.delete(_ACCESSES).where(_ACCESSES.c.at < before)).rowcount
