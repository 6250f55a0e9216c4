"""Tries to log in, counted one after the other across all processes."""

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
    """``failures`` in a row, the last one ``last_at``; before ``wait_until`` nobody may try."""

    failures: int
    last_at: datetime
    wait_until: datetime | None = None


def update(engine: Engine, subject: str, *, at: datetime, judge: Callable[[Attempts], Attempts]) -> None:
    """Replaces what is known of a subject by what ``judge`` makes of it; what it raises leaves all as it was.

    Nobody else changes the same subject meanwhile, in whatever process.
    """
    with writing(engine) as session:
        insert_missing(session, _ATTEMPTS, {"subject": subject, "failures": 0, "last_at": at, "wait_until": None})
        locked = sa.select(_ATTEMPTS).where(_ATTEMPTS.c.subject == subject).with_for_update()
        known = Attempts.model_validate(dict(session.execute(locked).mappings().one()))
        upsert(session, _ATTEMPTS, {"subject": subject, **judge(known).model_dump()})


def clear(session: Session, subject: str) -> None:
    """Somebody has logged in: the next failure is a first one again."""
    session.execute(sa.delete(_ATTEMPTS).where(_ATTEMPTS.c.subject == subject))


def sweep(session: Session, *, before: datetime) -> int:
    """Removes those whose last try was before that instant; gives how many."""
    return session.exec(sa.delete(_ATTEMPTS).where(_ATTEMPTS.c.last_at < before)).rowcount
