"""An appointment as an entry of calendars: the same UID in the feed and in invitations, so that nobody sees it twice.

Instants are in UTC: every program converts them, and needs no table of time zones.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from icalendar import Event

from domain.appointment import LETTERS, Appointment, State

#: The product that wrote a calendar.
PRODUCT = "-//Yuyue//预约通关//ZH"
#: Title of the window itself.
WINDOW_TITLE = "预约通关"

_STATUS = {
    State.DRAFT: "TENTATIVE",
    State.SUBMITTED: "TENTATIVE",
    State.ACCEPTED: "TENTATIVE",
    State.RETURNED: "CANCELLED",
    State.CANCELLED: "CANCELLED",
}

Span = tuple[datetime, datetime]


class CalendarEntry(NamedTuple):
    """An entry; ``sequence`` and ``changed_at`` grow whenever another field changes."""

    kind: str
    title: str
    span: Span
    status: str
    sequence: int
    changed_at: datetime


def window_entry(appointment: Appointment) -> CalendarEntry | None:
    """Returns the entry of the window; None for a draft without one."""
    start, end = appointment.content.window_start, appointment.window_end
    if start is None or end is None:
        return None
    status = _STATUS.get(appointment.state, "CONFIRMED")
    return CalendarEntry("window", WINDOW_TITLE, (start, end), status, appointment.version, appointment.updated_at)


def component(appointment: Appointment, entry: CalendarEntry) -> Event:
    """Returns the entry as a component of a calendar."""
    event, (start, end) = Event(), entry.span
    event.add("uid", f"{appointment.pre_entry_no}-{entry.kind}@yuyue")
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("status", entry.status)
    event.add("dtstart", start.astimezone(UTC))  # an offset without a zone name would be lost
    event.add("dtend", end.astimezone(UTC))
    event.add("summary", f"{entry.title} {appointment.pre_entry_no}（{LETTERS[appointment.state][1]}）")
    event.add("transp", "OPAQUE" if entry.kind == "window" else "TRANSPARENT")
    if appointment.content.declaration_port:
        event.add("location", appointment.content.declaration_port)
    return event
