"""The timers of an appointment, and the end of its life."""

from datetime import datetime
from enum import StrEnum

from domain.appointment import (
    AWAITED,
    FINAL,
    UNDECIDED,
    Appointment,
    Attention,
    Cancellation,
    Declaration,
    Feedback,
    Outcome,
    State,
)


class Timer(StrEnum):
    """The kinds of timers, in the words that operators read in the history."""

    WINDOW_START = "window_start"
    WINDOW_END = "window_end"
    FEEDBACK = "feedback_deadline"


def wanted(appointment: Appointment) -> dict[Timer, datetime]:
    """Returns the due instant (UTC) of every timer that is needed."""
    due = {
        Timer.WINDOW_START: appointment.deadlines.cancel_before if _cancellation_runs(appointment) else None,
        Timer.WINDOW_END: appointment.window_end if _decision_is_awaited(appointment) else None,
        Timer.FEEDBACK: appointment.deadlines.feedback_by if _deadline_runs(appointment) else None,
    }
    return {timer: at for timer, at in due.items() if at is not None}


def unverified(appointment: Appointment) -> tuple[Declaration, ...]:
    """Returns the numbers that customs could not be asked about yet."""
    return tuple(each for each in appointment.declarations if each.outcome is Outcome.UNVERIFIED)


def is_over(appointment: Appointment) -> bool:
    """Returns True if no command, timer or look-up can change the appointment any more."""
    return appointment.state in FINAL and not wanted(appointment) and not unverified(appointment)


def _cancellation_runs(appointment: Appointment) -> bool:
    return appointment.state in AWAITED and appointment.standing.cancellation is Cancellation.OPEN


def _decision_is_awaited(appointment: Appointment) -> bool:
    # Armed only once the window has started: an application decided in time never needs it.
    return (
        appointment.state in UNDECIDED
        and appointment.standing.cancellation is Cancellation.CLOSED
        and Attention.UNDECIDED not in appointment.attention
    )


def _deadline_runs(appointment: Appointment) -> bool:
    if appointment.state is State.CANCELLED:
        return appointment.cancel_confirmed_at is None and Attention.CANCEL_UNCONFIRMED not in appointment.attention
    open_feedback = appointment.standing.feedback is Feedback.OPEN
    return appointment.state in UNDECIDED or open_feedback
