"""``run_health_job`` and ``end_health_run``: carries out a health job and keeps its row up to date."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.contracts import END_HEALTH_RUN, RUN_HEALTH_JOB, HealthRun
from db import health_runs
from db.health_runs import RunProgress, RunResult

#: Seconds between signs of life; past ``policies.HEALTH_HEARTBEAT`` without one the server asks another worker.
BEAT_SECONDS = 0.5
#: The type of the error with which a worker that ends hands the job on.
HANDED_ON = "job.handed_on"


class Stopped(Exception):
    """The job must end: its worker ends."""


class Reporter:
    """Takes the progress of a job, from any thread; calls of it raise ``Stopped`` once the job must end."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.latest = RunProgress()
        self._stopped = False

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """Notes that ``done`` of ``total`` things of the step are done."""
        if self._stopped:
            raise Stopped
        self.latest = RunProgress(step, done, total)

    def stop(self) -> None:
        """Makes the next call raise ``Stopped``."""
        self._stopped = True


#: Returns the result also when the job fails; raises only what another worker may do better.
HealthJob = Callable[[Reporter], Coroutine[Any, Any, RunResult]]


class HealthActivity:
    """The jobs by name, and the database with the rows of their runs."""

    def __init__(self, engine: Engine, jobs: Mapping[str, HealthJob]) -> None:
        self._engine = engine
        self._jobs = jobs

    @activity.defn(name=RUN_HEALTH_JOB, no_thread_cancel_exception=True)
    async def run(self, request: HealthRun) -> None:
        """Raises ``ApplicationError``, to be retried elsewhere, when the worker ends."""
        reporter = Reporter(request.run_id)
        job = asyncio.create_task(self._jobs[request.job](reporter), name=f"health {request.job}")
        ending = asyncio.create_task(activity.wait_for_worker_shutdown(), name="worker ends")
        try:
            await self._wait(reporter, job, ending)
        finally:
            reporter.stop()
            await _cancel(ending, job)
        if job.cancelled():
            raise ApplicationError("the worker ends", type=HANDED_ON, category=ApplicationErrorCategory.BENIGN)
        await self._end(request.run_id, job.result())

    @activity.defn(name=END_HEALTH_RUN, no_thread_cancel_exception=True)
    async def interrupted(self, request: HealthRun) -> None:
        """Notes that the run was interrupted, unless it has ended."""
        await self._end(request.run_id, RunResult("interrupted"))

    async def _wait(self, reporter: Reporter, job: "asyncio.Task[RunResult]", ending: "asyncio.Task[None]") -> None:
        while not job.done() and not ending.done():
            activity.heartbeat()
            now = datetime.now(UTC)
            await asyncio.to_thread(health_runs.note, self._engine, reporter.run_id, reporter.latest, now)
            await asyncio.wait({job, ending}, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)

    async def _end(self, run_id: str, result: RunResult) -> None:
        await asyncio.to_thread(health_runs.end, self._engine, run_id, result, datetime.now(UTC))


async def _cancel(*tasks: "asyncio.Task[Any]") -> None:
    """Cancels the tasks and waits for their ends; that of a thread may take a while."""
    for task in tasks:
        task.cancel()
    pending = set(tasks)
    while pending:
        activity.heartbeat()
        _, pending = await asyncio.wait(pending, timeout=BEAT_SECONDS)
