"""通知: events that an enterprise should know, their read marks, and deadlines that are near."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, status
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from sqlmodel import Session

from api.bodies import Body, Instant, PreEntryNo
from api.context import Caller, CallerDep, Context, ContextDep
from api.http.problems import refusal
from api.views import Shown, View
from db import known_declarations, queries
from db import notifications as stored
from db.engine import writing
from db.known_declarations import KnownDeclaration
from db.queries import BadCursor, NotifiedEvent, Position, Reader
from db.queries.notifications import Mark, marks
from domain.appointment import Appointment, State
from domain.notifications import (
    EVENTS,
    KNOWN,
    Due,
    Reminder,
    code_of,
    due_soon,
    explain,
    fault_of,
    known_fault,
    reminder_fault,
)
from identity.principal import Principal

#: Age up to which events are shown; older ones are in the timeline alone.
SHOWN = timedelta(days=30)
Marks = Mapping[tuple[str, str], Mark]
#: Drafts and approved appointments that are searched for near deadlines.
_MOST_SEARCHED = 500

router = APIRouter(prefix="/api/v1/notifications", tags=["notifications"])


class Item(View):
    """A message to people: ``code`` is stable, ``message`` and ``remedy`` are in the language asked for."""

    code: str
    pre_entry_no: str
    state: State
    consignee: str | None
    window_start: Shown | None
    message: str
    remedy: str
    facts: dict[str, Any]
    read: bool


class NotificationView(Item):
    """An event; it is read once its appointment was read up to ``version``."""

    version: int
    at: Shown


class ReminderView(Item):
    """A deadline that is near, read until it moves; or ``declaration_known``, read until customs knows another one."""

    due: Shown


class Notifications(View):
    """The events of the last 30 days, the newest first. ``reminders``, on the first page only, by their due date.

    ``unread`` counts both, and no further than 100 events; ``unread_numbers`` are the appointments they are about.
    """

    reminders: list[ReminderView]
    items: list[NotificationView]
    next_cursor: str | None
    unread: int
    unread_numbers: list[str]


class Read(Body):
    """One appointment that was read: up to this version, or (``due``) the reminder of this deadline."""

    pre_entry_no: PreEntryNo
    version: Annotated[int, Field(ge=1, le=10**9)] | None = None
    due: Instant | None = None


class ReadBody(Body):
    """Marks of what was read: some appointments, or (``until``) everything that happened at or before an instant."""

    items: Annotated[tuple[Read, ...], Field(max_length=200)] = ()
    until: Instant | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> "ReadBody":
        if not self.items and self.until is None:
            raise PydanticCustomError("missing", "items or until", {"field": "items"})
        return self


@router.get("")
def list_notifications(
    ctx: ContextDep, caller: CallerDep, cursor: str | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 50
) -> Notifications:
    """Lists what happened to our appointments that people should know, and what is due soon."""
    before = _position(cursor)

    def query(session: Session) -> Notifications:
        reader = reader_of(caller)
        found = queries.notifications(session, reader, before=before, limit=limit)
        due = _reminders(session, ctx, caller) if before is None else []
        unread = [*queries.unread(session, reader), *(each.pre_entry_no for each in due if not each.read)]
        return Notifications(
            reminders=due,
            items=[_shown(ctx, caller, each) for each in found if code_of(each.action, each.decision)],
            next_cursor=_end(found[-1]).cursor() if len(found) == limit else None,
            unread=len(unread),
            unread_numbers=list(dict.fromkeys(unread)),
        )

    return ctx.read_sync(query)


@router.post("/read", status_code=status.HTTP_204_NO_CONTENT)
def mark_notifications_read(ctx: ContextDep, caller: CallerDep, body: ReadBody) -> None:
    """Records what was read. A repetition changes nothing."""
    reader, at = reader_of(caller), caller.received_at
    with writing(ctx.engine) as session:
        stored.mark_read(session, reader.name, [mark for each in body.items for mark in _marks(each)], at=at)
        if body.until is not None:
            stored.mark_all_read(session, reader.name, reader.customs_code, until=body.until, at=at)


def reader_of(caller: Caller) -> Reader:
    """Returns the reader whose marks count: each user, card and key has its own."""
    return Reader(_name(caller.principal), caller.code, caller.received_at - SHOWN)


def _name(principal: Principal) -> str:
    kind = "key" if principal.session is None else "card" if principal.session.card else "user"
    return f"{kind}:{principal.name}"


def _position(cursor: str | None) -> Position | None:
    try:
        return None if cursor is None else Position.read(cursor)
    except BadCursor:
        raise refusal("field.invalid", "cursor", reason="malformed") from None


def _end(last: NotifiedEvent) -> Position:
    return Position(last.at, last.pre_entry_no, last.version)


def _shown(ctx: Context, caller: Caller, event: NotifiedEvent) -> NotificationView:
    by_receipt = event.receipt_id is not None
    note = ctx.sealer.open_reason(event.reason, event.pre_entry_no, action=event.action, by_receipt=by_receipt)
    fault = fault_of(event.action, event.decision, application_no=event.appointment.application_no, note=note)
    text = explain(fault, caller.language)
    return NotificationView(**_about(event.appointment), **text, version=event.version, at=event.at, read=event.read)


def _about(appointment: Appointment) -> dict[str, Any]:
    return {
        "pre_entry_no": appointment.pre_entry_no,
        "state": appointment.state,
        "consignee": appointment.consignee.name if appointment.consignee else None,
        "window_start": appointment.content.window_start,
    }


def _reminders(session: Session, ctx: Context, caller: Caller) -> list[ReminderView]:
    """Lists the applicant's deadlines that are near, by their due date."""
    now = caller.received_at
    saved = queries.drafts(session, caller.code, now=now, limit=_MOST_SEARCHED).items
    drafts = queries.with_current_deadlines(session, saved, policy=ctx.policy, at=now)
    due = queries.feedback_due(session, caller.code, now=now, limit=_MOST_SEARCHED).items
    near = [(each, reminder) for each in (*drafts, *due) if (reminder := due_soon(each, now))]
    known = known_declarations.unused(session, [each.pre_entry_no for each in due])
    numbers = [*known, *(each.pre_entry_no for each, _ in near)]
    read = marks(session, reader_of(caller).name, numbers)
    found = [_reminder(caller, each, reminder, read) for each, reminder in near]
    found += [_news(caller, each, known[each.pre_entry_no], read) for each in due if _is_news(each, known, now)]
    return sorted(found, key=lambda each: each.due)


def _reminder(caller: Caller, appointment: Appointment, reminder: Reminder, read: Marks) -> ReminderView:
    mark = read.get((appointment.pre_entry_no, reminder.due.value))
    text = explain(reminder_fault(reminder), caller.language)
    is_read = mark is not None and mark.mark == _seconds(reminder.at)
    return ReminderView(**_about(appointment), **text, due=reminder.at, read=is_read)


def _is_news(appointment: Appointment, known: Mapping[str, Any], now: datetime) -> bool:
    feedback_by = appointment.deadlines.feedback_by
    return appointment.pre_entry_no in known and feedback_by is not None and feedback_by > now


def _news(caller: Caller, appointment: Appointment, known: Sequence[KnownDeclaration], read: Marks) -> ReminderView:
    """Returns the news that customs knows declarations; a number that was found later is news again."""
    due = appointment.deadlines.feedback_by or caller.received_at
    mark = read.get((appointment.pre_entry_no, KNOWN))
    text = explain(known_fault((each.number for each in known), due), caller.language)
    is_read = mark is not None and mark.at >= max(each.found_at for each in known)
    return ReminderView(**_about(appointment), **text, due=due, read=is_read)


def _marks(read: Read) -> Iterable[tuple[str, str, int]]:
    if read.version is not None:
        yield read.pre_entry_no, EVENTS, read.version
    if read.due is not None:
        # An appointment has one deadline at a time, so marks for both kinds mark that one.
        yield from ((read.pre_entry_no, topic, _seconds(read.due)) for topic in (*Due, KNOWN))


def _seconds(instant: datetime) -> int:
    return int(instant.astimezone(UTC).timestamp())
