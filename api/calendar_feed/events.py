"""Appointments of an enterprise as an iCalendar file (RFC 5545; the calendar's name: RFC 7986).

Instants are in UTC: every program converts them, and needs no table of time zones. There is no METHOD: the feed
publishes and expects no answer (RFC 5545, 3.7.2). A cancelled appointment stays in it as STATUS:CANCELLED until its
window is over, because some programs keep an event that merely disappears.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from icalendar import Calendar, Event, vDuration

from domain.appointment import LETTERS, Appointment, State

#: The name of the calendar: without one programs show the address, which is secret.
NAME = "预约通关"
#: Interval after which a program should load the feed again.
REFRESHED = timedelta(hours=1)
#: Time for which an answer may be cached.
KEPT = timedelta(minutes=5)
#: Length of the event of a deadline, which is an instant.
_MOMENT = timedelta(minutes=15)

_STATUS = {
    State.DRAFT: "TENTATIVE",
    State.SUBMITTED: "TENTATIVE",
    State.ACCEPTED: "TENTATIVE",
    State.RETURNED: "CANCELLED",
    State.CANCELLED: "CANCELLED",
}

Span = tuple[datetime, datetime]


class Revision(NamedTuple):
    """The newest change of working hours: its number, and when it was made."""

    number: int
    at: datetime


class Listed(NamedTuple):
    """Content of a feed at an instant; ``hours`` is None when working hours were never changed."""

    appointments: Sequence[Appointment]
    hours: Revision | None
    at: datetime


class _Shown(NamedTuple):
    """An event of the file; ``sequence`` and ``changed_at`` grow whenever another field changes."""

    kind: str
    title: str
    span: Span
    status: str
    sequence: int
    changed_at: datetime


def written(listed: Listed) -> bytes:
    """Returns the file, the same bytes as long as nothing in it changes."""
    made = Calendar()
    made.add("prodid", "-//Yuyue//预约通关//ZH")
    made.add("version", "2.0")
    made.calscale = "GREGORIAN"
    made.calendar_name = NAME
    made.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})  # the type has no default
    made.add("x-published-ttl", vDuration(REFRESHED))  # the name that Outlook knows
    for appointment in listed.appointments:
        for shown in _shown(appointment, listed):
            made.add_component(_event(appointment, shown))
    return bytes(made.to_ical())


def _shown(appointment: Appointment, listed: Listed) -> Iterator[_Shown]:
    """Lists the window and every future deadline; a deadline that no longer applies is cancelled."""
    start, end, due = appointment.content.window_start, appointment.window_end, appointment.deadlines
    version, changed_at = appointment.version, appointment.updated_at
    if start is not None and end is not None:
        status = _STATUS.get(appointment.state, "CONFIRMED")
        yield _Shown("window", "预约通关", (start, end), status, version, changed_at)
    if due.submit_by is not None and due.submit_by > listed.at:
        hours = listed.hours or Revision(0, changed_at)
        bound = _bound(appointment, State.DRAFT)
        # A draft's latest moment moves with the working hours, without a new version of the draft.
        moved = (version + hours.number, max(changed_at, hours.at))
        yield _Shown("submit-by", "最晚申报时间", _before(due.submit_by), bound, *moved)
    if due.feedback_by is not None and due.feedback_by > listed.at:
        bound = _bound(appointment, State.SUCCEEDED)
        yield _Shown("feedback-by", "反馈报关单号期限", _before(due.feedback_by), bound, version, changed_at)


def _bound(appointment: Appointment, state: State) -> str:
    return "CONFIRMED" if appointment.state is state else "CANCELLED"


def _before(deadline: datetime) -> Span:
    return deadline - _MOMENT, deadline


def _event(appointment: Appointment, shown: _Shown) -> Event:
    event, (start, end) = Event(), shown.span
    event.add("uid", f"{appointment.pre_entry_no}-{shown.kind}@yuyue")
    event.add("dtstamp", shown.changed_at.astimezone(UTC))
    event.add("last-modified", shown.changed_at.astimezone(UTC))
    event.add("sequence", shown.sequence)
    event.add("status", shown.status)
    event.add("dtstart", start.astimezone(UTC))  # an offset without a zone name would be lost
    event.add("dtend", end.astimezone(UTC))
    event.add("summary", f"{shown.title} {appointment.pre_entry_no}（{LETTERS[appointment.state][1]}）")
    event.add("transp", "OPAQUE" if shown.kind == "window" else "TRANSPARENT")
    if appointment.content.declaration_port:
        event.add("location", appointment.content.declaration_port)
    return event
