"""One worker process: ``python -m bench.worker appointment|bare READY_FILE``, told by the settings as ours is."""

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from temporalio.worker import Worker

from activities.catalogue import effects
from activities.collection import Collection
from bench.bare import BARE_QUEUE, Bare, nothing
from bench.builders import FakeCustoms
from db.engine import connect as connect_database
from runtime import logs, signals, temporal
from runtime.objects import Objects
from runtime.sealing import Sealer
from runtime.settings import Settings
from workflows import sandbox
from workflows.appointment import AppointmentWorkflow

THREADS = 32


class Registered(NamedTuple):
    """The workflows and activities of one of the two workers."""

    task_queue: str
    workflow: type
    activities: list[Callable[..., Any]]


def appointment(settings: Settings) -> Registered:
    """The real workflow and the real activities, customs apart."""
    engine, office = connect_database(settings.database_url), FakeCustoms()
    opener, policy = Sealer.of(settings), settings.policy()
    files = Collection(engine, Objects.of(settings, opener), settings.collect_grace)
    activities = effects(engine, policy, customs=office, quick=office, opener=opener, files=files)
    return Registered(settings.task_queue, AppointmentWorkflow, activities)


def bare(_settings: Settings) -> Registered:
    """The worker of the bare workflow, which is the floor."""
    return Registered(BARE_QUEUE, Bare, [nothing])


SIDES = {"appointment": appointment, "bare": bare}


async def main(side: str, ready: Path) -> None:
    """Runs until SIGTERM, under the limits of the product's own worker."""
    settings = Settings()
    logs.configure(settings)
    stop = signals.signalled()
    client = await temporal.connect(settings)
    registered = SIDES[side](settings)
    with ThreadPoolExecutor(THREADS) as threads:
        worker = Worker(
            client,
            task_queue=registered.task_queue,
            workflows=[registered.workflow],
            activities=registered.activities,
            activity_executor=threads,
            max_concurrent_activities=THREADS // 2,
            max_concurrent_local_activities=THREADS // 2,
            workflow_runner=sandbox.runner(),
        )
        async with worker:
            await asyncio.to_thread(ready.touch)
            await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
