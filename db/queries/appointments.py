"""One appointment by its number."""

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import AppointmentRow
from domain.appointment import Appointment, State

_ROWS = AppointmentRow.table()


def appointment(session: Session, pre_entry_no: str, viewer: str | None) -> Appointment | None:
    """The newest snapshot; ``viewer`` is an enterprise's customs code, None for an operator.

    An enterprise finds what it is applicant or consignee of, and no deleted draft; anything else is None.
    """
    wanted = sa.select(_ROWS.c.snapshot).where(_ROWS.c.pre_entry_no == pre_entry_no)
    if viewer is not None:
        wanted = wanted.where(visible_to(viewer))
    found = session.execute(wanted).scalar_one_or_none()
    return None if found is None else Appointment.model_validate_json(found)


def visible_to(viewer: str) -> sa.ColumnElement[bool]:
    """What an enterprise may see, in any list and by any path."""
    party = sa.or_(_ROWS.c.applicant_code == viewer, _ROWS.c.consignee_code == viewer)
    return sa.and_(party, _ROWS.c.state != State.DELETED.value)


def states(session: Session) -> dict[str, str]:
    """Returns the state of every appointment by its number, deleted drafts included."""
    return {row.pre_entry_no: row.state for row in session.execute(sa.select(_ROWS.c.pre_entry_no, _ROWS.c.state))}


def number_owner(session: Session, pre_entry_no: str) -> tuple[str, str | None] | None:
    """Whose number it is and the command key that made it, also of a deleted draft; None for a free number."""
    wanted = sa.select(_ROWS.c.applicant_code, _ROWS.c.creation_key).where(_ROWS.c.pre_entry_no == pre_entry_no)
    found = session.execute(wanted).one_or_none()
    return None if found is None else (found.applicant_code, found.creation_key)
