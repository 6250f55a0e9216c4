"""Starts the runs of health jobs, and ends those whose workflow is gone."""

import asyncio
from datetime import UTC, datetime, timedelta

from temporalio.client import WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from db import health_runs
from db.engine import writing
from db.health_runs import RunResult, StoredRun
from domain.health import HealthRun
from runtime.dispatch.dispatcher import Dispatcher
from runtime.temporal import ASK_TIMEOUT
from workflows.contracts import HEALTH, health_workflow_id

#: A worker that carries out a run gives a sign of life every half second.
SILENT_AFTER = timedelta(seconds=30)


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
