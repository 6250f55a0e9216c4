"""预约查询: lists, how a span of dates is asked for, in which order, and by which words."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError
from sqlmodel import Session

from api.appointments.viewing import own_viewer
from api.appointments.views import AppointmentListed
from api.bodies import Code, FreeText, PlausibleDay, PreEntryNo
from api.context import Caller, CallerDep, Context, ContextDep
from api.http.date_ranges import check_span
from api.http.problems import refusal, refuse_if
from api.views import View
from db import queries
from db.queries import MOST_SORTED, SORT_COLUMNS, BadCursor, Filter, Page, TooManyRows
from domain.appointment import State
from domain.codes import customs_code_fault
from domain.instants import at
from domain.policy import Policy
from domain.problems import Fault

router = APIRouter(prefix="/api/v1/appointments", tags=["appointments"])

MAX_WORDS = 5
#: A column, after ``-`` if its last value is to come first.
SORTS = tuple(f"{sign}{column}" for column in SORT_COLUMNS for sign in ("", "-"))


def _is_short(text: str) -> str:
    if len(text.split()) > MAX_WORDS:
        raise PydanticCustomError("too_many_words", "too many words")
    return text


def _is_sort(text: str) -> str:
    if text not in SORTS:
        raise PydanticCustomError("malformed", "no column to sort by")
    return text


Limit = Annotated[int, Field(ge=1, le=100)]
Number = Annotated[Code, Field(min_length=1, max_length=64)]
Words = Annotated[FreeText, Field(max_length=100), AfterValidator(_is_short)]
Sort = Annotated[str, AfterValidator(_is_sort), Field(json_schema_extra={"enum": list(SORTS)})]


class Asked(BaseModel):
    """What both lists take. Dates are Shanghai's, both included.

    ``number`` is any number of an appointment, whole: 预录入编号, 申请编号, or a 报关单号 that was ever handed in.
    """

    model_config = ConfigDict(extra="forbid")

    consignee: Code | None = None
    state: list[State] = []
    applied_from: PlausibleDay | None = None
    applied_to: PlausibleDay | None = None
    window_from: PlausibleDay | None = None
    window_to: PlausibleDay | None = None
    pre_entry_no: PreEntryNo | None = None
    number: Number | None = None
    cursor: str | None = None
    limit: Limit = 50


class AskedByEnterprise(Asked):
    """``party``: A 申请单位 (we applied), B 收发货人 (the consignee's code must be given).

    ``q``: up to 5 words, each of which stands in a number, in the goods (name or HS code) or in a party's name or code.
    ``sort``: what has no value comes last; equals, and everything unless asked otherwise, newest first.
    """

    party: Literal["A", "B"] = "A"
    q: Words = ""
    sort: Sort = "-created_at"


class ListView(View):
    """A page in the order that was asked for; ``next_cursor`` is null on the last one."""

    items: list[AppointmentListed]
    next_cursor: str | None


@router.get("")
def list_appointments(ctx: ContextDep, caller: CallerDep, asked: Annotated[AskedByEnterprise, Query()]) -> ListView:
    """One page of the appointments in which we are applicant or consignee."""
    refuse_unasked(asked, ctx.policy)
    wanted = own_filter(caller, asked)

    def ask(session: Session) -> ListView:
        page = search(session, ctx, caller, wanted)
        viewer = own_viewer(session, ctx, caller, page.items)
        return ListView(items=[viewer.listed(each) for each in page.items], next_cursor=page.next_cursor)

    return ctx.look(ask)


def refuse_unasked(asked: AskedByEnterprise, policy: Policy) -> None:
    """Refuses what asks for nothing, for too long a span, or for party B without its code."""
    refuse_if((*_consignee_faults(asked), *span_faults(asked, policy), *_nothing_asked(asked)))


def search(session: Session, ctx: Context, caller: Caller, wanted: Filter) -> Page:
    """One page, drafts with deadlines as of now.

    ``field.invalid`` for a cursor that is none of ours, ``query.too_many`` for a span with too many.
    """
    try:
        page = queries.search(session, wanted)
    except BadCursor:
        raise refusal("field.invalid", "cursor", reason="malformed") from None
    except TooManyRows:
        raise refusal("query.too_many", limit=MOST_SORTED) from None
    items = queries.with_current_deadlines(session, page.items, policy=ctx.policy, at=caller.received_at)
    return page.model_copy(update={"items": tuple(items)})


def own_filter(caller: Caller, asked: AskedByEnterprise) -> Filter:
    """As the store reads what an enterprise asks."""
    order: dict[str, Any] = {"words": tuple(asked.q.split()), "sort": asked.sort, "asked_at": caller.received_at}
    return Filter(viewer=caller.code, party=asked.party, **order, **filters(asked))


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
        "number": asked.number,
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
    spans = (asked.applied_from, asked.applied_to, asked.window_from, asked.window_to)
    return [] if any((*spans, asked.pre_entry_no, asked.number)) else [Fault(code="query.span_required")]


def _consignee_faults(asked: AskedByEnterprise) -> list[Fault]:
    if asked.consignee is None:
        return [Fault(code="field.required", field="consignee")] if asked.party == "B" else []
    reason = customs_code_fault(asked.consignee)
    return [Fault(code="field.invalid", field="consignee", facts={"reason": reason})] if reason else []
