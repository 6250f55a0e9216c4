"""预约查询 (query of appointments): lists by dates, state, parties, numbers and words, in a chosen order."""

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
from db.queries import MOST_SORTED, SORT_COLUMNS, BadCursor, SearchFilter, SearchPage, TooManyRows
from domain.appointment import State
from domain.codes import customs_code_fault
from domain.instants import at
from domain.policy import Policy
from domain.problems import Fault

router = APIRouter(prefix="/api/v1/appointments", tags=["appointments"])

MAX_WORDS = 5
#: A column, with ``-`` for descending order.
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


class ListQuery(BaseModel):
    """List query of enterprises and operators. Dates are those of Shanghai, both included.

    ``number`` is any complete number of an appointment: 预录入编号, 申请编号, or a 报关单号 that was ever fed back.
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


class EnterpriseListQuery(ListQuery):
    """List query of an enterprise. ``party``: A 申请单位 (own applications), B 收发货人 (needs ``consignee``).

    ``q``: up to 5 words; each occurs in a number, in the goods (name or HS code) or in a party's name or code.
    ``sort``: empty values come last; equal values, and the list by default, are newest first.
    """

    party: Literal["A", "B"] = "A"
    q: Words = ""
    sort: Sort = "-created_at"


class ListView(View):
    """Page of a list; ``next_cursor`` is null on the last page."""

    items: list[AppointmentListed]
    next_cursor: str | None


@router.get("")
def list_appointments(ctx: ContextDep, caller: CallerDep, query: Annotated[EnterpriseListQuery, Query()]) -> ListView:
    """Returns one page of the appointments in which the caller is applicant or consignee."""
    check_query(query, ctx.policy)
    wanted = own_filter(caller, query)

    def ask(session: Session) -> ListView:
        page = search(session, ctx, caller, wanted)
        viewer = own_viewer(session, ctx, caller, page.items)
        return ListView(items=[viewer.listed(each) for each in page.items], next_cursor=page.next_cursor)

    return ctx.read_sync(ask)


def check_query(query: EnterpriseListQuery, policy: Policy) -> None:
    """Raises ``Refusal`` when the query has no span and no number, too long a span, or party B without a code."""
    refuse_if((*_consignee_faults(query), *span_faults(query, policy), *_empty_faults(query)))


def search(session: Session, ctx: Context, caller: Caller, wanted: SearchFilter) -> SearchPage:
    """Returns one page; drafts have the deadlines of the present calendar.

    Raises ``field.invalid`` when the cursor is malformed, ``query.too_many`` when it has too many to sort or search.
    """
    try:
        page = queries.search(session, wanted)
    except BadCursor:
        raise refusal("field.invalid", "cursor", reason="malformed") from None
    except TooManyRows:
        raise refusal("query.too_many", limit=MOST_SORTED) from None
    items = queries.with_current_deadlines(session, page.items, policy=ctx.policy, at=caller.received_at)
    return page.model_copy(update={"items": tuple(items)})


def own_filter(caller: Caller, query: EnterpriseListQuery) -> SearchFilter:
    """Returns the database's filter for a query of an enterprise."""
    order: dict[str, Any] = {"words": tuple(query.q.split()), "sort": query.sort, "asked_at": caller.received_at}
    return SearchFilter(viewer=caller.code, party=query.party, **order, **filters(query))


def filters(query: ListQuery) -> dict[str, Any]:
    """Returns the fields of the database's filter; spans are half-open and between instants."""
    return {
        "consignee": query.consignee,
        "states": tuple(query.state),
        "applied_from": _midnight(query.applied_from),
        "applied_to": _midnight(query.applied_to, days=1),
        "window_from": _midnight(query.window_from),
        "window_to": _midnight(query.window_to, days=1),
        "pre_entry_no": query.pre_entry_no,
        "number": query.number,
        "cursor": query.cursor,
        "limit": query.limit,
    }


def span_faults(query: ListQuery, policy: Policy) -> list[Fault]:
    """Returns the faults of spans that lack an end, end before they begin, or are too long."""
    spans = {
        "applied": (query.applied_from, query.applied_to),
        "window": (query.window_from, query.window_to),
    }
    limit = policy.query.max_span_days
    return [fault for name, (first, last) in spans.items() for fault in check_span(name, first, last, limit)]


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    return None if day is None else at(day + timedelta(days=days))


def _empty_faults(query: ListQuery) -> list[Fault]:
    spans = (query.applied_from, query.applied_to, query.window_from, query.window_to)
    return [] if any((*spans, query.pre_entry_no, query.number)) else [Fault(code="query.span_required")]


def _consignee_faults(query: EnterpriseListQuery) -> list[Fault]:
    if query.consignee is None:
        return [Fault(code="field.required", field="consignee")] if query.party == "B" else []
    reason = customs_code_fault(query.consignee)
    return [Fault(code="field.invalid", field="consignee", facts={"reason": reason})] if reason else []
