"""The durable timers of an appointment. Which are wanted follows from the appointment alone, so nothing is carried.

The safe shape: one task per deadline whose completion is the fact. Never compare ``workflow.now()`` with a
deadline to decide whether it has passed, and never re-arm a running timer: a query that waits for a worker
hands the workflow an old clock, and replay would start a second timer.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.appointment import Appointment, Attention, Cancellation, Feedback, State

UNDECIDED_STATES = frozenset({State.SUBMITTED, State.ACCEPTED})


class Timer(StrEnum):
    """What comes due, in the words an operator reads in the history."""

    WINDOW_START = "window_start"
    WINDOW_END = "window_end"
    FEEDBACK = "feedback_deadline"


SUMMARY = {
    Timer.WINDOW_START: "取消截止 window starts",
    Timer.WINDOW_END: "时段结束 window ends",
    Timer.FEEDBACK: "反馈截止 feedback deadline",
}


def wanted(appointment: Appointment) -> dict[Timer, datetime]:
    """Timer → due instant (UTC) for everything that will still happen by itself."""
    due = {
        Timer.WINDOW_START: appointment.deadlines.cancel_before if _cancellation_runs(appointment) else None,
        Timer.WINDOW_END: appointment.window_end if _decision_is_awaited(appointment) else None,
        Timer.FEEDBACK: appointment.deadlines.feedback_by if _deadline_runs(appointment) else None,
    }
    return {timer: at for timer, at in due.items() if at is not None}


def _cancellation_runs(appointment: Appointment) -> bool:
    live = UNDECIDED_STATES | {State.SUCCEEDED}
    return appointment.state in live and appointment.standing.cancellation is Cancellation.OPEN


def _decision_is_awaited(appointment: Appointment) -> bool:
    # Armed only once the window has started: an application decided in time never needs it.
    return (
        appointment.state in UNDECIDED_STATES
        and appointment.standing.cancellation is Cancellation.CLOSED
        and Attention.UNDECIDED not in appointment.attention
    )


def _deadline_runs(appointment: Appointment) -> bool:
    if appointment.state is State.CANCELLED:
        return appointment.cancel_confirmed_at is None and Attention.CANCEL_UNCONFIRMED not in appointment.attention
    open_feedback = appointment.standing.feedback is Feedback.OPEN
    return appointment.state in UNDECIDED_STATES or open_feedback


class _Running(NamedTuple):
    due: datetime
    task: asyncio.Task[None]


class Clockwork:
    """The timers that run. ``wind`` after every change of the appointment; ``rung`` tells which came due."""

    def __init__(self) -> None:
        self._running: dict[Timer, _Running] = {}

    def wind(self, due: Mapping[Timer, datetime]) -> None:
        """Stops what is no longer wanted or has moved, starts what is missing, leaves the rest alone."""
        for timer, running in tuple(self._running.items()):
            if due.get(timer) != running.due:
                running.task.cancel()
                del self._running[timer]
        for timer, at in due.items():
            if timer not in self._running:
                self._running[timer] = _Running(at, asyncio.create_task(_sleep_until(timer, at)))

    def rung(self) -> tuple[Timer, datetime] | None:
        """The earliest timer that has fired and is still wanted, with the instant it was due."""
        fired = [(running.due, timer) for timer, running in self._running.items() if running.task.done()]
        return (min(fired)[1], min(fired)[0]) if fired else None

    def stop(self) -> None:
        """Ends all of them, for continue-as-new: the next run winds its own from the appointment."""
        self.wind({})


async def _sleep_until(timer: Timer, due: datetime) -> None:
    remaining = max(due - workflow.now(), timedelta(milliseconds=1))
    await workflow.sleep(remaining, summary=f"{SUMMARY[timer]} {due:%Y-%m-%dT%H:%M:%SZ}")
