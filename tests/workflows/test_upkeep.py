"""Repeated jobs: one worker of several has them, and the next one when it ends."""

import asyncio
import uuid
from collections import Counter
from contextlib import AsyncExitStack

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.upkeep import Job, Upkeep
from tests.waiting import until_told
from workflows import sandbox
from workflows.contracts import UPKEEP
from workflows.upkeep import UpkeepWorkflow

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def worker(environment: WorkflowEnvironment, queue: str, *jobs: Job) -> Worker:
    """Has a client of its own: the SDK lets no two workers of a client share a queue."""
    return Worker(
        await Client.connect(environment.client.service_client.config.target_host),
        task_queue=queue,
        workflows=[UpkeepWorkflow],
        activities=[Upkeep(jobs).keep_up],
        workflow_runner=sandbox.runner(),
    )


class Rounds:
    """Counts the rounds of a job at each worker."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()

    def at(self, name: str) -> Job:
        async def job() -> None:
            self.done[name] += 1

        return "count", job, 0.01

    async def until_done(self, name: str, times: int) -> None:
        async def enough() -> bool:
            return self.done[name] >= times

        await until_told(enough)


async def test_of_two_workers_one_repeats_the_jobs_and_the_other_goes_on_when_it_ends(
    environment: WorkflowEnvironment,
) -> None:
    queue, rounds = f"upkeep-{uuid.uuid4()}", Rounds()
    async with AsyncExitStack() as first:
        await first.enter_async_context(await worker(environment, queue, rounds.at("first")))
        handle = await environment.client.start_workflow(UPKEEP, id=queue, task_queue=queue)
        await rounds.until_done("first", 1)
        async with await worker(environment, queue, rounds.at("second")):
            await rounds.until_done("first", rounds.done["first"] + 20)
            assert rounds.done["second"] == 0
            await first.aclose()
            stopped = rounds.done["first"]
            await rounds.until_done("second", 20)
            assert rounds.done["first"] == stopped
    await handle.terminate()


async def test_a_job_that_fails_is_repeated_and_holds_up_no_other(environment: WorkflowEnvironment) -> None:
    queue, rounds = f"upkeep-{uuid.uuid4()}", Rounds()
    failures: Counter[str] = Counter()

    async def failing() -> None:
        failures["now"] += 1
        raise RuntimeError("no")

    async def failed_twice() -> bool:
        return failures["now"] >= 2

    async with await worker(environment, queue, ("fails", failing, 0.01), rounds.at("only")):
        handle = await environment.client.start_workflow(UPKEEP, id=queue, task_queue=queue)
        await asyncio.gather(rounds.until_done("only", 2), until_told(failed_twice))
    await handle.terminate()
