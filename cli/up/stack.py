"""Parts under supervision: brought up together, taken down in waves."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import groupby

from cli.up.keeper import Keeper
from cli.up.part import Part
from cli.up.report import Report


class Stack:
    """All keepers; ``changed`` is called when all parts are up, and again whenever one was started anew."""

    def __init__(self, report: Report, changed: Callable[["Stack"], None]) -> None:
        self._report = report
        self._changed = changed
        self._keepers: list[Keeper] = []
        self._preparing: list[str] = []
        self._complete = False

    async def bring_up(self, *parts: Part) -> None:
        """Starts the parts and returns when each is ready; raises ``StartFailed``."""
        keepers = [Keeper(part, self._report, self._tell) for part in parts]
        self._keepers += keepers
        await asyncio.gather(*(keeper.first_ready() for keeper in keepers))

    def completed(self) -> None:
        """All parts are up."""
        self._complete = True
        self._tell()

    @contextmanager
    def preparing(self, what: str) -> Iterator[None]:
        """Names what the parts wait for, until the block is done; after a failure it stays named."""
        self._preparing.append(what)
        yield
        self._preparing.remove(what)

    def missing(self) -> list[str]:
        """What is still being prepared, and the names of the parts that were never ready yet."""
        return self._preparing + [keeper.part.name for keeper in self._keepers if not keeper.was_ready]

    def pids(self) -> dict[str, int]:
        """Name of each running part → its process id."""
        return {keeper.part.name: keeper.pid for keeper in self._keepers if keeper.pid}

    async def supervise(self) -> None:
        """Runs until cancelled; raises when a keeper itself fails."""
        await asyncio.gather(*(keeper.ended() for keeper in self._keepers))

    async def take_down(self) -> None:
        """Stops the parts wave by wave; when cancelled on the way, kills what is left."""
        try:
            for wave in self._waves():
                await asyncio.gather(*(keeper.stop() for keeper in wave))
        finally:
            for keeper in self._keepers:
                keeper.kill()

    def _tell(self) -> None:
        if self._complete:
            self._changed(self)

    def _waves(self) -> list[list[Keeper]]:
        ordered = sorted(self._keepers, key=lambda keeper: keeper.part.stops_in_wave)
        return [list(wave) for _, wave in groupby(ordered, key=lambda keeper: keeper.part.stops_in_wave)]


@asynccontextmanager
async def supervised(report: Report, changed: Callable[[Stack], None]) -> AsyncIterator[Stack]:
    """A stack that is taken down at the end of the block, whatever ends it."""
    stack = Stack(report, changed)
    try:
        yield stack
    finally:
        report.stopping()
        await stack.take_down()
