"""A local activity that ends while a query is being answered must not leave a history that cannot be replayed."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.bridge.proto.activity_result import ActivityResolution
from temporalio.bridge.proto.workflow_activation import (
    FireTimer,
    NotifyHasPatch,
    ResolveActivity,
    WorkflowActivation,
    WorkflowActivationJob,
)
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

from tests.workflows.harness import RPC_TIMEOUT, Harness
from workflows import activation_order, sandbox
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
async def test_what_ends_while_a_query_is_answered(idle_bench: Harness) -> None:
    history = await meet(idle_bench)
    for _ in range(TRIES):
        history = history if is_told_late(history) else await meet(idle_bench)
    assert is_told_late(history)
    await Replayer(
        workflows=[AppointmentWorkflow], workflow_runner=sandbox.runner(), data_converter=pydantic_data_converter
    ).replay_workflow(history)


async def meet(harness: Harness) -> WorkflowHistory:
    """A command and a query while the worker is away; its row is written while the query is answered, and news come."""
    async with harness.worker():
        case = await (await harness.case()).approved()
    lock = sqlite3.connect(str(harness.engine.url.database), check_same_thread=False, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    loop, answering, news_came = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def let_go_on() -> None:
        lock.close()
        loop.call_soon_threadsafe(answering.set)
        news_came.wait(1)  # no longer: the SDK gives up a workflow that thinks for two seconds
        time.sleep(0.4)  # only the SDK knows that the activity has ended

    await case.hours(1, conflict=True)
    explaining = asyncio.create_task(case.explain())
    asking = asyncio.create_task(case.handle.query("__temporal_workflow_metadata", rpc_timeout=RPC_TIMEOUT))
    await asyncio.sleep(0.5)  # the server tells nobody that a query waits
    async with harness.worker(Meddling(let_go_on)):
        await answering.wait()
        await case.hours(2, conflict=False)
        news_came.set()
        await asyncio.gather(asking, explaining)
        await case.becomes(lambda row: row.attention == ())
    return await case.history()


def is_told_late(history: WorkflowHistory) -> bool:
    """Returns True if the last command was answered in a later task than that which recorded its row."""
    kinds = [event.event_type for event in history.events]
    answered = _last(kinds, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED)
    written = _last(kinds[:answered], EventType.EVENT_TYPE_MARKER_RECORDED)
    return EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED in kinds[written:answered]


def _last(kinds: list[Any], kind: Any) -> int:
    return len(kinds) - 1 - kinds[::-1].index(kind)


TIMER = WorkflowActivationJob(fire_timer=FireTimer(seq=1))
PATCH = WorkflowActivationJob(notify_has_patch=NotifyHasPatch(patch_id="one"))
END, LOCAL_END = (
    WorkflowActivationJob(resolve_activity=ResolveActivity(seq=2, is_local=is_local, result=ActivityResolution()))
    for is_local in (False, True)
)


@pytest.mark.parametrize(
    ("jobs", "parts"),
    [
        ([TIMER, LOCAL_END, END], [[LOCAL_END], [TIMER, END]]),
        ([PATCH, TIMER, LOCAL_END], [[PATCH, LOCAL_END], [TIMER]]),
        ([PATCH, TIMER], [[PATCH, TIMER]]),
        ([LOCAL_END], [[LOCAL_END]]),
        ([PATCH, LOCAL_END], [[PATCH, LOCAL_END]]),
        ([TIMER, END], [[TIMER, END]]),
        ([], [[]]),
    ],
)
def test_local_ends_come_first_and_by_themselves(
    jobs: list[WorkflowActivationJob], parts: list[list[WorkflowActivationJob]]
) -> None:
    seen: list[WorkflowActivation] = []

    def apply(act: WorkflowActivation) -> WorkflowActivationCompletion:
        seen.append(act)
        done = WorkflowActivationCompletion()
        done.successful.commands.add().start_timer.seq = len(seen)
        return done

    done = activation_order.activate(WorkflowActivation(run_id="one", history_length=7, jobs=jobs), apply)
    assert [list(act.jobs) for act in seen] == parts
    assert {(act.run_id, act.history_length) for act in seen} == {("one", 7)}
    assert [command.start_timer.seq for command in done.successful.commands] == list(range(1, len(parts) + 1))


def test_a_part_that_fails_fails_the_whole() -> None:
    def apply(act: WorkflowActivation) -> WorkflowActivationCompletion:
        done = WorkflowActivationCompletion()
        done.successful.SetInParent()
        if TIMER in act.jobs:
            done.failed.failure.message = "no"
        return done

    assert activation_order.activate(WorkflowActivation(jobs=[TIMER, LOCAL_END]), apply).failed.failure.message == "no"
