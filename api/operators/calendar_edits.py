"""Changes of the working calendar at several ports at once, with a preview, and undoing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Literal

import structlog
from fastapi import APIRouter
from pydantic import Field

from api.bodies import Body, Code, FreeText, PlausibleDay
from api.context import Caller, CallerDep, Context, ContextDep
from api.http.lenient_body import LenientBody, RequestBody
from api.http.problems import refusal, refuse_if
from api.openapi.responses import NOT_PERMITTED
from api.operators.calendar import Sessions, session_faults
from api.operators.calendar_consequences import CalendarPreviewView, SliceDep, previewed
from api.operators.plans import WeekBody, sessions_of, week_faults
from api.operators.reasons import reason_faults
from api.views import Shown, View
from db import calendar as calendars
from db import reference
from db.calendar import CalendarEdit, DayCleared, DaySet, HistoryEntry, LayerKind, PlanRemoved, PlanSet
from db.calendar_undo import UndoneChange, known_changes, undoing, undone
from domain.calendar import parse_sessions
from domain.problems import Fault
from identity.authorization import port_denial

MAX_DAYS = 366
#: The most changes of one request; so many take some seconds.
MAX_CHANGES = 20_000
MAX_UNDONE = 1_000

router = APIRouter(prefix="/ops/v1/calendar", tags=["operators"])

log = structlog.get_logger("api.operators")

EditKind = Literal["hours", "clear", "week", "remove_week"]
Codes = Annotated[list[Code], Field(min_length=1, max_length=1_000)]


class CalendarEditBody(Body):
    """One change at the named ``ports``, at all ports of a ``district`` 直属海关 (two digits), or at ``all_ports``.

    ``hours`` sets the ``sessions`` of each date from ``first_day`` to ``last_day``, none: closed all day; ``clear``
    removes what was set for these dates; ``week`` sets the weekly plan from ``first_day`` on; ``remove_week`` removes
    the plan of that date.
    """

    ports: Codes | None = None
    district: Code | None = None
    all_ports: bool = False
    kind: EditKind
    first_day: PlausibleDay
    last_day: PlausibleDay | None = None
    sessions: Sessions | None = None
    days: WeekBody | None = None
    reason: FreeText


class UndoBody(Body):
    """Numbers of changes in the history, and why they are undone."""

    changes: Annotated[list[Annotated[int, Field(ge=1, le=2**63 - 1)]], Field(min_length=1, max_length=MAX_UNDONE)]
    reason: FreeText


class PortResult(View):
    """Result at one port: the number of its changes, 0 when nothing was to be removed."""

    port: str
    changes: int


class CalendarEditResult(View):
    """Changes that were made, all in one transaction."""

    changes: int
    ports: list[PortResult]


class UndoneView(View):
    """Change that would be undone: what it had set (``removed``), and what its place had before (``restored``).

    ``removed`` is null for a change that removed something, ``restored`` for a place that had nothing before.
    """

    change: int
    kind: LayerKind
    port: str | None
    first_day: date
    last_day: date | None
    by: str
    at: Shown
    note: str | None
    removed: dict[str, Any] | None
    restored: dict[str, Any] | None


class UndoPreviewView(CalendarPreviewView):
    """Consequences of undoing, and row by row what would be undone."""

    undone: list[UndoneView]


@router.post("/edits")
def edit_calendar(ctx: ContextDep, caller: CallerDep, body: RequestBody[CalendarEditBody]) -> CalendarEditResult:
    """Changes the hours of several ports, all or none."""
    ports, edits = _edits(ctx, body)
    return _made(ctx, caller, edits, ports)


@router.post("/edits/preview")
def preview_calendar_edit(
    ctx: ContextDep, caller: CallerDep, body: RequestBody[CalendarEditBody], page: SliceDep
) -> CalendarPreviewView:
    """Returns whose drafts and booked windows the same change would concern, and how. Changes nothing."""
    _, edits = _edits(ctx, body)
    return previewed(ctx, caller, edits, page)


@router.post("/undo", responses=NOT_PERMITTED)
def undo_calendar_changes(ctx: ContextDep, caller: CallerDep, body: RequestBody[UndoBody]) -> CalendarEditResult:
    """Restores what the layers had before these changes, as new changes, all or none."""
    edits = _undoing(ctx, body)
    return _made(ctx, caller, edits, ())


@router.post("/undo/preview", responses=NOT_PERMITTED)
def preview_calendar_undo(
    ctx: ContextDep, caller: CallerDep, body: RequestBody[UndoBody], page: SliceDep
) -> UndoPreviewView:
    """Returns what would be undone, whose drafts and booked windows that would concern, and how. Changes nothing."""
    seen = previewed(ctx, caller, _undoing(ctx, body), page)
    rows = ctx.read_sync(lambda session: undone(session, frozenset(body.partial.changes)))
    return UndoPreviewView(**dict(seen), undone=[_undone(each) for each in rows])


def _edits(ctx: Context, body: LenientBody[CalendarEditBody]) -> tuple[list[str], list[CalendarEdit]]:
    """Returns the ports and the changes. Raises Refusal with everything that is wrong with the body."""
    known = {port.code: port.district for port in ctx.read_sync(reference.ports)}
    given = body.checked(_faults(body.partial, known))
    ports = _ports(given, known)
    edits = [edit for port in ports for edit in _of_port(given, port)]
    if len(edits) > MAX_CHANGES:
        raise refusal("import.too_large", "last_day", reason="too_many_changes", limit=MAX_CHANGES)
    return ports, edits


def _faults(sent: CalendarEditBody, known: dict[str, str]) -> Iterator[Fault]:
    yield from reason_faults(sent.reason)
    yield from _place_faults(sent, known)
    yield from session_faults("sessions", sent.sessions)
    if sent.days is not None:
        yield from week_faults("days", sent.days)
    needed = {"hours": "sessions", "week": "days"}.get(sent.kind)
    if needed and getattr(sent, needed) is None:
        yield Fault(code="field.required", field=needed)
    yield from _span_faults(sent.first_day, sent.last_day)


def _span_faults(first: date | None, last: date | None) -> Iterator[Fault]:
    """Yields the fault of a span that ends before it begins, or is longer than a year."""
    if first and last and not 0 <= (last - first).days < MAX_DAYS:
        yield Fault(code="field.invalid", field="last_day", facts={"reason": "malformed"})


def _place_faults(sent: CalendarEditBody, known: dict[str, str]) -> Iterator[Fault]:
    """Yields the faults of the ports: exactly one of three ways names them."""
    if [sent.ports is not None, sent.district is not None, sent.all_ports].count(True) != 1:
        yield Fault(code="field.required", field="ports")
    for number, port in enumerate(sent.ports or ()):
        if port not in known:
            yield Fault(code="field.invalid", field=f"ports[{number}]", facts={"reason": "unknown_port"})
    if sent.district is not None and sent.district not in known.values():
        yield Fault(code="field.invalid", field="district", facts={"reason": "unknown_port"})


def _ports(given: CalendarEditBody, known: dict[str, str]) -> list[str]:
    if given.ports is not None:
        return list(dict.fromkeys(given.ports))
    return [code for code, district in known.items() if given.all_ports or district == given.district]


def _last(given: CalendarEditBody) -> date:
    return given.last_day or given.first_day


def _of_port(given: CalendarEditBody, port: str) -> Iterator[CalendarEdit]:
    if given.kind == "week":
        yield PlanSet(port, given.first_day, sessions_of(given.days or WeekBody()), given.reason)
    elif given.kind == "remove_week":
        yield PlanRemoved(port, given.first_day, given.reason)
    else:
        sessions = parse_sessions(given.sessions or ())
        for on in _dates(given.first_day, _last(given)):
            is_set = given.kind == "hours"
            yield DaySet(port, on, sessions, given.reason) if is_set else DayCleared(port, on, given.reason)


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _undoing(ctx: Context, body: LenientBody[UndoBody]) -> list[CalendarEdit]:
    given = body.checked(reason_faults(body.partial.reason))
    ids = frozenset(given.changes)
    if len(ctx.read_sync(lambda session: known_changes(session, ids))) != len(ids):
        raise refusal("not_found")
    found = ctx.read_sync(lambda session: undoing(session, ids, given.reason))
    refuse_if(found.faults)
    return found.edits


def _undone(row: UndoneChange) -> UndoneView:
    change = row.change
    return UndoneView(
        change=change.id,
        removed=_layer(change.content),
        restored=_layer(row.before.content) if row.before else None,
        **change.model_dump(include={"kind", "port", "first_day", "last_day", "by", "at", "note"}),
    )


def _layer(content: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Returns what the layer had, without what the history says about an undo."""
    if content is None:
        return None
    return {name: value for name, value in content.items() if name not in {"undoes", "layer_note"}}


def _made(ctx: Context, caller: Caller, edits: Sequence[CalendarEdit], ports: Iterable[str]) -> CalendarEditResult:
    _require_ports(caller, edits)
    by = caller.principal.name
    made = calendars.apply_all(ctx.engine, edits, by=by, at=caller.received_at)
    log.info("calendar edited", changes=len(made), by=by)
    return CalendarEditResult(changes=len(made), ports=_results(made, ports))


def _require_ports(caller: Caller, edits: Sequence[CalendarEdit]) -> None:
    """Raises Refusal when a change is about a port that the caller does not keep; a year is about all ports."""
    ports = {edit.entry().port for edit in edits}
    denied = port_denial(caller.principal, None if None in ports else filter(None, ports))
    if denied is not None:
        raise refusal(denied, ports=sorted(caller.principal.ports or ()))


def _results(made: Iterable[HistoryEntry], ports: Iterable[str]) -> list[PortResult]:
    counted = Counter(entry.port for entry in made if entry.port)
    return [PortResult(port=port, changes=counted[port]) for port in sorted({*ports, *counted})]
