"""日历订阅: windows and deadlines where people keep their other appointments, read from a secret address.

Calendar programs send no key, so the address is the secret: 256 random bits, shown once, kept as a hash. It stands in
the query string, because paths are logged and query strings are not. It tells numbers, ports and instants, no person.
"""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, status
from icalendar import Calendar, Event
from sqlmodel import Session

from api.context import The, Who
from api.openapi import CALENDAR, NOBODYS, answers_file
from api.problems import refusal
from api.views import Shown, View
from db import feeds, queries
from domain.appointment import LETTERS, Appointment, State
from domain.policy import Policy
from identity.keys import hash_of

#: Of each kind; a calendar of more is none.
MOST = 200
#: How long an instant is drawn: a deadline is a moment, and calendars need a length.
_MOMENT = timedelta(minutes=15)
Span = tuple[datetime, datetime]

router = APIRouter(tags=["calendar_feed"])


class FeedView(View):
    """``url`` is told once, when it is made."""

    active: bool
    created_at: Shown | None
    url: str | None = None


@router.get("/api/v1/calendar-feed")
def get_calendar_feed(the: The, who: Who) -> FeedView:
    """Whether there is an address, and since when."""
    code = who.code
    created_at = the.look(lambda session: feeds.since(session, code))
    return FeedView(active=created_at is not None, created_at=created_at)


@router.post("/api/v1/calendar-feed", status_code=status.HTTP_201_CREATED)
def create_calendar_feed(the: The, who: Who, request: Request) -> FeedView:
    """A new secret address; an earlier one is dead from now on."""
    token = secrets.token_urlsafe(32)
    feeds.replace(the.engine, who.code, hash_of(token), at=who.received_at)
    url = request.url_for("download_calendar").include_query_params(token=token)
    return FeedView(active=True, created_at=who.received_at, url=str(url))


@router.delete("/api/v1/calendar-feed")
def delete_calendar_feed(the: The, who: Who) -> FeedView:
    """The address is dead from now on."""
    feeds.end(the.engine, who.code)
    return FeedView(active=False, created_at=None)


_CALENDAR = NOBODYS | answers_file(CALENDAR)


@router.get("/calendar.ics", response_class=Response, responses=_CALENDAR)
def download_calendar(the: The, request: Request, token: Annotated[str, Query(max_length=128)] = "") -> Response:
    """RFC 5545. ``not_found`` for an address that is dead or never was."""

    def ask(session: Session) -> list[Appointment]:
        code = feeds.owner(session, hash_of(token))
        if code is None:
            raise refusal("not_found")
        return _shown(session, code, policy=the.policy, now=request.state.received_at)

    made = Calendar()
    made.add("prodid", "-//Yuyue//预约通关//ZH")
    made.add("version", "2.0")
    made.add("name", "预约通关")
    for appointment in the.look(ask):
        for event in _events(appointment):
            made.add_component(event)
    headers = {"Cache-Control": "private, max-age=300", "Referrer-Policy": "no-referrer"}
    return Response(made.to_ical(), media_type=f"{CALENDAR}; charset=utf-8", headers=headers)


def _shown(session: Session, code: str, *, policy: Policy, now: datetime) -> list[Appointment]:
    """Drafts and bookings whose window is to come, and what is to be fed back; each once."""
    drafts = queries.drafts(session, code, now=now, limit=MOST).items
    ahead = [each for each in drafts if each.window_end and each.window_end > now]
    upcoming = queries.upcoming(session, code, now=now, limit=MOST).items
    due = queries.feedback_due(session, code, now=now, limit=MOST).items
    booked = {each.pre_entry_no: each for each in (*upcoming, *due)}
    return [*queries.as_of(session, ahead, policy=policy, at=now), *booked.values()]


def _events(appointment: Appointment) -> Iterator[Event]:
    """The window, and whichever deadline comes next."""
    start, end, due = appointment.content.window_start, appointment.window_end, appointment.deadlines
    if start is not None and end is not None:
        yield _event(appointment, "window", "预约通关", (start, end))
    if appointment.state is State.DRAFT and due.submit_by is not None:
        yield _event(appointment, "submit-by", "最晚申报时间", _before(due.submit_by))
    if appointment.state is State.SUCCEEDED and due.feedback_by is not None:
        yield _event(appointment, "feedback-by", "反馈报关单号期限", _before(due.feedback_by))


def _before(deadline: datetime) -> Span:
    return deadline - _MOMENT, deadline


def _event(appointment: Appointment, kind: str, title: str, span: Span) -> Event:
    event = Event()
    event.add("uid", f"{appointment.pre_entry_no}-{kind}@yuyue")
    event.add("dtstamp", appointment.updated_at.astimezone(UTC))
    event.add("sequence", appointment.version)
    event.add("dtstart", span[0].astimezone(UTC))  # an offset without a name would be lost
    event.add("dtend", span[1].astimezone(UTC))
    event.add("summary", f"{title} {appointment.pre_entry_no}（{LETTERS[appointment.state][1]}）")
    event.add("location", appointment.content.declaration_port or "")
    return event
