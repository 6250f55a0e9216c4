"""``keep_up``: repeats the jobs of the system, each at its own pace, as long as this worker runs."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.contracts import KEEP_UP

#: Seconds between signs of life; past ``policies.UPKEEP_HEARTBEAT`` without one the server asks another worker.
BEAT_SECONDS = 2.0
#: The type of the error with which a worker that ends hands the jobs on.
HANDED_ON = "upkeep.handed_on"

#: A name, what to do, and the pause in seconds. Idempotent and safe beside itself: after a loss, two may do it at once.
Job = tuple[str, Callable[[], Awaitable[object]], float]

log = structlog.get_logger("activities.upkeep")


class Upkeep:
    """The jobs, done by one worker of all: Temporal gives the activity to one, and to the next when it is lost."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = tuple(jobs)

    @activity.defn(name=KEEP_UP, no_thread_cancel_exception=True)
    async def keep_up(self) -> None:
        """Raises ``ApplicationError``, to be retried elsewhere, when the worker ends."""
        tasks = [asyncio.create_task(_repeat(*job), name=f"keep up {job[0]}") for job in self._jobs]
        ending = asyncio.create_task(activity.wait_for_worker_shutdown(), name="worker ends")
        try:
            while not ending.done():
                activity.heartbeat()
                await asyncio.wait({ending}, timeout=BEAT_SECONDS)
        finally:
            await _cancel(ending, *tasks)
        raise ApplicationError("the worker ends", type=HANDED_ON, category=ApplicationErrorCategory.BENIGN)


async def _repeat(name: str, job: Callable[[], Awaitable[object]], pause_seconds: float) -> None:
    while True:
        try:
            await job()
        except Exception as error:
            log.warning("a job failed", job=name, exc_info=error)
        await asyncio.sleep(pause_seconds)


async def _cancel(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
