"""A run of a health job: the next worker goes on where one ends, and a run that cannot go on says so."""

import asyncio
import uuid
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.health import HealthActivity, Reporter
from cli.schema import upgrade
from db import health_runs
from db.engine import connect, read, writing
from db.health_runs import RunResult, StoredRun
from domain.health import HealthRun
from tests.waiting import until_told
from workflows import sandbox
from workflows.contracts import HEALTH
from workflows.health import HealthWorkflow

pytestmark = pytest.mark.asyncio(loop_scope="session")

Job = Callable[[Reporter], Coroutine[Any, Any, RunResult]]


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    url = f"sqlite:///{tmp_path}/runs.db"
    upgrade(url)
    return connect(url)


async def worker(environment: WorkflowEnvironment, queue: str, engine: sa.Engine, job: Job) -> Worker:
    """Has a client of its own: the SDK lets no two workers of a client share a queue."""
    activity, host = HealthActivity(engine, {"verify": job}), environment.client.service_client.config.target_host
    return Worker(
        await Client.connect(host, data_converter=pydantic_data_converter),
        task_queue=queue,
        workflows=[HealthWorkflow],
        activities=[activity.run, activity.interrupted],
        workflow_runner=sandbox.runner(),
    )


async def start(environment: WorkflowEnvironment, engine: sa.Engine, run_id: str) -> WorkflowHandle[Any, Any]:
    run = StoredRun(run_id=run_id, job="verify", key=run_id, started_by="operator", started_at=datetime.now(UTC))
    with writing(engine) as session:
        assert health_runs.begin(session, run)
    request = HealthRun(run_id=run_id, job="verify")
    return await environment.client.start_workflow(HEALTH, request, id=run_id, task_queue=run_id)


def row(engine: sa.Engine, run_id: str) -> StoredRun:
    found = read(engine, lambda session: health_runs.find(session, run_id))
    assert found is not None
    return found


async def test_where_a_worker_ends_in_the_middle_the_next_one_carries_the_job_out(
    environment: WorkflowEnvironment, engine: sa.Engine
) -> None:
    run_id = str(uuid.uuid4())

    async def without_end(report: Reporter) -> RunResult:
        report("records", 3, 7)
        await asyncio.Event().wait()
        raise AssertionError

    async def whole(report: Reporter) -> RunResult:
        report("records", 7, 7)
        return RunResult("done", facts={"findings": 0})

    async def half() -> bool:
        return row(engine, run_id).done == 3

    async with AsyncExitStack() as first:
        await first.enter_async_context(await worker(environment, run_id, engine, without_end))
        handle = await start(environment, engine, run_id)
        await until_told(half)
        assert (row(engine, run_id).total, row(engine, run_id).outcome) == (7, None)
    async with await worker(environment, run_id, engine, whole):
        await handle.result()
    assert (row(engine, run_id).outcome, row(engine, run_id).facts) == ("done", {"findings": 0})


async def test_a_run_whose_workers_are_lost_again_and_again_says_that_it_was_interrupted(
    environment: WorkflowEnvironment, engine: sa.Engine
) -> None:
    run_id = str(uuid.uuid4())

    async def lost(report: Reporter) -> RunResult:
        raise RuntimeError(report.run_id)

    async with await worker(environment, run_id, engine, lost):
        await (await start(environment, engine, run_id)).result()
    assert row(engine, run_id).outcome == "interrupted"
