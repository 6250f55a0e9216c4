"""口岸工作时间变更: the notices to the holder of a booked window or of a draft."""

from domain.appointment import Appointment, Attention
from domain.instants import shown
from domain.problems.kinds import Fault


def notices(appointment: Appointment) -> tuple[Fault, ...]:
    """Returns ``window.hours_changed``, ``cutoff.moved`` and ``cutoff.gone`` while they hold. None refuses anything."""
    return (*_of_booking(appointment), *_of_draft(appointment))


def _of_draft(draft: Appointment) -> tuple[Fault, ...]:
    # Only deadlines that were just computed have ``submit_by_before``.
    before, now = draft.deadlines.submit_by_before, draft.deadlines.submit_by
    if before is None:
        return ()
    facts = {"before": shown(before)} | ({"submit_by": shown(now)} if now else {})
    return (Fault(code="cutoff.moved" if now else "cutoff.gone", field="window_start", facts=facts),)


def _of_booking(appointment: Appointment) -> tuple[Fault, ...]:
    since, start = appointment.hours_changed_at, appointment.content.window_start
    if Attention.HOURS_CHANGED not in appointment.attention or since is None or start is None:
        return ()
    facts = {"since": shown(since), "window_start": shown(start)}
    return (Fault(code="window.hours_changed", field="window_start", facts=facts),)
