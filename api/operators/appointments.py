"""Appointments of all enterprises: list, single view, workflow history, and release of a breach."""

from typing import Annotated

from fastapi import APIRouter, Query, Response, status
from fastapi.responses import JSONResponse
from temporalio.api.history.v1 import HistoryEvent
from temporalio.service import RPCError

from api.appointments.access import require_visible, require_with_current_deadlines
from api.appointments.listing import ListQuery, ListView, filters, search, span_faults
from api.appointments.views import AppointmentView, Viewer
from api.bodies import Code
from api.commands import passing
from api.context import CallerDep, CommandOptionsDep, Context, ContextDep
from api.http.lenient_body import RequestBody
from api.http.problems import refusal, refuse_if
from api.operators.history import HistoryEventView, readable
from api.operators.reasons import ReasonBody, checked_reason
from api.operators.releasing import Releasing
from api.operators.story.temporal import history_url
from api.operators.two_persons import ApprovalView
from api.views import View
from db.queries import AttentionFilter, SearchFilter
from runtime.codec import decoded
from runtime.dispatch.commands import WAIT
from runtime.temporal import lacks_workflow
from workflows.contracts import workflow_id

router = APIRouter(prefix="/ops/v1/appointments", tags=["operators"])


class OperatorListQuery(ListQuery):
    """List query of an operator; needs no span of dates. ``applicant`` is a customs code."""

    applicant: Code | None = None
    attention: AttentionFilter | None = None


class History(View):
    """History of the workflow; ``retained`` is false when Temporal no longer has it."""

    workflow_id: str
    run_id: str | None
    url: str | None
    retained: bool
    events: list[HistoryEventView]


@router.get("")
def list_all_appointments(ctx: ContextDep, caller: CallerDep, query: Annotated[OperatorListQuery, Query()]) -> ListView:
    """Returns appointments of all enterprises, newest first, without personal fields."""
    refuse_if(span_faults(query, ctx.policy))
    wanted = SearchFilter(applicant=query.applicant, attention=query.attention, **filters(query))
    page = ctx.read_sync(lambda session: search(session, ctx, caller, wanted))
    viewer = Viewer(ctx.sealer, caller)
    return ListView(items=[viewer.listed(each) for each in page.items], next_cursor=page.next_cursor)


@router.get("/{pre_entry_no}")
def inspect_appointment(ctx: ContextDep, caller: CallerDep, pre_entry_no: str) -> AppointmentView:
    """Returns one appointment, also a deleted draft, without personal fields."""
    appointment = ctx.read_sync(lambda session: require_with_current_deadlines(session, ctx, caller, pre_entry_no))
    return Viewer(ctx.sealer, caller).full(appointment)


@router.get("/{pre_entry_no}/history")
async def get_workflow_history(ctx: ContextDep, caller: CallerDep, pre_entry_no: str) -> History:
    """Returns the events of the workflow's history, with a link to the Temporal UI."""
    await ctx.read(lambda session: require_visible(session, pre_entry_no, caller))
    handle = ctx.client.get_workflow_handle(workflow_id(pre_entry_no))
    try:
        run_id = (await handle.describe(rpc_timeout=WAIT)).run_id
        events = [await _readable(ctx, event) async for event in handle.fetch_history_events(rpc_timeout=WAIT)]
    except RPCError as error:
        if lacks_workflow(error):
            return History(workflow_id=handle.id, run_id=None, url=None, retained=False, events=[])
        raise refusal("temporarily.unavailable") from error
    except RuntimeError as error:
        raise passing(error) from error
    return History(
        workflow_id=handle.id, run_id=run_id, url=history_url(ctx, handle.id, run_id), retained=True, events=events
    )


@router.post(
    "/{pre_entry_no}/release",
    response_model=AppointmentView,
    responses={202: {"model": ApprovalView, "description": "待他人确认 Waits for another operator"}},
)
async def release_appointment(
    *,
    ctx: ContextDep,
    caller: CallerDep,
    options: CommandOptionsDep,
    pre_entry_no: str,
    body: RequestBody[ReasonBody],
) -> AppointmentView | Response:
    """解除违约: ends the breach, with a reason that stays on record.

    Where policy asks for two persons, the answer is 202 with the request that another operator has to confirm.
    """
    done = await Releasing(ctx, caller, options).release_or_ask(pre_entry_no, checked_reason(body))
    if isinstance(done, ApprovalView):
        return JSONResponse(done.model_dump(mode="json"), status.HTTP_202_ACCEPTED)
    return Viewer(ctx.sealer, caller).full(done)


async def _readable(ctx: Context, event: HistoryEvent) -> HistoryEventView:
    summary = event.user_metadata.summary
    (opened,) = await decoded(ctx.client, [summary]) if summary.data else [summary]
    return readable(event, opened.data)
