"""The changes that timers make to an appointment."""

from datetime import datetime
from typing import Any

from domain.actor import SYSTEM
from domain.appointment import UNDECIDED, Appointment, Attention, State
from domain.due import Timer
from domain.event import Action
from states.appointment import advance
from workflows.aggregate import Change


def timer_change(timer: Timer, due: datetime, appointment: Appointment) -> Change:
    """Returns the change that a timer makes, which was due at ``due``."""
    late = {"due_at": due}
    if timer is Timer.WINDOW_START:
        closed = advance(appointment.standing, "window_starts")
        return Change(Action.CANCELLATION_CLOSED, SYSTEM, closed, particulars=late)
    if timer is Timer.WINDOW_END:
        return Change(Action.UNDECIDED, SYSTEM, flags=frozenset({Attention.UNDECIDED}), particulars=late)
    return _deadline_passes(appointment, late)


def _deadline_passes(appointment: Appointment, late: dict[str, Any]) -> Change:
    if appointment.state in UNDECIDED:
        reason = {"decision": {"reason": "lapsed"}}
        return Change(Action.LAPSED, SYSTEM, advance(appointment.standing, "lapse"), particulars=late | reason)
    if appointment.state is State.CANCELLED:
        return Change(
            Action.CANCEL_UNCONFIRMED, SYSTEM, flags=frozenset({Attention.CANCEL_UNCONFIRMED}), particulars=late
        )
    standing = advance(appointment.standing, "feedback_overdue")
    overdue = standing.state is State.COMPLETED_WITHOUT_FEEDBACK
    return Change(Action.OVERDUE if overdue else Action.FEEDBACK_CLOSED, SYSTEM, standing, particulars=late)
