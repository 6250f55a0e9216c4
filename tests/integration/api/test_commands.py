"""Commands to a workflow that is crowded, or whose worker has its troubles, on a real Temporal server."""

import asyncio
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.actor import Actor, ActorKind
from runtime.dispatch.commands import AT_ONCE, CommandSender
from runtime.dispatch.failures import CommandFailed
from runtime.metrics import Metrics
from tests.waiting import until_told
from workflows.contracts import Command, workflow_id

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: From the third on the server takes no update any more.
FAILURES = 3
#: Updates in flight; one more is refused, and those that wait are dropped with it.
SERVER_TAKES = 10


@workflow.defn
class Stumbling:
    """Its first tasks fail, as they do while a worker is too slow for them."""

    failures: ClassVar[int] = 0

    @workflow.run
    async def run(self) -> None:
        if Stumbling.failures < FAILURES:
            Stumbling.failures += 1
            raise RuntimeError("stumbles")
        await workflow.wait_condition(lambda: False)

    @workflow.update
    def submit(self, command: Command) -> str:
        return command.key


@workflow.defn
class Crowded:
    """Takes its time for a command, and counts how many it has together."""

    def __init__(self) -> None:
        self._now = self._most = 0

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def submit(self, command: Command) -> str:
        self._now += 1
        self._most = max(self._most, self._now)
        await workflow.sleep(timedelta(milliseconds=50))
        self._now -= 1
        return command.key

    @workflow.query
    def most(self) -> int:
        return self._most


@workflow.defn
class Silent:
    """Takes a command and does not answer it."""

    def __init__(self) -> None:
        self._asked = False

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def submit(self, command: Command) -> str:
        self._asked = True
        await workflow.wait_condition(lambda: False)
        return command.key

    @workflow.query
    def asked(self) -> bool:
        return self._asked


def command(key: str = "k1") -> Command:
    actor = Actor(kind=ActorKind.ENTERPRISE, id="3122260002")
    return Command(key=key, body_hash="h", received_at=datetime.now(UTC), actor=actor)


async def connected(server: WorkflowEnvironment) -> Client:
    return await Client.connect(server.client.service_client.config.target_host, data_converter=pydantic_data_converter)


async def test_a_crowd_takes_turns_and_all_are_answered(server: WorkflowEnvironment) -> None:
    client, queue, number = await connected(server), f"test-{uuid.uuid4()}", "202600000000000078"
    keys = [f"k{each}" for each in range(12)]
    async with Worker(client, task_queue=queue, workflows=[Crowded], workflow_runner=UnsandboxedWorkflowRunner()):
        handle = await client.start_workflow(Crowded.run, id=workflow_id(number), task_queue=queue)
        commands = CommandSender(client, Metrics(), limit_seconds=60)
        answers = await asyncio.gather(*(commands.update(number, "submit", command(key), str) for key in keys))
        assert answers == keys
        assert 1 < await handle.query(Crowded.most) < SERVER_TAKES
        await handle.terminate()


async def test_who_has_no_turn_while_no_worker_answers_is_told_to_come_again(server: WorkflowEnvironment) -> None:
    client, number = await connected(server), "202600000000000079"
    handle = await client.start_workflow(Crowded.run, id=workflow_id(number), task_queue=f"test-{uuid.uuid4()}")
    commands = CommandSender(client, Metrics(), limit_seconds=1)
    sent = [commands.update(number, "submit", command(f"k{each}"), str) for each in range(AT_ONCE + 2)]
    answers = await asyncio.gather(*sent, return_exceptions=True)
    assert Counter(each.code for each in answers if isinstance(each, CommandFailed)) == {
        "outcome.unknown": AT_ONCE,
        "rate.limited": 2,
    }
    await handle.terminate()


async def test_a_command_whose_sender_is_cancelled_is_not_repeated(server: WorkflowEnvironment) -> None:
    client, queue, number = await connected(server), f"test-{uuid.uuid4()}", "202600000000000080"
    commands = CommandSender(client, Metrics(), limit_seconds=60)
    async with Worker(client, task_queue=queue, workflows=[Silent], workflow_runner=UnsandboxedWorkflowRunner()):
        handle = await client.start_workflow(Silent.run, id=workflow_id(number), task_queue=queue)
        sending = asyncio.create_task(commands.update(number, "submit", command(), str))
        await until_told(lambda: handle.query(Silent.asked))
        sending.cancel()
        await asyncio.wait({sending}, timeout=10)
        assert sending.cancelled()
        await handle.terminate()


async def test_a_command_outlasts_tasks_that_fail(server: WorkflowEnvironment) -> None:
    client, queue, number = await connected(server), f"test-{uuid.uuid4()}", "202600000000000077"
    async with Worker(client, task_queue=queue, workflows=[Stumbling], workflow_runner=UnsandboxedWorkflowRunner()):
        handle = await client.start_workflow(Stumbling.run, id=workflow_id(number), task_queue=queue)
        commands = CommandSender(client, Metrics(), limit_seconds=60)
        assert await commands.update(number, "submit", command(), str) == "k1"
        await handle.terminate()
    assert Stumbling.failures == FAILURES
