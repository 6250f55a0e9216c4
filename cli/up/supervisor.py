"""Keeps one part running: starts it, sees that it becomes ready, starts it again when it dies."""

import asyncio
import time
from asyncio.subprocess import Process
from collections.abc import Callable

from cli.up.process import ProcessSpec
from cli.up.report import Report

#: A part is asked whether it is ready that often, and more seldom the longer it takes, so that asking delays no start.
POLL_SECONDS = 0.05
POLL_SHARE = 0.05
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 30.0
#: A part that lived this long, several times what a start takes, has proved itself: its next death is a first one.
PROVEN_SECONDS = 10.0
#: Deaths before it was ready even once: then it never will be.
HOPELESS = 3


class StartFailed(Exception):
    """A part did not become ready; the message ends with its last words."""


class Supervisor:
    """One part's life under supervision; ``changed`` is called whenever the part has become ready."""

    def __init__(self, part: ProcessSpec, report: Report, changed: Callable[[], None]) -> None:
        self.part = part
        self._report = report
        self._changed = changed
        self._ready = asyncio.Event()
        self._stopping = False
        self._deaths = 0
        self._process: Process | None = None
        self._task = asyncio.create_task(self._keep(), name=f"keep {part.name}")

    @property
    def pid(self) -> int | None:
        """The process's id, None before the first start."""
        return self._process.pid if self._process else None

    @property
    def was_ready(self) -> bool:
        """Whether the part has been ready at least once."""
        return self._ready.is_set()

    async def first_ready(self) -> None:
        """Returns when the part is ready for the first time; raises ``StartFailed`` when it never will be."""
        ready = asyncio.create_task(self._ready.wait())
        try:
            await asyncio.wait({ready, self._task}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
        if not self._ready.is_set():
            await self._task

    async def ended(self) -> None:
        """Returns never, unless the keeper itself fails."""
        await asyncio.shield(self._task)

    async def stop(self) -> None:
        """Ends the part: asks first, insists after its grace."""
        self._stopping = True
        if self._process and self._process.returncode is None:
            self._process.terminate()
            _, pending = await asyncio.wait({self._task}, timeout=self.part.grace)
            if pending:
                self._report.insisted(self.part)
        self.kill()
        await asyncio.wait({self._task})
        if not self._task.cancelled():
            self._task.exception()  # told by ``first_ready`` or ``ended``; asked here lest asyncio tells it again

    def kill(self) -> None:
        """Ends the part at once, without asking."""
        self._stopping = True
        if self._process and self._process.returncode is None:
            self._process.kill()
        else:
            self._task.cancel()

    async def _keep(self) -> None:
        while not self._stopping:
            began = time.monotonic()
            self._process = await self.part.start()
            await self._watch(self._process, began)
            if not self._stopping:
                await self._after_death(self._process, lived=time.monotonic() - began)

    async def _watch(self, process: Process, began: float) -> None:
        """Returns when the process has ended; says so when it becomes ready on the way."""
        exited = asyncio.create_task(process.wait())
        try:
            if await self._becomes_ready(process, exited, began):
                self._ready.set()
                self._report.ready(self.part, seconds=time.monotonic() - began)
                self._changed()
            await exited
        finally:
            exited.cancel()

    async def _becomes_ready(self, process: Process, exited: "asyncio.Task[int]", began: float) -> bool:
        while not exited.done():
            if await self.part.is_ready(process.pid):
                return True
            await asyncio.wait({exited}, timeout=max(POLL_SECONDS, POLL_SHARE * (time.monotonic() - began)))
        return False

    async def _after_death(self, process: Process, *, lived: float) -> None:
        self._deaths = 1 if lived >= PROVEN_SECONDS else self._deaths + 1
        if not self._ready.is_set() and self._deaths >= HOPELESS:
            raise StartFailed(f"{self.part.title} ({self.part.log}):\n{self.part.last_words()}")
        pause = min(FIRST_PAUSE_SECONDS * 2 ** (self._deaths - 1), LONGEST_PAUSE_SECONDS)
        self._report.died(self.part, code=process.returncode, pause=pause)
        await asyncio.sleep(pause)
