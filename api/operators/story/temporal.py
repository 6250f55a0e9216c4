"""The workflow of an appointment as Temporal has it: events with decoded payloads, and everything that is pending."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType, PendingActivityState
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from api.appointments.access import require_visible
from api.commands import passing
from api.context import CallerDep, Context, ContextDep
from api.http.problems import refusal
from api.operators.history import named
from api.views import Shown, View
from db.queries import cursors
from runtime.codec import decoded
from runtime.dispatch.commands import WAIT
from runtime.sealing import PREFIX
from workflows.contracts import workflow_id

router = APIRouter(prefix="/ops/v1/appointments/{pre_entry_no}", tags=["operators"])

MOST_EVENTS = 1000
#: A sealed text in a payload; nobody reads anything from it, and it has a person's data.
SEALED = "••••••"
#: Message by which Temporal replaces that of a failure with a long stack trace.
_CUT_DOWN = "Failure exceeds size limit."
_TIMER_ENDS = frozenset({EventType.EVENT_TYPE_TIMER_FIRED, EventType.EVENT_TYPE_TIMER_CANCELED})


class WorkflowEventView(View):
    """Event of the history; ``name`` is that of its update, activity, timer or marker.

    ``payloads`` are its inputs, results and details, decoded; sealed texts in them are masked. ``failure`` is the
    message of a failure, ``attempt`` the number of an activity's attempt.
    """

    id: int
    at: Shown
    type: str
    name: str | None
    summary: str | None
    attempt: int | None
    failure: str | None
    payloads: list[Any]


class PendingActivityView(View):
    """Activity that is scheduled or runs; ``next_at`` is the time of the next attempt, ``failure`` the last failure."""

    activity_id: str
    name: str
    state: str
    attempt: int
    scheduled_at: Shown | None
    last_started_at: Shown | None
    next_at: Shown | None
    failure: str | None
    worker: str | None


class PendingTimerView(View):
    """Timer that has not fired."""

    timer_id: str
    summary: str | None
    started_at: Shown
    due_at: Shown


class WorkflowView(View):
    """Workflow of an appointment: one of its runs, oldest event first, and what is pending.

    ``retained`` is false when Temporal no longer has it. ``previous_run_id`` is the run that this one continues.
    """

    workflow_id: str
    run_id: str | None
    previous_run_id: str | None
    status: str | None
    url: str | None
    retained: bool
    events: list[WorkflowEventView]
    activities: list[PendingActivityView]
    timers: list[PendingTimerView]
    next_cursor: str | None


@router.get("/workflow")
async def get_workflow(
    *,
    ctx: ContextDep,
    caller: CallerDep,
    pre_entry_no: str,
    run_id: Annotated[str | None, Query(max_length=64)] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST_EVENTS)] = MOST_EVENTS,
) -> WorkflowView:
    """Returns the history with decoded payloads, by pages, and the pending activities and timers."""
    await ctx.read(lambda session: require_visible(session, pre_entry_no, caller))
    after = _after(cursor)
    handle = ctx.client.get_workflow_handle(workflow_id(pre_entry_no), run_id=run_id)
    try:
        described = await handle.describe(rpc_timeout=WAIT)
        events = [event async for event in handle.fetch_history_events(rpc_timeout=WAIT)]
        page = [event for event in events if event.event_id > after][:limit]
        return await _view(ctx, described, events, page)
    except RPCError as error:
        if error.status in {RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT}:
            return _gone(handle.id)
        raise refusal("temporarily.unavailable") from error
    except RuntimeError as error:
        raise passing(error) from error


def _after(cursor: str | None) -> int:
    try:
        (event_id,) = cursors.read(cursor) if cursor is not None else (0,)
    except ValueError:
        raise refusal("field.invalid", "cursor", reason="malformed") from None
    if not isinstance(event_id, int):
        raise refusal("field.invalid", "cursor", reason="malformed")
    return event_id


def _gone(own_id: str) -> WorkflowView:
    return WorkflowView(
        workflow_id=own_id,
        run_id=None,
        previous_run_id=None,
        status=None,
        url=None,
        retained=False,
        events=[],
        activities=[],
        timers=[],
        next_cursor=None,
    )


async def _view(
    ctx: Context,
    described: WorkflowExecutionDescription,
    events: Sequence[HistoryEvent],
    page: Sequence[HistoryEvent],
) -> WorkflowView:
    last = events[-1].event_id if events else 0
    # An ended workflow leaves its timers in the history without their end.
    running = described.status is WorkflowExecutionStatus.RUNNING
    started = events[0].workflow_execution_started_event_attributes if events else None
    return WorkflowView(
        workflow_id=described.id,
        run_id=described.run_id,
        previous_run_id=(started.continued_execution_run_id or None) if started else None,
        status=described.status.name.lower() if described.status else None,
        url=history_url(ctx, described.id, described.run_id or ""),
        retained=True,
        events=[await _event(ctx, event) for event in page],
        activities=[await _activity(ctx, each) for each in described.raw_description.pending_activities],
        timers=[await _timer(ctx, event) for event in (_pending_timers(events) if running else ())],
        next_cursor=cursors.write([page[-1].event_id]) if page and page[-1].event_id < last else None,
    )


async def _event(ctx: Context, event: HistoryEvent) -> WorkflowEventView:
    which = event.WhichOneof("attributes")
    attributes: Any = getattr(event, which) if which else None
    payloads = list(_payloads(attributes)) if attributes is not None else []
    failure = await _failure(ctx, attributes)
    return WorkflowEventView(
        id=event.event_id,
        at=event.event_time.ToDatetime(UTC),
        type=EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").lower(),
        name=named(event),
        summary=await _summary(ctx, event),
        attempt=getattr(attributes, "attempt", None) or None,
        failure=failure,
        payloads=[readable(each) for each in await decoded(ctx.client, payloads)],
    )


async def _summary(ctx: Context, event: HistoryEvent) -> str | None:
    if not event.user_metadata.summary.data:
        return None
    (opened,) = await decoded(ctx.client, [event.user_metadata.summary])
    return str(json.loads(opened.data))


def _payloads(message: Message) -> Iterator[Payload]:
    """Yields every payload in a message, in the order of its fields."""
    if isinstance(message, Payload):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is not None:
            for each in _messages(value):
                yield from _payloads(each)


def _messages(value: Any) -> Iterable[Message]:
    """Returns the messages in the value of a field: itself, or those of a map or a list."""
    if isinstance(value, Message):
        return [value]
    return [each for each in (value.values() if isinstance(value, Mapping) else value) if isinstance(each, Message)]


def readable(payload: Payload) -> Any:
    """Returns the JSON of a payload with sealed texts masked; for anything else its encoding and size."""
    encoding = payload.metadata.get("encoding", b"").decode("ascii", "replace")
    if encoding.startswith("json/"):
        try:
            return masked(json.loads(payload.data))
        except ValueError:
            pass
    return {"encoding": encoding or None, "bytes": len(payload.data)}


def masked(value: Any) -> Any:
    """Returns the value with every sealed text in it replaced."""
    if isinstance(value, dict):
        return {name: masked(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner) for inner in value]
    return SEALED if isinstance(value, str) and value.startswith(PREFIX) else value


async def _failure(ctx: Context, attributes: Any) -> str | None:
    for path in (("failure",), ("last_failure",), ("outcome", "failure")):
        found = attributes
        for step in path:
            found = getattr(found, step, None)
        if found is not None and found.message:
            return await _told(ctx, found)
    return None


async def _told(ctx: Context, failure: Failure) -> str:
    """Returns the message of a failure, decoded, with those of its causes; Temporal cuts a long one down to these."""
    error: BaseException | None = await ctx.client.data_converter.decode_failure(failure)
    messages = []
    while error is not None:
        messages.append(str(error))
        error = error.__cause__
    return " ← ".join(dict.fromkeys(text for text in messages if text != _CUT_DOWN)) or _CUT_DOWN


async def _activity(ctx: Context, info: PendingActivityInfo) -> PendingActivityView:
    return PendingActivityView(
        activity_id=info.activity_id,
        name=info.activity_type.name,
        state=PendingActivityState.Name(info.state).removeprefix("PENDING_ACTIVITY_STATE_").lower(),
        attempt=info.attempt,
        scheduled_at=_instant(info, "scheduled_time"),
        last_started_at=_instant(info, "last_started_time"),
        next_at=_instant(info, "next_attempt_schedule_time"),
        failure=await _told(ctx, info.last_failure) if info.HasField("last_failure") else None,
        worker=info.last_worker_identity or None,
    )


def _instant(info: PendingActivityInfo, name: str) -> datetime | None:
    return getattr(info, name).ToDatetime(UTC) if info.HasField(name) else None  # type: ignore[arg-type]


def _pending_timers(events: Sequence[HistoryEvent]) -> list[HistoryEvent]:
    ended = set()
    for event in events:
        if event.event_type in _TIMER_ENDS:
            fired = event.event_type == EventType.EVENT_TYPE_TIMER_FIRED
            attributes = event.timer_fired_event_attributes if fired else event.timer_canceled_event_attributes
            ended.add(attributes.started_event_id)
    return [
        event
        for event in events
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED and event.event_id not in ended
    ]


async def _timer(ctx: Context, event: HistoryEvent) -> PendingTimerView:
    attributes, at = event.timer_started_event_attributes, event.event_time.ToDatetime(UTC)
    lasts: timedelta = attributes.start_to_fire_timeout.ToTimedelta()
    return PendingTimerView(
        timer_id=attributes.timer_id, summary=await _summary(ctx, event), started_at=at, due_at=at + lasts
    )


def history_url(ctx: Context, workflow: str, run_id: str) -> str | None:
    """Returns the address of a run in the Temporal UI; None when none is set."""
    if ctx.settings.temporal_ui is None:
        return None
    namespace = quote(ctx.client.namespace, safe="")
    base = ctx.settings.temporal_ui.rstrip("/")
    return f"{base}/namespaces/{namespace}/workflows/{quote(workflow, safe='')}/{run_id}/history"
