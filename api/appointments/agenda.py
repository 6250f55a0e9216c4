"""首页: what needs the enterprise today."""

from collections.abc import Iterable
from datetime import datetime

from fastapi import APIRouter
from sqlmodel import Session

from api.appointments.viewing import own_viewer
from api.context import The, Who
from api.views import AppointmentListed, Shown, View
from db import queries
from domain.appointment import Appointment, State

#: Of each kind; who has more open than that works with the query.
MOST = 200
#: A window to come, whatever customs has said so far.
_AWAITED = (State.SUBMITTED, State.ACCEPTED, State.SUCCEEDED)

router = APIRouter(prefix="/api/v1/appointments", tags=["预约 appointments"])


class Agenda(View):
    """Each list by what comes first; all as applicant. ``now`` is the server's clock, to count down from.

    ``drafts``: still to be submitted, by the latest moment to do so. ``upcoming``: applied for, the window to come.
    ``feedback_due``: the window has begun and no number was fed back. ``overdue``: 通关完成未反馈, which blocks.
    """

    now: Shown
    drafts: list[AppointmentListed]
    upcoming: list[AppointmentListed]
    feedback_due: list[AppointmentListed]
    overdue: list[AppointmentListed]


@router.get("/agenda")
def agenda(the: The, who: Who) -> Agenda:
    """Drafts by their cut-off, windows to come, feedback due, and what blocks."""
    code, now = who.code, who.received_at

    def ask(session: Session) -> Agenda:
        drafts = queries.drafts_ahead(session, code, now=now, limit=MOST)
        awaited = [each for state in _AWAITED for each in queries.standing(session, code, state, limit=MOST)]
        begun = [each for each in awaited if _start(each) <= now]
        overdue = queries.standing(session, code, State.COMPLETED_WITHOUT_FEEDBACK, limit=MOST)
        viewer = own_viewer(session, the, who, [*drafts, *awaited, *overdue])
        return Agenda(
            now=now,
            drafts=[viewer.listed(each) for each in sorted(_in_time(drafts, now), key=_submit_by)],
            upcoming=[viewer.listed(each) for each in sorted(awaited, key=_start) if _start(each) > now],
            feedback_due=[
                viewer.listed(each) for each in sorted(begun, key=_feedback_by) if each.deadlines.feedback_by
            ],
            overdue=[viewer.listed(each) for each in overdue],
        )

    return the.look(ask)


def _in_time(drafts: Iterable[Appointment], now: datetime) -> Iterable[Appointment]:
    """One that was saved without a legal moment to submit it cannot be helped today."""
    return (each for each in drafts if each.deadlines.submit_by and _submit_by(each) >= now)


def _submit_by(appointment: Appointment) -> datetime:
    return appointment.deadlines.submit_by or appointment.updated_at


def _start(appointment: Appointment) -> datetime:
    return appointment.content.window_start or appointment.updated_at


def _feedback_by(appointment: Appointment) -> datetime:
    return appointment.deadlines.feedback_by or appointment.updated_at
