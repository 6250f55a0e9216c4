"""Queries for one appointment by its number, and the states of all."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import AppointmentRow
from domain.appointment import Appointment, State

_ROWS = AppointmentRow.table()


def appointment(session: Session, pre_entry_no: str, viewer: str | None) -> Appointment | None:
    """Returns the newest snapshot; ``viewer`` is the customs code of an enterprise, None for an operator.

    An enterprise finds the appointments of which it is applicant or consignee, except deleted drafts; else None.
    """
    wanted = sa.select(_ROWS.c.snapshot).where(_ROWS.c.pre_entry_no == pre_entry_no)
    if viewer is not None:
        wanted = wanted.where(visible_to(viewer))
    found = session.execute(wanted).scalar_one_or_none()
    return None if found is None else Appointment.model_validate_json(found)


def appointments(session: Session, numbers: Collection[str]) -> dict[str, Appointment]:
    """Returns the newest snapshots of these appointments by their numbers, for an operator."""
    rows = sa.select(_ROWS.c.pre_entry_no, _ROWS.c.snapshot).where(_ROWS.c.pre_entry_no.in_(set(numbers)))
    return {row.pre_entry_no: Appointment.model_validate_json(row.snapshot) for row in session.execute(rows)}


def visible_to(viewer: str) -> sa.ColumnElement[bool]:
    """Returns the condition for appointments that an enterprise may see, in any list and by any path."""
    party = sa.or_(_ROWS.c.applicant_code == viewer, _ROWS.c.consignee_code == viewer)
    return sa.and_(party, _ROWS.c.state != State.DELETED.value)


def states(session: Session) -> dict[str, str]:
    """Returns the state of every appointment by its number, deleted drafts included."""
    return {row.pre_entry_no: row.state for row in session.execute(sa.select(_ROWS.c.pre_entry_no, _ROWS.c.state))}


def number_owner(session: Session, pre_entry_no: str) -> tuple[str, str | None] | None:
    """Returns the applicant of the number and the command key that created it; None for a free number.

    It finds the numbers of deleted drafts too.
    """
    wanted = sa.select(_ROWS.c.applicant_code, _ROWS.c.creation_key).where(_ROWS.c.pre_entry_no == pre_entry_no)
    found = session.execute(wanted).one_or_none()
    return None if found is None else (found.applicant_code, found.creation_key)
