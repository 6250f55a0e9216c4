"""Appointments of an enterprise as an iCalendar file (RFC 5545; the calendar's name: RFC 7986).

There is no METHOD: the feed publishes and expects no answer (RFC 5545, 3.7.2). A cancelled appointment stays in it as
STATUS:CANCELLED until its window is over, because some programs keep an event that merely disappears.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from icalendar import Calendar, vDuration

from domain.appointment import Appointment, State
from runtime.calendar_entries import PRODUCT, WINDOW_TITLE, CalendarEntry, Span, component, window_entry

#: The name of the calendar: without one programs show the address, which is secret.
NAME = WINDOW_TITLE
#: Interval after which a program should load the feed again.
REFRESHED = timedelta(hours=1)
#: Time for which an answer may be cached.
KEPT = timedelta(minutes=5)
#: Length of the event of a deadline, which is an instant.
_MOMENT = timedelta(minutes=15)


class Revision(NamedTuple):
    """The newest change of working hours: its number, and when it was made."""

    number: int
    at: datetime


class Listed(NamedTuple):
    """Content of a feed at an instant; ``hours`` is None when working hours were never changed."""

    appointments: Sequence[Appointment]
    hours: Revision | None
    at: datetime


def written(listed: Listed) -> bytes:
    """Returns the file, the same bytes as long as nothing in it changes."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.calscale = "GREGORIAN"
    made.calendar_name = NAME
    made.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})  # the type has no default
    made.add("x-published-ttl", vDuration(REFRESHED))  # the name that Outlook knows
    for appointment in listed.appointments:
        for shown in _shown(appointment, listed):
            made.add_component(component(appointment, shown))
    return bytes(made.to_ical())


def _shown(appointment: Appointment, listed: Listed) -> Iterator[CalendarEntry]:
    """Lists the window and every future deadline; a deadline that no longer applies is cancelled."""
    version, changed_at, due = appointment.version, appointment.updated_at, appointment.deadlines
    if window := window_entry(appointment):
        yield window
    if due.submit_by is not None and due.submit_by > listed.at:
        hours = listed.hours or Revision(0, changed_at)
        bound = _bound(appointment, State.DRAFT)
        # A draft's latest moment moves with the working hours, without a new version of the draft.
        moved = (version + hours.number, max(changed_at, hours.at))
        yield CalendarEntry("submit-by", "最晚申报时间", _before(due.submit_by), bound, *moved)
    if due.feedback_by is not None and due.feedback_by > listed.at:
        bound = _bound(appointment, State.SUCCEEDED)
        yield CalendarEntry("feedback-by", "反馈报关单号期限", _before(due.feedback_by), bound, version, changed_at)


def _bound(appointment: Appointment, state: State) -> str:
    return "CONFIRMED" if appointment.state is state else "CANCELLED"


def _before(deadline: datetime) -> Span:
    return deadline - _MOMENT, deadline
