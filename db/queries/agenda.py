"""What an applicant still has to look after: drafts that can still be submitted, and everything that is open."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import AppointmentRow
from domain.appointment import Appointment, State

_ROWS = AppointmentRow.table()


def drafts_ahead(session: Session, applicant: str, *, now: datetime, limit: int) -> list[Appointment]:
    """Drafts whose window is still to come, the nearest first."""
    draft = _ROWS.c.state == State.DRAFT.value
    wanted = sa.select(_ROWS.c.snapshot).where(_ROWS.c.applicant_code == applicant, _ROWS.c.window_start > now, draft)
    return _loaded(session, wanted.order_by(_ROWS.c.window_start, _ROWS.c.pre_entry_no).limit(limit))


def standing(session: Session, applicant: str, state: State, *, limit: int) -> list[Appointment]:
    """The applicant's appointments in that state, the nearest window first."""
    wanted = sa.select(_ROWS.c.snapshot).where(_ROWS.c.applicant_code == applicant, _ROWS.c.state == state.value)
    return _loaded(session, wanted.order_by(_ROWS.c.window_start, _ROWS.c.pre_entry_no).limit(limit))


def _loaded(session: Session, wanted: sa.Select[tuple[str]]) -> list[Appointment]:
    return [Appointment.model_validate_json(snapshot) for snapshot in session.execute(wanted).scalars()]
