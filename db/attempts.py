"""Failed tries to log in, counted one after the other across all processes."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import writing
from db.tables import AttemptRow
from db.upsert import insert_missing, upsert
from domain.model import Model

_ATTEMPTS = AttemptRow.table()


class Attempts(Model):
    """Failures in a row, the last one at ``last_at``; no try is allowed before ``wait_until``."""

    failures: int
    last_at: datetime
    wait_until: datetime | None = None


def update(engine: Engine, subject: str, *, at: datetime, judge: Callable[[Attempts], Attempts]) -> None:
    """Replaces the count of a subject by the result of ``judge``; an exception of ``judge`` changes nothing.

    The row is locked meanwhile, so that processes count one after the other.
    """
    with writing(engine) as session:
        insert_missing(session, _ATTEMPTS, {"subject": subject, "failures": 0, "last_at": at, "wait_until": None})
        locked = sa.select(_ATTEMPTS).where(_ATTEMPTS.c.subject == subject).with_for_update()
        before = Attempts.model_validate(dict(session.execute(locked).mappings().one()))
        upsert(session, _ATTEMPTS, {"subject": subject, **judge(before).model_dump()})


def clear(session: Session, subject: str) -> None:
    """Removes the count after a login, so that the next failure is the first one again."""
    session.execute(sa.delete(_ATTEMPTS).where(_ATTEMPTS.c.subject == subject))


def waiting(session: Session, at: datetime, *, limit: int) -> dict[str, Attempts]:
    """Returns the subjects that may not be tried at that instant, the longest wait first."""
    wanted = sa.select(_ATTEMPTS).where(_ATTEMPTS.c.wait_until > at).order_by(_ATTEMPTS.c.wait_until.desc())
    rows = session.execute(wanted.limit(limit)).mappings()
    return {
        row["subject"]: Attempts.model_validate({name: row[name] for name in Attempts.model_fields}) for row in rows
    }


def sweep(session: Session, *, before: datetime) -> int:
    """Removes counts whose last try was before that instant; returns how many."""
    return session.exec(sa.delete(_ATTEMPTS).where(_ATTEMPTS.c.last_at < before)).rowcount
