"""`temporal workflow reset`, the command of docs/operations.md."""

import asyncio

from cli.up.parts import temporal_binary
from tests.workflows.harness import Case

LAST, FIRST = "LastWorkflowTask", "FirstWorkflowTask"


async def reset(case: Case, point: str | int) -> Case:
    """The case in its new run, which goes on from a task: of that kind, or the one that event ends."""
    client = case.harness.environment.client
    address = client.service_client.config.target_host
    command = [temporal_binary(), "workflow", "reset", "--address", address, "--reason", "a test"]
    command += ["--workflow-id", case.handle.id, "--type" if isinstance(point, str) else "--event-id", str(point)]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    told, _ = await process.communicate()
    assert process.returncode == 0, told
    return Case(case.harness, case.number, client.get_workflow_handle(case.handle.id))
