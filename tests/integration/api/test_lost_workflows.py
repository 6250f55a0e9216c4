"""An open appointment whose workflow is gone: doctor and gauge, answers to commands and receipts, revival."""

import asyncio
import os
import sysconfig
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from httpx import AsyncClient

from db import refused_commands
from runtime.dispatch.receipts import sweep
from runtime.dispatch.system_counts import count_missing_workflows
from runtime.health import processes
from runtime.health.finding import Level
from runtime.lost_workflows import lost
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, content, environment_of, refused
from tests.integration.api.receipts import receipt
from tests.waiting import until_told
from workflows.contracts import workflow_id

YUYUE = Path(sysconfig.get_path("scripts")) / "yuyue"

pytestmark = pytest.mark.slow


async def test_commands_say_that_it_is_gone_and_take_effect_under_the_same_key_once_it_is_back(stack: ApiStack) -> None:
    key, began = {"Idempotency-Key": str(uuid.uuid4())}, datetime.now(UTC)
    async with stack.client("general") as client:
        path = await lost_draft(stack, client)
        answer = await client.post(f"{path}/submission", headers=key)
        assert refused(answer, 503) == ["process.missing"]
        assert f"yuyue revive {number_of(path)}" in answer.json()["errors"][0]["remedy"]
        (kept,) = await stack.context.read(lambda session: refused_commands.for_appointment(session, number_of(path)))
        assert (kept.command, [fault.code for fault in kept.faults]) == ("submit", ["process.missing"])
        assert began <= kept.received_at <= datetime.now(UTC)
        assert refused(await client.post(f"{path}/cancellation"), 409) == ["state.not_permitted"]
        assert await revive(stack, number_of(path)) == 0
        assert body(await client.post(f"{path}/submission", headers=key))["state"] == "submitted"
        assert await told(client, path) == ["created", "revived", "submitted"]
        by = body(await client.get(f"{path}/timeline"))["items"][1]
    assert (by["reason"], by["actor"]["kind"]) == ("误终止", "operator")


async def test_a_receipt_waits_and_is_applied_when_it_is_back(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("customs") as customs:
        path = await draft(client)
        body(await client.post(f"{path}/submission"))
        await terminate(stack, path)
        accepted = receipt(number_of(path), "ACCEPTED")
        answer = await customs.post("/customs/v1/receipts", content=accepted)
        assert refused(answer, 503) == ["process.missing"]
        assert await revive(stack, number_of(path)) == 0

        async def is_accepted() -> bool:
            return (await told(client, path))[-1] == "accepted"

        await until_told(is_accepted)
        assert await sweep(stack.context.dispatcher, datetime.now(UTC) + timedelta(seconds=1)) == 0
        assert body(await customs.post("/customs/v1/receipts", content=accepted), 202)["outcome"] == "applied"
        assert await told(client, path) == ["created", "submitted", "revived", "accepted"]


async def test_doctor_and_gauge_tell_of_it_until_it_is_back(stack: ApiStack) -> None:
    others = await lost(stack.context.client, stack.engine)
    async with stack.client("general") as client:
        path = await lost_draft(stack, client)
    await until_lost(stack, {*others, number_of(path)})
    assert await counted(stack) == len(others) + 1
    (found,) = await processes.check(stack.context.settings)
    assert (found.level, "yuyue revive" in found.remedy) == (Level.FAULT, True)
    assert await revive(stack, number_of(path)) == 0
    await until_lost(stack, set(others))
    assert await counted(stack) == len(others)
    assert await revive(stack, number_of(path)) == 1  # it runs


async def draft(client: AsyncClient) -> str:
    """The address of a new draft."""
    made = body(await client.post(APPOINTMENTS, json=content()), 201)
    return f"{APPOINTMENTS}/{made['pre_entry_no']}"


async def lost_draft(stack: ApiStack, client: AsyncClient) -> str:
    """The same, its workflow gone."""
    path = await draft(client)
    await terminate(stack, path)
    return path


async def terminate(stack: ApiStack, path: str) -> None:
    await stack.context.client.get_workflow_handle(workflow_id(number_of(path))).terminate()


def number_of(path: str) -> str:
    return path.rpartition("/")[2]


async def told(client: AsyncClient, path: str) -> list[str]:
    return [each["action"] for each in body(await client.get(f"{path}/timeline"))["items"]]


async def until_lost(stack: ApiStack, numbers: set[str]) -> None:
    """Once these are found and no others: what the server lists lags behind."""

    async def are_found() -> bool:
        return set(await lost(stack.context.client, stack.engine)) == numbers

    await until_told(are_found)


async def counted(stack: ApiStack) -> int:
    """The value of the gauge."""
    await count_missing_workflows(stack.context.dispatcher)
    async with stack.client() as client:
        page = (await client.get("/metrics")).text
    (line,) = [each for each in page.splitlines() if each.startswith("yuyue_workflows_missing ")]
    return int(float(line.split()[1]))


async def revive(stack: ApiStack, number: str) -> int:
    """The command; its exit code."""
    process = await asyncio.create_subprocess_exec(
        *(str(YUYUE), "revive", number, "--reason", "误终止"),
        env=os.environ | environment_of(stack.context.settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert number in output.decode(), output
    assert process.returncode is not None
    return process.returncode
