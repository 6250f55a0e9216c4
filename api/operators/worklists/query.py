"""Query of a worklist: as the address has it, as the database reads it, and its answer."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Path
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from api.bodies import Code, FreeText
from api.context import Caller, Context
from api.http.problems import refusal
from db import queries
from db.queries import BadCursor, Worklist, WorklistFilter, WorklistKind, WorklistSort
from db.queries.worklists import MOST_NAMESAKES, SOURCES, STATES
from domain.codes import customs_code_fault
from domain.normalising import code

MAX_AGE_HOURS = 100_000

Kind = Annotated[WorklistKind, Path(description="待办种类 What waits.")]
Hours = Annotated[int, Field(ge=0, le=MAX_AGE_HOURS)]


class WorklistQuery(BaseModel):
    """Conditions, all of which must hold.

    ``port``: of the declaration, or of entry or exit. ``party``: applicant or consignee, by customs code or by a part
    of the name in the register. ``min_age_hours`` and ``max_age_hours``: how long it has waited.
    """

    model_config = ConfigDict(extra="forbid")

    state: Annotated[str | None, Field(max_length=40, description="待办状态 Only those that wait as this.")] = None
    port: Annotated[Code | None, Field(description="关区代码 Port of the declaration, or of entry or exit.")] = None
    party: Annotated[
        FreeText | None,
        Field(max_length=100, description="企业 Applicant or consignee: customs code, or a part of the name."),
    ] = None
    min_age_hours: Hours | None = None
    max_age_hours: Hours | None = None
    sort: Annotated[WorklistSort, Field(description="排序 What has waited longest first; `-`: descending.")] = "since"


class WorklistPageQuery(WorklistQuery):
    """The same, with the page that is asked for."""

    cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


async def page(ctx: Context, kind: WorklistKind, wanted: WorklistFilter) -> Worklist:
    """Returns one page. Raises ``Refusal`` for a malformed cursor."""
    ask = queries.worklist if kind in SOURCES else queries.found_worklist
    try:
        return await ctx.read(lambda session: ask(session, wanted))
    except BadCursor:
        raise refusal("field.invalid", "cursor", reason="malformed") from None


async def filter_of(ctx: Context, caller: Caller, kind: WorklistKind, query: WorklistQuery) -> WorklistFilter:
    """Returns the filter of the database.

    Raises ``field.invalid`` for a state that the list has not, ``query.too_many_parties`` when the name is of too many.
    """
    if query.state is not None and query.state not in STATES[kind]:
        raise refusal("field.invalid", "state", reason="malformed")
    given = query.model_dump(include={"state", "port", "sort", "cursor", "limit"})
    parties = await run_in_threadpool(_parties, ctx, query.party)
    return WorklistFilter(kind=kind, parties=parties, **given, **_span(query, caller.received_at))


def _span(query: WorklistQuery, now: datetime) -> dict[str, Any]:
    oldest, youngest = query.max_age_hours, query.min_age_hours
    return {
        "since_from": None if oldest is None else now - timedelta(hours=oldest),
        "since_to": None if youngest is None else now - timedelta(hours=youngest),
    }


def _parties(ctx: Context, typed: str | None) -> tuple[str, ...] | None:
    if not typed:
        return None
    if customs_code_fault(code(typed)) is None:
        return (code(typed),)

    def named(session: Session) -> tuple[str, ...]:
        return queries.named_parties(session, typed)

    found = ctx.read_sync(named)
    if len(found) > MOST_NAMESAKES:
        raise refusal("query.too_many_parties", "party", limit=MOST_NAMESAKES)
    return found
