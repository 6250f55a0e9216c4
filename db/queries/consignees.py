"""The consignees for which an enterprise has applied."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import AppointmentRow

_ROWS = AppointmentRow.table()


def last_applied(session: Session, applicant: str) -> dict[str, datetime]:
    """Returns, by the code of each consignee, when the applicant last made an application for it.

    Each consignee costs two steps in the index, regardless of the number of applications. A deleted draft has none.
    """
    codes = _codes(applicant)
    newest = (
        sa.select(sa.func.max(_ROWS.c.created_at))
        .where(_ROWS.c.applicant_code == applicant, _ROWS.c.consignee_code == codes.c.code)
        .scalar_subquery()
    )
    rows = session.execute(sa.select(codes.c.code, newest.label("at")).where(codes.c.code.is_not(None)))
    return {row.code: row.at for row in rows}


def _codes(applicant: str) -> sa.CTE:
    """Selects the codes one after the other: the least of all, then repeatedly the least above the last one."""
    own = _ROWS.c.applicant_code == applicant
    first = sa.select(_least(own).label("code")).cte("codes", recursive=True)
    above = _least(own, _ROWS.c.consignee_code > first.c.code)
    return first.union_all(sa.select(above).where(first.c.code.is_not(None)))


def _least(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    return sa.select(sa.func.min(_ROWS.c.consignee_code)).where(*conditions).scalar_subquery()
