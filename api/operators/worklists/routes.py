"""Worklists 待办清单: a page, the export of all pages, and acts on many items with an answer for each."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api.context import Caller, CallerDep, CommandOptionsDep, Context, ContextDep
from api.http.csv_lines import CsvLines
from api.http.lenient_body import RequestBody
from api.openapi.responses import CSV, answers_file
from api.operators.reasons import reason_faults
from api.operators.worklists.acts import ActsBody, ActsView, WorklistActs, act_faults, permitted_acts
from api.operators.worklists.query import Kind, WorklistPageQuery, WorklistQuery, filter_of, page
from api.operators.worklists.views import COLUMNS, WorklistView, cells, item_view, worklist_view
from db.queries import Worklist, WorklistFilter
from domain.instants import local

#: Rows of one query of the export.
EXPORTED_AT_ONCE = 100

router = APIRouter(prefix="/ops/v1/worklists", tags=["operators"])


@router.get("/{kind}")
async def list_work(
    ctx: ContextDep, caller: CallerDep, kind: Kind, query: Annotated[WorklistPageQuery, Query()]
) -> WorklistView:
    """Returns one page of what waits, without personal fields; what has waited longest comes first."""
    found = await page(ctx, kind, await filter_of(ctx, caller, kind, query))
    return worklist_view(kind, found, permitted_acts(caller, kind), at=caller.received_at, language=caller.language)


@router.get("/{kind}/export", response_class=StreamingResponse, responses=answers_file(CSV))
async def export_work(
    ctx: ContextDep, caller: CallerDep, kind: Kind, query: Annotated[WorklistQuery, Query()]
) -> StreamingResponse:
    """Returns all pages of a worklist as CSV, with times of Shanghai."""
    wanted = (await filter_of(ctx, caller, kind, query)).model_copy(update={"limit": EXPORTED_AT_ONCE})
    first = await page(ctx, kind, wanted)  # its refusal comes before the response begins
    name = f"{kind}-{local(caller.received_at):%Y%m%d-%H%M}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_csv(ctx, caller, wanted, first), media_type=f"{CSV}; charset=utf-8", headers=headers)


@router.post("/{kind}/acts")
async def act_on_work(
    *, ctx: ContextDep, caller: CallerDep, options: CommandOptionsDep, kind: Kind, body: RequestBody[ActsBody]
) -> ActsView:
    """Carries out one act on many items, for one reason. Each is done or refused by itself; the status is 200.

    ``release``: overdue appointments; ``retry``: stuck messages or parked receipts; ``dismiss``, ``record``: parked
    receipts; ``revive``: appointments whose workflow is missing. Send it again with the same ``Idempotency-Key`` when
    the answer is lost: each item has one effect.
    """
    given = body.checked((*act_faults(kind, body.partial.act), *reason_faults(body.partial.reason)))
    return await WorklistActs(ctx, caller, options, kind).carry_out(given)


async def _csv(ctx: Context, caller: Caller, wanted: WorklistFilter, first: Worklist) -> AsyncIterator[bytes]:
    lines = CsvLines(getattr(heading, caller.language) for heading, _ in COLUMNS)
    found: Worklist | None = first
    while found:
        for item in found.items:
            lines.write(cells(item_view(item, caller.received_at, caller.language)))
        yield lines.take()
        following = wanted.model_copy(update={"cursor": found.next_cursor})
        found = await page(ctx, wanted.kind, following) if found.next_cursor else None
