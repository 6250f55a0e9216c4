"""A workflow whose tasks fail: doctor and gauge, and the remedy of docs/operations.md."""

import asyncio
import uuid

import pytest
from temporalio.testing import WorkflowEnvironment

from cli.up.parts import temporal_binary
from runtime.dispatch.system_counts import count_stuck_workflows
from runtime.health.finding import Finding, Level
from runtime.health.services import MARKS_AFTER, check_temporal
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, content
from tests.waiting import until_told

pytestmark = pytest.mark.slow


async def workflows(stack: ApiStack) -> Finding:
    found = {each.part: each for each in await check_temporal(stack.context.settings)}
    return found["workflows"]


async def counted(stack: ApiStack) -> str:
    await count_stuck_workflows(stack.context.dispatcher)
    async with stack.client() as client:
        return (await client.get("/metrics")).text


async def test_a_workflow_that_fails_at_its_tasks_is_told_until_it_goes_on(stack: ApiStack) -> None:
    assert (await workflows(stack)).level is Level.OK
    assert "yuyue_workflows_standing_still 0.0" in await counted(stack)

    name = f"unknown/{uuid.uuid4()}"
    client, queue = stack.context.client, stack.context.settings.task_queue
    handle = await client.start_workflow("NoWorkerHasIt", id=name, task_queue=queue)

    async def told() -> bool:
        return (await workflows(stack)).level is Level.FAULT

    async def none_counted() -> bool:
        return "yuyue_workflows_standing_still 0.0" in await counted(stack)

    await until_told(told, seconds=60)
    found = await workflows(stack)
    assert name in found.english
    assert "operations.md" in found.remedy
    assert "yuyue_workflows_standing_still 1.0" in await counted(stack)

    await handle.terminate()
    await until_told(none_counted, seconds=30)


async def test_where_the_server_marks_none_it_is_not_said_that_all_is_well(
    stack: ApiStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = MARKS_AFTER.partition("=")[0]
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=temporal_binary(),
        dev_server_log_level="error",
        dev_server_extra_args=["--dynamic-config-value", f"{name}=0"],
    ) as silent:
        monkeypatch.setenv("TEMPORAL_ADDRESS", silent.client.service_client.config.target_host)
        found = await workflows(stack)
    assert found.level is Level.WARNING
    assert MARKS_AFTER in found.remedy


async def test_its_last_task_done_again_loses_nothing_and_does_nothing_twice(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        number = body(await client.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"]
        path, changed = f"{APPOINTMENTS}/{number}", content(reason="改")
        once = {"If-Match": '"1"', "Idempotency-Key": str(uuid.uuid4())}
        saved = body(await client.put(path, json=changed, headers=once))

        await do_the_last_task_again(stack, number)
        again = body(await client.put(path, json=changed, headers=once))
        assert again == saved | {"updated_at": again["updated_at"]}
        assert body(await client.post(f"{path}/submission"))["state"] == "submitted"
        told = [each["action"] for each in body(await client.get(f"{path}/timeline"))["items"]]
    assert told == ["created", "saved", "submitted"]


async def do_the_last_task_again(stack: ApiStack, number: str) -> None:
    """The command of docs/operations.md."""
    address = stack.context.client.service_client.config.target_host
    command = [temporal_binary(), "workflow", "reset", "--address", address, "--reason", "its tasks fail"]
    command += ["--workflow-id", f"appointment/{number}", "--type", "LastWorkflowTask"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    assert process.returncode == 0, told
