"""Reminders that are sent: how long before a deadline each begins, and which one is the newest."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from domain.appointment import Appointment, State


class Deadline(StrEnum):
    """The instants that people are reminded of, as kinds of messages."""

    CUTOFF = "cutoff_near"
    WINDOW = "window_near"
    FEEDBACK = "feedback_due"


_DAY, _THREE_HOURS = timedelta(days=1), timedelta(hours=3)
#: Leads of each deadline, the longest first.
LEADS: dict[Deadline, tuple[timedelta, ...]] = {
    Deadline.CUTOFF: (_DAY, _THREE_HOURS),
    Deadline.WINDOW: (_DAY, _THREE_HOURS),
    Deadline.FEEDBACK: (3 * _DAY, _DAY, _THREE_HOURS),
}


class ReminderStep(NamedTuple):
    """A reminder that has begun: of which deadline, which is ``at``, and how long before it."""

    due: Deadline
    at: datetime
    lead: timedelta

    @property
    def begins_at(self) -> datetime:
        """The instant from which it should be sent."""
        return self.at - self.lead


def deadline_of(appointment: Appointment, due: Deadline) -> datetime | None:
    """Returns the deadline that binds in the present state; None when it does not bind."""
    bound = {
        Deadline.CUTOFF: (State.DRAFT, appointment.deadlines.submit_by),
        Deadline.WINDOW: (State.SUCCEEDED, appointment.content.window_start),
        Deadline.FEEDBACK: (State.SUCCEEDED, appointment.deadlines.feedback_by),
    }
    state, at = bound[due]
    return at if appointment.state is state else None


def begun(appointment: Appointment, now: datetime) -> Iterator[ReminderStep]:
    """Yields the newest reminder of each deadline that is still ahead; earlier ones are pointless by then."""
    for due, leads in LEADS.items():
        at = deadline_of(appointment, due)
        if at is None or at <= now:
            continue
        passed = [lead for lead in leads if at - lead <= now]
        if passed:
            yield ReminderStep(due, at, min(passed))
