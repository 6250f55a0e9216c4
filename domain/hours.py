"""口岸工作时间变更: what the holder of a booked window is told, and what is to be done."""

from domain.appointment import Appointment, Attention
from domain.instants import shown
from domain.problems.kinds import Fault


def notices(appointment: Appointment) -> tuple[Fault, ...]:
    """``window.hours_changed`` for as long as it holds: not a refusal, the appointment stays as it is."""
    since, start = appointment.hours_changed_at, appointment.content.window_start
    if Attention.HOURS_CHANGED not in appointment.attention or since is None or start is None:
        return ()
    facts = {"since": shown(since), "window_start": shown(start)}
    return (Fault(code="window.hours_changed", field="window_start", facts=facts),)
