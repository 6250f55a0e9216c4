"""The durable timers of an appointment. The appointment alone says which are needed, so nothing is carried over.

Each deadline has one task, and its completion means that the timer fired; it is never started again from
``workflow.now()``.

A query that waits for a worker (an open page of the Temporal UI sends them) makes the SDK show the workflow a fired
timer ahead of its workflow task, with the clock of the task before. Commands made then would be recorded in an order
that replay does not repeat as soon as an Update waits too. So the workflow refuses to go on from a timer that fired
before its time by its own clock: that task fails, the worker evicts the run, and the real task replays it in order.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.due import Timer

#: So that the clock never falls short of the due instant when the timer has fired.
AFTER_DUE = timedelta(milliseconds=50)


SUMMARY = {
    Timer.WINDOW_START: "取消截止 window starts",
    Timer.WINDOW_END: "时段结束 window ends",
    Timer.FEEDBACK: "反馈截止 feedback deadline",
}


class ClockBehindTimer(Exception):
    """The SDK showed a fired timer before its workflow task. The appointment itself has not failed."""


class DeadlineTimers:
    """The running timers: call ``ensure_running`` after every change, ``next_fired`` for those that fired.

    A timer that is no longer needed runs out and is ignored. To cancel one that was started in the same workflow task
    would erase both from the history, and a query can change whether it is the same task.
    """

    def __init__(self) -> None:
        self._running: dict[tuple[datetime, Timer], asyncio.Task[None]] = {}

    def ensure_running(self, due: Mapping[Timer, datetime]) -> None:
        """Starts the timers that are missing."""
        for timer, at in due.items():
            if (at, timer) not in self._running:
                self._running[at, timer] = asyncio.create_task(_sleep_until(timer, at))

    def next_fired(self, due: Mapping[Timer, datetime]) -> tuple[Timer, datetime] | None:
        """Returns the earliest timer of ``due`` that has fired, with its due instant; None when none has.

        Raises ``ClockBehindTimer`` when one fired before its time, which must fail the workflow task.
        """
        fired = sorted((at, timer) for timer, at in due.items() if self._fired(at, timer))
        if fired and workflow.now() < fired[-1][0]:
            raise ClockBehindTimer(f"{fired[-1][1]} fired before it was due")
        return (fired[0][1], fired[0][0]) if fired else None

    def _fired(self, at: datetime, timer: Timer) -> bool:
        task = self._running.get((at, timer))
        return task is not None and task.done()


async def _sleep_until(timer: Timer, due: datetime) -> None:
    remaining = max(due - workflow.now(), timedelta(0)) + AFTER_DUE
    await workflow.sleep(remaining, summary=f"{SUMMARY[timer]} {due:%Y-%m-%dT%H:%M:%SZ}")
