"""Temporal Schedules: made by every worker at its start, once for all workers of a queue."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from runtime.settings import Settings
from workflows.contracts import COLLECTION, RECEIPT_PULL, UPKEEP

#: The upkeep runs for ever; one that somebody terminated is started again within this time.
LOOK_FOR_UPKEEP = timedelta(minutes=1)


def schedule_id(settings: Settings, workflow: str = COLLECTION) -> str:
    """Returns the id; workers of another queue, for another database, may use the same namespace."""
    return f"{workflow.lower()}/{settings.task_queue}"


async def ensure(client: Client, settings: Settings) -> None:
    """Makes or corrects every schedule; one that an operator has paused stays paused."""
    for workflow, wanted in _schedules(settings):
        await _ensure(client, schedule_id(settings, workflow), wanted, at_once=workflow == UPKEEP)


async def _ensure(client: Client, name: str, wanted: Schedule, *, at_once: bool) -> None:
    def corrected(found: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(replace(found.description.schedule, action=wanted.action, spec=wanted.spec))

    try:
        await client.create_schedule(name, wanted, trigger_immediately=at_once)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(name).update(corrected)


def _schedules(settings: Settings) -> Iterator[tuple[str, Schedule]]:
    yield COLLECTION, _schedule(settings, COLLECTION, settings.collect_every, "清理无主附件 collect orphaned files")
    yield RECEIPT_PULL, _schedule(settings, RECEIPT_PULL, settings.customs_pull_every, "取回回执 fetch receipts")
    yield UPKEEP, _schedule(settings, UPKEEP, LOOK_FOR_UPKEEP, "后台任务 repeated jobs of the system")


def _schedule(settings: Settings, workflow: str, every: timedelta, summary: str) -> Schedule:
    """Returns a schedule that starts the workflow unless it still runs."""
    return Schedule(
        action=ScheduleActionStartWorkflow(
            workflow, id=schedule_id(settings, workflow), task_queue=settings.task_queue, static_summary=summary
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP),
    )
