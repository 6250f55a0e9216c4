"""kill -9 of parts of a running stack, and how long its supervisor takes to have them back."""

import asyncio
import os
import signal
import time
from dataclasses import dataclass, field

from tests.e2e.stack import Up
from tests.faults.client import Stuck
from tests.faults.journal import Journal

PARTS = ("worker", "api", "simulator", "temporal")
BACK_SECONDS = 60.0
LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Kill:
    """The parts that die together, and the share of the round's commands before it."""

    after: float
    parts: tuple[str, ...]


@dataclass
class Killer:
    """Finds the parts by the ready file, which is rewritten whenever one of them was restarted."""

    stack: Up
    journal: Journal
    kills: list[str] = field(default_factory=list)
    back: list[float] = field(default_factory=list)
    _dead: set[int] = field(default_factory=set)

    async def carry_out(self, kill: Kill, already: int, expected: int) -> None:
        """Waits for the moment, kills, and returns once all of them are back."""
        await self.journal.reached(already + int(kill.after * expected))
        await self.kill(*kill.parts)

    async def kill(self, *parts: str) -> None:
        """All of them in one moment; returns once the supervisor shows others in their place."""
        for part in parts:
            await self._living(part)
        began = time.monotonic()
        for part in parts:
            pid = await self._strike(part)
            self.kills.append(part)
            self.journal.note(killed=part, pid=pid)
        for part in parts:
            await self._living(part)
        self.back.append(time.monotonic() - began)

    async def _strike(self, part: str) -> int:
        """One that has ended by itself meanwhile, as a worker does without its server, has a successor to be hit."""
        while True:
            pid = await self._living(part)
            self._dead.add(pid)
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                self.journal.note(ended_by_itself=part, pid=pid)
            else:
                return pid

    async def _living(self, part: str) -> int:
        give_up = time.monotonic() + BACK_SECONDS
        while (pid := self.stack.ready["pids"][part]) in self._dead:
            if time.monotonic() > give_up:
                raise Stuck(f"{part} did not come back within {BACK_SECONDS:g} s")
            await asyncio.sleep(LOOK_SECONDS)
        return int(pid)
