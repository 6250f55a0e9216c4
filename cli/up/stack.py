"""The processes of one machine, started together and stopped in waves; ``cli/up/supervisor.py`` keeps each alive."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import groupby
from typing import Any

from cli.up.process import ProcessSpec
from cli.up.report import StartReport
from cli.up.supervisor import Supervisor


class Stack:
    """All supervisors; ``changed`` is called when all processes are ready, and after each restart of one."""

    def __init__(self, report: StartReport, changed: Callable[["Stack"], None]) -> None:
        self._report = report
        self._changed = changed
        self._supervisors: list[Supervisor] = []
        self._preparing: list[str] = []
        self._complete = False

    async def bring_up(self, *parts: ProcessSpec) -> None:
        """Starts the processes and returns when each is ready. Raises ``StartFailed``."""
        supervisors = [Supervisor(part, self._report, self._notify) for part in parts]
        self._supervisors += supervisors
        await asyncio.gather(*(supervisor.first_ready() for supervisor in supervisors))

    def completed(self) -> None:
        """Marks the stack as complete."""
        self._complete = True
        self._notify()

    @contextmanager
    def preparing(self, what: str) -> Iterator[None]:
        """Lists a step as missing until the block is done; after a failure it stays listed."""
        self._preparing.append(what)
        yield
        self._preparing.remove(what)

    def missing(self) -> list[str]:
        """Returns the unfinished steps, and the names of the processes that were never ready yet."""
        return self._preparing + [supervisor.part.name for supervisor in self._supervisors if not supervisor.was_ready]

    def pids(self) -> dict[str, int]:
        """Returns the process id of each running process by its name."""
        return {supervisor.part.name: supervisor.pid for supervisor in self._supervisors if supervisor.pid}

    async def supervise(self) -> None:
        """Runs until cancelled; raises the error of a supervisor that fails."""
        await asyncio.gather(*(supervisor.ended() for supervisor in self._supervisors))

    async def take_down(self) -> None:
        """Stops the processes wave by wave; when cancelled, kills the rest."""
        try:
            for wave in self._waves():
                await asyncio.gather(*(supervisor.stop() for supervisor in wave))
        finally:
            for supervisor in self._supervisors:
                supervisor.kill()

    def _notify(self) -> None:
        if self._complete:
            self._changed(self)

    def _waves(self) -> list[list[Supervisor]]:
        ordered = sorted(self._supervisors, key=lambda supervisor: supervisor.part.stops_in_wave)
        return [list(wave) for _, wave in groupby(ordered, key=lambda supervisor: supervisor.part.stops_in_wave)]


@asynccontextmanager
async def supervised(report: StartReport, changed: Callable[[Stack], None]) -> AsyncIterator[Stack]:
    """Yields a stack that is taken down at the end of the block, also after an error."""
    stack = Stack(report, changed)
    try:
        yield stack
    finally:
        report.stopping()
        await stack.take_down()


async def together(*works: Coroutine[Any, Any, object]) -> None:
    """Returns when all are done. After a failure the others are cancelled, and it is raised when they have ended.

    A cancellation reaches each of them once: a second one would not wait for threads that still write files.
    """
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            if not task.cancelling():
                task.cancel()
        await asyncio.wait(tasks)
