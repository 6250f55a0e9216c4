"""Declarations that customs knew of an appointment before they were fed back, and when customs was asked."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db import notification_deliveries
from db.engine import writing
from db.tables import AppointmentRow, ClaimRow, DeclarationSearchRow, KnownDeclarationRow
from db.tables.appointments import AWAITS_FEEDBACK
from db.upsert import insert_missing, upsert
from domain.appointment import Appointment
from domain.model import Model

_KNOWN, _SEARCHES = KnownDeclarationRow.table(), DeclarationSearchRow.table()
_ROWS, _CLAIMS = AppointmentRow.table(), ClaimRow.table()
_UNUSED = ~sa.exists().where(_CLAIMS.c.number == _KNOWN.c.number)


class KnownDeclaration(Model):
    """A number that customs named, and when it was found first."""

    pre_entry_no: str
    number: str
    declared_on: date
    found_at: datetime


def add(engine: Engine, appointment: Appointment, found: Mapping[str, date], at: datetime) -> None:
    """Records the result of a search; a number that is known keeps the instant at which it was found.

    One that is new is news for the channels of the applicant's people.
    """
    pre_entry_no = appointment.pre_entry_no
    rows: list[dict[str, object]] = [
        {"pre_entry_no": pre_entry_no, "number": number, "declared_on": found[number], "found_at": at}
        for number in sorted(found)
    ]
    with writing(engine) as session:
        new = sorted(found.keys() - _numbers(session, pre_entry_no))
        insert_missing(session, _KNOWN, *rows)
        upsert(session, _SEARCHES, {"pre_entry_no": pre_entry_no, "searched_at": at})
        if new:
            notification_deliveries.queue_known(session, appointment, new[0], at=at)


def _numbers(session: Session, pre_entry_no: str) -> frozenset[str]:
    return frozenset(session.execute(sa.select(_KNOWN.c.number).where(_KNOWN.c.pre_entry_no == pre_entry_no)).scalars())


def unused(session: Session, pre_entry_nos: Sequence[str]) -> dict[str, list[KnownDeclaration]]:
    """Returns number of the appointment → what customs named of it and nobody fed back, the first found first."""
    wanted = sa.select(_KNOWN).where(_KNOWN.c.pre_entry_no.in_(pre_entry_nos), _UNUSED)
    found: dict[str, list[KnownDeclaration]] = {}
    for row in session.execute(wanted.order_by(_KNOWN.c.found_at, _KNOWN.c.number)).mappings():
        found.setdefault(row["pre_entry_no"], []).append(KnownDeclaration.model_validate(dict(row)))
    return found


def used(session: Session, numbers: Sequence[str]) -> frozenset[str]:
    """Returns those of the numbers that some appointment uses."""
    return frozenset(session.execute(sa.select(_CLAIMS.c.number).where(_CLAIMS.c.number.in_(numbers))).scalars())


def due(session: Session, now: datetime, *, every: timedelta, limit: int) -> list[Appointment]:
    """Returns approved appointments whose window is over, without a number, and not searched for since ``every``.

    The nearest deadline comes first.
    """
    asked = _SEARCHES.c.searched_at
    open_ = sa.and_(AWAITS_FEEDBACK, _ROWS.c.feedback_by > now, _ROWS.c.window_end <= now)
    wanted = (
        sa.select(_ROWS.c.snapshot)
        .outerjoin(_SEARCHES, _SEARCHES.c.pre_entry_no == _ROWS.c.pre_entry_no)
        .where(open_, sa.or_(asked.is_(None), asked <= now - every))
        .order_by(_ROWS.c.feedback_by)
        .limit(limit)
    )
    return [Appointment.model_validate_json(each) for each in session.execute(wanted).scalars()]


def sweep(session: Session, before: datetime) -> None:
    """Removes what was searched for before that instant: its deadline is over."""
    old = sa.select(_SEARCHES.c.pre_entry_no).where(_SEARCHES.c.searched_at < before)
    session.execute(sa.delete(_KNOWN).where(_KNOWN.c.pre_entry_no.in_(old)))
    session.execute(sa.delete(_SEARCHES).where(_SEARCHES.c.searched_at < before))
