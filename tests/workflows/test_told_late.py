"""A local activity that ends while a query is being answered must not leave a history that cannot be replayed."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

from domain.appointment import Attention
from tests.workflows.bench import RPC_TIMEOUT, Bench, Case
from workflows import sandbox
from workflows.appointment import AppointmentWorkflow

#: On a crowded machine the query and the end may miss each other.
TRIES = 5


class Meddling(WorkflowRunner):
    """Production's runner; ``meddle`` is called before each query is answered."""

    def __init__(self, meddle: Callable[[], None]) -> None:
        self._real = sandbox.runner()
        self._meddle = meddle

    def prepare_workflow(self, defn: Any) -> None:
        self._real.prepare_workflow(defn)

    def set_worker_level_failure_exception_types(self, types: Any) -> None:
        self._real.set_worker_level_failure_exception_types(types)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance = self._real.create_instance(det)
        activate = instance.activate

        def meddled(act: WorkflowActivation) -> Any:
            if any(job.HasField("query_workflow") for job in act.jobs):
                self._meddle()
            return activate(act)

        instance.activate = meddled  # type: ignore[method-assign]
        return instance


@pytest.mark.asyncio(loop_scope="session")
async def test_what_ends_while_a_query_is_answered(idle_bench: Bench) -> None:
    async with idle_bench.worker():
        case = await (await idle_bench.case()).approved()
    for revision in range(1, TRIES + 1):
        await meet(case, revision)
        if failures(await case.history()):
            break
    history = await case.history()
    assert set(failures(history)) == {"ToldLate"}
    await Replayer(
        workflows=[AppointmentWorkflow], workflow_runner=sandbox.runner(), data_converter=pydantic_data_converter
    ).replay_workflow(history)


async def meet(case: Case, revision: int) -> None:
    """News for the workflow while its worker is away, and a query with it; what the news asks for ends meanwhile."""
    is_bad = revision % 2 == 1
    news = (Attention.HOURS_CHANGED,) if is_bad else ()
    lock = sqlite3.connect(str(case.bench.engine.url.database), check_same_thread=False, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")

    def let_go_on() -> None:
        lock.close()
        _wait(lambda: case.row.attention == news)
        time.sleep(0.3)  # it is written; that the activity has ended is told to the SDK alone

    await case.hours(revision, conflict=is_bad)
    asking = asyncio.create_task(case.handle.query("__temporal_workflow_metadata", rpc_timeout=RPC_TIMEOUT))
    await asyncio.sleep(0.5)  # the server tells nobody that a query waits
    async with case.bench.worker(Meddling(let_go_on)):
        await asking
        await case.becomes(lambda row: row.attention == news)


def _wait(holds: Callable[[], bool]) -> None:
    """For a second at most: the SDK gives up a workflow that thinks for two."""
    give_up = time.monotonic() + 1
    while not holds() and time.monotonic() < give_up:
        time.sleep(0.02)


def failures(history: WorkflowHistory) -> list[str]:
    """The workflow tasks that failed."""
    kind = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
    failed = [event.workflow_task_failed_event_attributes for event in history.events if event.event_type == kind]
    return [each.failure.application_failure_info.type for each in failed]
