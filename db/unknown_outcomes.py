"""Appointments whose workflow has to be asked whether the version of their row is its own."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import writing
from db.tables import UnknownOutcomeRow
from db.upsert import upsert

_NOTES = UnknownOutcomeRow.table()


class UnknownOutcome(NamedTuple):
    """An appointment, and when it was noted last."""

    pre_entry_no: str
    noted_at: datetime


def note(engine: Engine, numbers: Iterable[str], at: datetime) -> None:
    """Notes these appointments; those that are noted already come behind the others."""
    with writing(engine) as session:
        upsert(session, _NOTES, *({"pre_entry_no": number, "noted_at": at} for number in sorted(set(numbers))))


def noted(session: Session) -> list[UnknownOutcome]:
    """Returns every note, the oldest first."""
    order = (_NOTES.c.noted_at, _NOTES.c.pre_entry_no)
    rows = session.execute(sa.select(_NOTES.c.pre_entry_no, _NOTES.c.noted_at).order_by(*order))
    return [UnknownOutcome(*row) for row in rows]


def remove(engine: Engine, note: UnknownOutcome) -> None:
    """Removes the note, unless the appointment was noted again."""
    same = sa.and_(_NOTES.c.pre_entry_no == note.pre_entry_no, _NOTES.c.noted_at == note.noted_at)
    with writing(engine) as session:
        session.execute(sa.delete(_NOTES).where(same))
