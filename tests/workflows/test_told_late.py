"""A local activity that ends while a query is being answered must not leave a history that cannot be replayed."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from temporalio.api.enums.v1 import EventType
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

from domain.appointment import Attention
from tests.workflows.bench import Bench, Case
from workflows import sandbox
from workflows.appointment import AppointmentWorkflow


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
    await case.hours(1, conflict=True)
    meeting = Meeting(idle_bench.engine)
    asking = asyncio.create_task(case.handle.query("__temporal_workflow_metadata"))
    async with idle_bench.worker(Meddling(lambda: meeting.hold(lambda: _is_told(case)))):
        await meeting.begun()
        await case.hours(2, conflict=False)
        meeting.end()
        await asking
        await case.becomes(lambda row: row.attention == ())
    history = await case.history()
    assert [each for each in failures(history) if "ToldLate" in each] == failures(history) != []
    await Replayer(
        workflows=[AppointmentWorkflow], workflow_runner=sandbox.runner(), data_converter=pydantic_data_converter
    ).replay_workflow(history)


class Meeting:
    """The database is locked until a query is being answered; then what waits for it ends, and a signal comes."""

    def __init__(self, engine: Engine) -> None:
        self._loop = asyncio.get_running_loop()
        self._begun, self._ended = asyncio.Event(), threading.Event()
        self._lock = sqlite3.connect(str(engine.url.database), check_same_thread=False, isolation_level=None)
        self._lock.execute("BEGIN IMMEDIATE")

    def hold(self, written: Callable[[], bool]) -> None:
        """In the workflow's thread: returns when the activity and the signal have reached the SDK and the server."""
        if self._begun.is_set():
            return
        self._lock.close()
        self._loop.call_soon_threadsafe(self._begun.set)
        assert self._ended.wait(1)
        while not written():
            time.sleep(0.02)
        time.sleep(0.3)  # the row is there; that the activity has ended the SDK tells nobody

    async def begun(self) -> None:
        """Returns once a query is being answered."""
        async with asyncio.timeout(10):
            await self._begun.wait()

    def end(self) -> None:
        """What was to happen meanwhile has happened."""
        self._ended.set()


def _is_told(case: Case) -> bool:
    return case.row.attention == (Attention.HOURS_CHANGED,)


def failures(history: WorkflowHistory) -> list[str]:
    """The workflow tasks that failed."""
    kind = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
    failed = [event.workflow_task_failed_event_attributes for event in history.events if event.event_type == kind]
    return [each.failure.application_failure_info.type for each in failed]
