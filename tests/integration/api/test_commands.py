"""Commands to a workflow whose worker has its troubles, on a real Temporal server."""

import uuid
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from api.commands import Commands
from domain.appointment import Actor, ActorKind
from runtime.metrics import Metrics
from workflows.contracts import Command, workflow_id

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: From the third on the server takes no update any more.
FAILURES = 3


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


async def test_a_command_outlasts_tasks_that_fail(server: WorkflowEnvironment) -> None:
    address = server.client.service_client.config.target_host
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    queue, number = f"test-{uuid.uuid4()}", "202600000000000077"
    command = Command(
        key="k1", body_hash="h", received_at=datetime.now(UTC), actor=Actor(kind=ActorKind.ENTERPRISE, id="3122260002")
    )
    async with Worker(client, task_queue=queue, workflows=[Stumbling], workflow_runner=UnsandboxedWorkflowRunner()):
        handle = await client.start_workflow(Stumbling.run, id=workflow_id(number), task_queue=queue)
        commands = Commands(client, Metrics(), limit_seconds=60)
        assert await commands.update(number, "submit", command, str) == "k1"
        await handle.terminate()
    assert Stumbling.failures == FAILURES
