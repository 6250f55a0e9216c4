"""Lifecycles side by side, in rounds that take turns, so that a machine that slows down slows both."""

import asyncio
import itertools
import statistics
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import psutil
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from bench.drivers import Stopwatch

Live = Callable[[Stopwatch], Awaitable[str]]

#: What is counted in a history, in the order it is shown.
KINDS = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED: "updates",
    EventType.EVENT_TYPE_MARKER_RECORDED: "local activities",
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: "activities",
    EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED: "workflow tasks",
    EventType.EVENT_TYPE_TIMER_STARTED: "timers",
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: "attribute upserts",
}
#: The processes whose processor time is listed apart.
PROCESSES = ("temporal", "worker", "driver")
EVENTS, BYTES = "history events", "history kB"


@dataclass
class Measured:
    """One side's figures; ``rounds`` in lifecycles per second, ``seconds`` one per command.

    ``cpu`` are the seconds of processor time that each of ``PROCESSES`` has used.
    """

    rounds: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    cpu: Counter[str] = field(default_factory=Counter)

    @property
    def throughput(self) -> float:
        """Lifecycles per second over all rounds, each of which has as many lifecycles."""
        return statistics.harmonic_mean(self.rounds)

    @property
    def median(self) -> float:
        """Milliseconds of the middle command."""
        return statistics.median(self.seconds) * 1000

    @property
    def p95(self) -> float:
        """Milliseconds that 19 of 20 commands keep within."""
        return statistics.quantiles(self.seconds, n=20)[-1] * 1000

    def cpu_each(self, process: str) -> float:
        """Milliseconds of processor time per lifecycle: hardly moved by what else the machine does."""
        return self.cpu[process] / len(self.ids) * 1000


class Plan(NamedTuple):
    """The number of rounds, clients and lifecycles to measure."""

    rounds: int
    lifecycles: int
    concurrency: int


class Side(NamedTuple):
    """One of the two that are compared; ``pids`` of its ``PROCESSES``."""

    name: str
    live: Live
    pids: Mapping[str, int]
    measured: Measured


def cpu_used(pids: Mapping[str, int]) -> Counter[str]:
    """Seconds of processor time so far, by name of the process."""
    times = {name: psutil.Process(pid).cpu_times() for name, pid in pids.items()}
    return Counter({name: time.user + time.system for name, time in times.items()})


async def play(side: Side, plan: Plan, lived: Callable[[], None]) -> None:
    """One round of one side; ``lived`` is called after each lifecycle."""
    watch, left, before = Stopwatch(), itertools.repeat(None, plan.lifecycles), cpu_used(side.pids)
    began = time.perf_counter()

    async def keep_living() -> None:
        for _ in left:
            side.measured.ids.append(await side.live(watch))
            lived()

    async with asyncio.TaskGroup() as group:
        for _ in range(plan.concurrency):
            group.create_task(keep_living())
    side.measured.rounds.append(plan.lifecycles / (time.perf_counter() - began))
    side.measured.seconds += watch.seconds
    side.measured.cpu += cpu_used(side.pids) - before


async def anatomy(client: Client, ids: Iterable[str]) -> dict[str, float]:
    """Returns the mean number of events in the histories of these workflows, by kind."""
    counts = [await _count(client, each) for each in ids]
    return {kind: statistics.fmean(count[kind] for count in counts) for kind in (EVENTS, BYTES, *KINDS.values())}


async def _count(client: Client, workflow_id: str) -> Counter[str]:
    history: list[HistoryEvent] = list((await client.get_workflow_handle(workflow_id).fetch_history()).events)
    counted = Counter(KINDS[event.event_type] for event in history if event.event_type in KINDS)
    counted[EVENTS] = len(history)
    counted[BYTES] = round(sum(event.ByteSize() for event in history) / 1000)
    return counted
