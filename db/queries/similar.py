"""Open applications that equal another one, by the index on applicant and start of window."""

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import AppointmentRow
from domain.appointment import AWAITED
from domain.similar import Likeness

_ROWS = AppointmentRow.table()


def similar(session: Session, applicant: str, like: Likeness, *, besides: str, limit: int) -> list[str]:
    """Returns the numbers of the similar appointments of the applicant, except ``besides``; never those of others."""
    asked = sa.select(_ROWS.c.pre_entry_no).where(
        _ROWS.c.applicant_code == applicant,
        _ROWS.c.window_start == like.window_start,
        _ROWS.c.consignee_code == like.consignee_code,
        _ROWS.c.declaration_port == like.declaration_port,
        _ROWS.c.entry_exit_port == like.entry_exit_port,
        # Without drafts: they are not submitted, and copies and templates produce many equal ones.
        _ROWS.c.state.in_([state.value for state in AWAITED]),
        _ROWS.c.pre_entry_no != besides,
    )
    return list(session.scalars(asked.order_by(_ROWS.c.pre_entry_no).limit(limit)))
