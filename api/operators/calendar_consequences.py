"""Consequences of a change of the calendar, as they are shown before it is made; without personal fields."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field

from api.context import Caller, Context
from api.reference.work_hours import DayView, day_view
from api.views import Shown, View
from db.calendar import CalendarEdit
from db.calendar_preview import KINDS, CalendarPreview, Consequence, ConsequenceKind, DayChange, preview
from domain.appointment import State

MAX_ROWS = 200


def page_slice(
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0, limit: Annotated[int, Query(ge=1, le=MAX_ROWS)] = 50
) -> slice:
    """Returns the rows to show."""
    return slice(offset, offset + limit)


SliceDep = Annotated[slice, Depends(page_slice)]


class ConsequenceCount(View):
    """Number of appointments with one kind of consequence."""

    kind: ConsequenceKind
    count: int


class ConsequenceView(View):
    """Change for one appointment.

    ``before`` and ``after`` are the cut-offs 最晚申报时间 of a draft, null when there is none. ``opening`` and
    ``closing`` are the working hours that a booked window would meet.
    """

    kind: ConsequenceKind
    pre_entry_no: str
    applicant: Annotated[str, Field(description="Customs code of the applicant.")]
    port: str | None
    state: State
    window_start: Shown
    before: Shown | None
    after: Shown | None
    opening: str | None
    closing: str | None


class DayChangeView(View):
    """Day of a port whose hours change."""

    port: str
    date: date
    before: DayView
    after: DayView


class CalendarPreviewView(View):
    """Consequences of a change that was not made.

    ``window_taken``: a booked window would meet working time, and its holder would be notified; ``window_free``: it no
    longer does. ``cutoff_passed``, ``cutoff_earlier``, ``cutoff_later``, ``cutoff_gone``, ``cutoff_found``: the cut-off
    of a draft moves to the past, moves, ends, or exists now. ``complete`` is false when only the first 5,000 drafts
    were judged. ``ports`` counts the ports, null for all. ``days`` are those of the first 20 ports.
    """

    ports: int | None
    changes: Annotated[int, Field(description="Changes that would be written.")]
    counts: list[ConsequenceCount]
    total: int
    complete: bool
    items: list[ConsequenceView]
    next_offset: int | None
    days: list[DayChangeView]


def previewed(ctx: Context, caller: Caller, edits: Sequence[CalendarEdit], page: slice) -> CalendarPreviewView:
    """Returns what these changes would do now; changes nothing."""
    by = caller.principal.name
    found = preview(ctx.engine, edits, policy=ctx.policy, by=by, at=caller.received_at)
    return _view(found, len(edits), page)


def _view(found: CalendarPreview, changes: int, page: slice) -> CalendarPreviewView:
    rows = found.consequences
    return CalendarPreviewView(
        ports=found.ports,
        changes=changes,
        counts=list(_counts(rows)),
        total=len(rows),
        complete=found.complete,
        items=[ConsequenceView(**each._asdict()) for each in rows[page]],
        next_offset=page.stop if page.stop < len(rows) else None,
        days=[_day(each) for each in found.days],
    )


def _counts(rows: Iterable[Consequence]) -> Iterable[ConsequenceCount]:
    counted = Counter(each.kind for each in rows)
    return (ConsequenceCount(kind=kind, count=counted[kind]) for kind in KINDS if counted[kind])


def _day(change: DayChange) -> DayChangeView:
    before, after = day_view(change.date, change.before), day_view(change.date, change.after)
    return DayChangeView(port=change.port, date=change.date, before=before, after=after)
