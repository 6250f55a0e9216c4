"""The floor: a workflow that does the same updates and activities as an appointment, with empty handlers."""

import asyncio

from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    from datetime import timedelta

    from pydantic import BaseModel

BARE_QUEUE = "bench-bare"
TIMEOUT = timedelta(seconds=10)


class Step(BaseModel):
    """One command: how many local and regular activities it costs."""

    local: int
    regular: int = 0


class Done(BaseModel):
    """The answer of a command."""

    steps: int


#: The commands of ``bench.lifecycle``, in order, with the activities each costs an appointment.
STEPS = (
    ("create", Step(local=1)),
    ("save", Step(local=2)),
    ("save", Step(local=2)),
    ("submit", Step(local=2, regular=1)),
    ("accepted", Step(local=1)),
    ("approved", Step(local=1)),
    ("feed_back", Step(local=2, regular=1)),
    ("confirmed", Step(local=1)),
)


@activity.defn
async def nothing(step: Step) -> None:
    """An activity that does nothing: the cost of calling one."""


@workflow.defn
class Bare:
    """Updates that run activities and keep nothing."""

    @workflow.init
    def __init__(self, start: Step) -> None:  # noqa: ARG002 as run
        self._steps = 0
        self._regular: list[asyncio.Task[None]] = []

    @workflow.run
    async def run(self, start: Step) -> None:  # noqa: ARG002 an input there must be, as an appointment has one
        """Lives until it is terminated, like an appointment whose deadline is far away."""
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def step(self, step: Step) -> Done:
        """The local activities first; the regular ones go on beside."""
        for _ in range(step.local):
            await workflow.execute_local_activity(nothing, step, start_to_close_timeout=TIMEOUT)
        self._regular += [asyncio.create_task(_regular(step)) for _ in range(step.regular)]
        self._steps += 1
        return Done(steps=self._steps)


async def _regular(step: Step) -> None:
    await workflow.execute_activity(nothing, step, start_to_close_timeout=TIMEOUT)
