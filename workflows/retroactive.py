"""A command counts from the moment it was received, not from when a worker came to it.

A timer may have fired between the two. The chart is then asked where it stood when the command was
received, and what the timers did since is done again on top: the enterprise that was in time is not
punished for a slow worker, and the one that was late gains nothing.
"""

from datetime import datetime

from domain.appointment import AWAITED, Appointment, Cancellation, Feedback, Standing, State
from states.appointment import advance, permits


def advance_as_of(appointment: Appointment, event: str, received_at: datetime) -> Standing:
    """Returns the standing after ``event`` as of ``received_at``, with the timers since then.

    Raises ``NotPermitted`` when the standing at ``received_at`` does not permit the event.
    """
    then, since = _rewind(appointment, received_at)
    standing = advance(then, event)
    for timer_event in since:
        if permits(standing, timer_event):
            standing = advance(standing, timer_event)
    return standing


def _rewind(appointment: Appointment, received_at: datetime) -> tuple[Standing, list[str]]:
    standing, deadlines = appointment.standing, appointment.deadlines
    since: list[str] = []
    if standing.cancellation is Cancellation.CLOSED and _is_before(received_at, deadlines.cancel_before):
        standing = standing.model_copy(update={"cancellation": Cancellation.OPEN})
        since.append("window_starts")
    if standing.feedback is Feedback.CLOSED and _is_before(received_at, deadlines.feedback_by):
        standing = standing.model_copy(update={"feedback": Feedback.OPEN, "state": _before_deadline(standing.state)})
        since.append("feedback_overdue")
    return (standing, since) if standing.state in (*AWAITED, State.COMPLETED) else (appointment.standing, [])


def _is_before(received_at: datetime, due: datetime | None) -> bool:
    return due is not None and received_at < due


def _before_deadline(state: State) -> State:
    return State.SUCCEEDED if state is State.COMPLETED_WITHOUT_FEEDBACK else state
