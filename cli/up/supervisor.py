"""Supervises one process: starts it, waits until it is ready, restarts it when it dies."""

import asyncio
import signal
import time
from asyncio.subprocess import Process
from collections.abc import Callable

from cli.up.process import ProcessSpec
from cli.up.report import StartReport
from runtime.signals import send

#: The interval of readiness probes, which grows with the time of the start, so that probes do not slow it down.
POLL_SECONDS = 0.05
POLL_SHARE = 0.05
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 30.0
#: After this long, several times what a start takes, a process is proven: its next death counts as the first.
PROVEN_SECONDS = 10.0
#: After so many deaths without being ready once the start has failed.
HOPELESS = 3


class StartFailed(Exception):
    """A process did not become ready; the message ends with the end of its log."""


class Supervisor:
    """The supervisor of one process; ``changed`` is called each time the process has become ready."""

    def __init__(self, part: ProcessSpec, report: StartReport, changed: Callable[[], None]) -> None:
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
        """True if the process has been ready at least once."""
        return self._ready.is_set()

    async def first_ready(self) -> None:
        """Waits until the process is ready for the first time. Raises ``StartFailed`` when the start has failed."""
        ready = asyncio.create_task(self._ready.wait())
        try:
            await asyncio.wait({ready, self._task}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
        if not self._ready.is_set():
            await self._task

    async def ended(self) -> None:
        """Waits for ever; raises the error of the supervisor when it fails."""
        await asyncio.shield(self._task)

    async def stop(self) -> None:
        """Stops the process by SIGTERM, and after its grace by SIGKILL."""
        self._stopping = True
        if self._process and self._process.returncode is None:
            send(self._process, signal.SIGTERM)
            _, pending = await asyncio.wait({self._task}, timeout=self.part.grace)
            if pending:
                self._report.insisted(self.part)
        self.kill()
        await asyncio.wait({self._task})
        if not self._task.cancelled():
            self._task.exception()  # already raised to a caller; reading it keeps asyncio from logging it again

    def kill(self) -> None:
        """Kills the process at once."""
        self._stopping = True
        if self._process and self._process.returncode is None:
            send(self._process, signal.SIGKILL)
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
        """Waits until the process has ended, and reports it when it becomes ready before."""
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
