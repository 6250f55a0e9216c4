"""取消: the time limit, strictly before the window starts."""

from datetime import datetime

from domain.appointment import CANCELLABLE, Appointment
from domain.instants import shown
from domain.problems.kinds import Fault


def check(appointment: Appointment, received_at: datetime) -> tuple[Fault, ...]:
    """Returns ``cancellation.closed`` at or after the stored limit. The chart decides whether the state allows it."""
    if appointment.state not in CANCELLABLE:
        return ()
    cancel_before = appointment.deadlines.cancel_before or appointment.content.window_start
    if cancel_before is None or received_at < cancel_before:
        return ()
    return (
        Fault(
            code="cancellation.closed", facts={"cancel_before": shown(cancel_before), "received_at": shown(received_at)}
        ),
    )
