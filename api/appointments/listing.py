"""预约查询: lists, and how a span of dates is asked for."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from api.appointments.viewing import own_viewer
from api.bodies import Code, PlausibleDay, PreEntryNo
from api.context import Caller, Context, The, Who
from api.problems import refusal, refuse_if
from api.spans import check_span
from api.views import AppointmentListed, View
from db import queries
from db.queries import BadCursor, Filter, Page
from domain.appointment import State
from domain.codes import customs_code_fault
from domain.instants import at
from domain.policy import Policy
from domain.problems import Fault

router = APIRouter(prefix="/api/v1/appointments", tags=["预约 appointments"])

Limit = Annotated[int, Field(ge=1, le=100)]


class Asked(BaseModel):
    """What both lists take. Dates are Shanghai's, both included."""

    model_config = ConfigDict(extra="forbid")

    consignee: Code | None = None
    state: list[State] = []
    applied_from: PlausibleDay | None = None
    applied_to: PlausibleDay | None = None
    window_from: PlausibleDay | None = None
    window_to: PlausibleDay | None = None
    pre_entry_no: PreEntryNo | None = None
    cursor: str | None = None
    limit: Limit = 50


class AskedByEnterprise(Asked):
    """``party``: A 申请单位 (we applied), B 收发货人 (the consignee's code must be given)."""

    party: Literal["A", "B"] = "A"


class ListView(View):
    """A page, newest first; ``next_cursor`` is null on the last one."""

    items: list[AppointmentListed]
    next_cursor: str | None


@router.get("")
def listing(the: The, who: Who, asked: Annotated[AskedByEnterprise, Query()]) -> ListView:
    """One page of the appointments in which we are applicant or consignee."""
    refuse_unasked(asked, the.policy)
    wanted = Filter(viewer=who.code, party=asked.party, **filters(asked))

    def ask(session: Session) -> ListView:
        page = search(session, the, who, wanted)
        viewer = own_viewer(session, the, who, page.items)
        return ListView(items=[viewer.listed(each) for each in page.items], next_cursor=page.next_cursor)

    return the.look(ask)


def refuse_unasked(asked: AskedByEnterprise, policy: Policy) -> None:
    """Refuses what asks for nothing, for too long a span, or for party B without its code."""
    refuse_if((*_consignee_faults(asked), *span_faults(asked, policy), *_nothing_asked(asked)))


def search(session: Session, the: Context, who: Caller, wanted: Filter) -> Page:
    """One page, drafts with deadlines as of now; ``field.invalid`` for a cursor that is none of ours."""
    try:
        page = queries.search(session, wanted)
    except BadCursor:
        raise refusal("field.invalid", "cursor", reason="malformed") from None
    items = queries.as_of(session, page.items, policy=the.policy, at=who.received_at)
    return page.model_copy(update={"items": tuple(items)})


def filters(asked: Asked) -> dict[str, Any]:
    """As the store reads them: instants, half-open."""
    return {
        "consignee": asked.consignee,
        "states": tuple(asked.state),
        "applied_from": _midnight(asked.applied_from),
        "applied_to": _midnight(asked.applied_to, days=1),
        "window_from": _midnight(asked.window_from),
        "window_to": _midnight(asked.window_to, days=1),
        "pre_entry_no": asked.pre_entry_no,
        "cursor": asked.cursor,
        "limit": asked.limit,
    }


def span_faults(asked: Asked, policy: Policy) -> list[Fault]:
    """Both ends or none, in order, and not too far apart."""
    spans = {
        "applied": (asked.applied_from, asked.applied_to),
        "window": (asked.window_from, asked.window_to),
    }
    limit = policy.query.max_span_days
    return [fault for name, (first, last) in spans.items() for fault in check_span(name, first, last, limit)]


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    return None if day is None else at(day + timedelta(days=days))


def _nothing_asked(asked: Asked) -> list[Fault]:
    spans = (asked.applied_from, asked.applied_to, asked.window_from, asked.window_to, asked.pre_entry_no)
    return [] if any(spans) else [Fault(code="query.span_required")]


def _consignee_faults(asked: AskedByEnterprise) -> list[Fault]:
    if asked.consignee is None:
        return [Fault(code="field.required", field="consignee")] if asked.party == "B" else []
    reason = customs_code_fault(asked.consignee)
    return [Fault(code="field.invalid", field="consignee", facts={"reason": reason})] if reason else []
