"""What Temporal starts from time to time: made by every worker at its start, once for all."""

from dataclasses import replace

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
from workflows.contracts import COLLECTION


def schedule_id(settings: Settings) -> str:
    """Workers of another queue, for another database, may use the same namespace: theirs is another schedule."""
    return f"collection/{settings.task_queue}"


async def ensure(client: Client, settings: Settings) -> None:
    """The schedule is there, and as the settings say; one that an operator has paused stays paused."""
    wanted = _schedule(settings)

    def mended(found: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(replace(found.description.schedule, action=wanted.action, spec=wanted.spec))

    try:
        await client.create_schedule(schedule_id(settings), wanted)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(schedule_id(settings)).update(mended)


def _schedule(settings: Settings) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            COLLECTION,
            id=schedule_id(settings),
            task_queue=settings.task_queue,
            static_summary="清理无主附件 collect orphaned files",
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=settings.collect_every)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP),
    )
