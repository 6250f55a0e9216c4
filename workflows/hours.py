"""Records a change of the port's hours: the appointment keeps its state, and its holder is notified."""

from typing import Any

from domain.actor import CALENDAR
from domain.appointment import AWAITED, Appointment
from domain.event import Action
from workflows.aggregate import Change
from workflows.contracts import HoursChanged


def change(appointment: Appointment, change: HoursChanged) -> Change | None:
    """Returns the change to record; None when nothing is new or the appointment no longer waits for its window."""
    known = appointment.hours_changed_at is not None
    if appointment.state not in AWAITED or change.conflict == known:
        return None
    decision: dict[str, Any] = {"conflict": change.conflict, "changed_at": change.at.isoformat(), **change.facts}
    return Change(
        action=Action.HOURS_CHANGED if change.conflict else Action.HOURS_RESTORED,
        actor=CALENDAR,
        changes={"hours_changed_at": change.at if change.conflict else None},
        particulars={"decision": decision},
    )
