"""反馈: how long declaration numbers are taken."""

from datetime import UTC, datetime, timedelta

from domain.appointment import Appointment, State
from domain.instants import at, local_date, shown
from domain.policy import Policy
from domain.problems.kinds import Fault

_TOOK_NUMBERS = frozenset({State.SUCCEEDED, State.COMPLETED, State.COMPLETED_WITHOUT_FEEDBACK})


def deadline(window_end: datetime, policy: Policy) -> datetime:
    """The end of feedback in UTC; an act must be received strictly before it.

    ``natural_days``: 24:00 Asia/Shanghai of the n-th natural day after the date on which the window ends. A window
    that ends at 24:00 ends at 00:00 of the next date, as it is shown: doubt counts for the enterprise.
    ``exact_hours``: ``period`` after the end of the window.
    """
    if policy.feedback.reading == "exact_hours":
        return window_end.astimezone(UTC) + policy.feedback.period
    return at(local_date(window_end) + policy.feedback.period + timedelta(days=1))


def check_open(appointment: Appointment, received_at: datetime) -> tuple[Fault, ...]:
    """``feedback.closed`` at or after the stored deadline; in a state that never took numbers the chart refuses."""
    if appointment.state not in _TOOK_NUMBERS:
        return ()
    feedback_by = appointment.deadlines.feedback_by
    if feedback_by is None or received_at < feedback_by:
        return ()
    return (
        Fault(code="feedback.closed", facts={"feedback_by": shown(feedback_by), "received_at": shown(received_at)}),
    )
