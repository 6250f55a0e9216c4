"""Starts the runs of health jobs, by hand or every hour, and ends those whose workflow is gone."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import structlog
from temporalio.client import WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from db import health_runs
from db.engine import writing
from db.health_runs import JOBS, RunResult, StoredRun
from domain.health import HealthRun
from runtime.dispatch.dispatcher import Dispatcher
from runtime.temporal import ASK_TIMEOUT
from workflows.contracts import HEALTH, health_workflow_id

#: A worker that carries out a run gives a sign of life every half second.
SILENT_AFTER = timedelta(seconds=30)
#: The name of what starts a check that nobody has started for an hour.
BY_ITSELF = "schedule"
#: A check is made when the last one is older than this, one that an operator started too.
CHECK_EVERY = timedelta(hours=1)
#: How often it is asked whether a check is due.
LOOK_SECONDS = 60.0
#: Parts that have just been started are not ready, and a check would call them faulty.
SETTLES_FOR = timedelta(minutes=1)

log = structlog.get_logger("dispatch.health_runs")


def is_silent(run: StoredRun, now: datetime) -> bool:
    """Returns True if a run that goes on has given no sign of life for a while: no worker has it."""
    return run.ended_at is None and now - (run.seen_at or run.started_at) > SILENT_AFTER


async def start(dispatcher: Dispatcher, run: StoredRun) -> None:
    """Starts the workflow of a run that has its row; starting it again has no effect.

    Raises ``RPCError`` or ``RuntimeError`` when Temporal cannot be reached; the run is removed then.
    """
    queue = dispatcher.settings.task_queue
    try:
        await dispatcher.client.start_workflow(
            HEALTH,
            HealthRun(run_id=run.run_id, job=run.job),
            id=health_workflow_id(queue, run.job),
            task_queue=queue,
            # Only one run of a job has a row, so a workflow that is there belongs to one that has ended.
            id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
            static_summary=f"运行检查 health {run.job}",
            rpc_timeout=ASK_TIMEOUT,
        )
    except (RPCError, RuntimeError):
        await asyncio.to_thread(_remove, dispatcher, run.run_id)
        raise


async def check_hourly(dispatcher: Dispatcher, *, begun: datetime, now: datetime) -> bool:
    """Starts the doctor if none has run for an hour; returns True if it did.

    ``begun`` is when this worker took the jobs: its system is left alone for a moment. Two workers that do it at once
    start one run, as a job has one run that goes on.
    """
    if now < begun + SETTLES_FOR:
        return False
    await end_lost(dispatcher, now)
    run = StoredRun(run_id=str(uuid.uuid4()), job="doctor", key=now.isoformat(), started_by=BY_ITSELF, started_at=now)
    if not await asyncio.to_thread(_begin_if_due, dispatcher, run):
        return False
    await start(dispatcher, run)
    return True


def _begin_if_due(dispatcher: Dispatcher, run: StoredRun) -> bool:
    with writing(dispatcher.engine) as session:
        newest = health_runs.history(session, run.job, 1)
        is_due = not newest or newest[0].started_at <= run.started_at - CHECK_EVERY
        return is_due and health_runs.begin(session, run)


async def end_lost(dispatcher: Dispatcher, now: datetime) -> None:
    """Ends the silent runs whose workflow is gone; while Temporal is away they stay silent."""
    unended = await dispatcher.read(lambda session: [health_runs.current(session, job) for job in JOBS])
    for run in unended:
        if run is None or not is_silent(run, now):
            continue
        try:
            await end_if_lost(dispatcher, run)
        except (RPCError, RuntimeError) as error:
            log.warning("a silent run was not looked at", exc_info=error)


async def end_if_lost(dispatcher: Dispatcher, run: StoredRun) -> bool:
    """Notes that a silent run was interrupted if its workflow is gone; returns True if it did."""
    handle = dispatcher.client.get_workflow_handle(health_workflow_id(dispatcher.settings.task_queue, run.job))
    try:
        described = await handle.describe(rpc_timeout=ASK_TIMEOUT)
        if described.status is WorkflowExecutionStatus.RUNNING:
            return False
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    await asyncio.to_thread(health_runs.end, dispatcher.engine, run.run_id, RunResult("interrupted"), datetime.now(UTC))
    return True


def _remove(dispatcher: Dispatcher, run_id: str) -> None:
    with writing(dispatcher.engine) as session:
        health_runs.remove(session, run_id)
