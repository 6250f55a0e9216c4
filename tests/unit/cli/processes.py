"""Shell scripts in place of the parts of a stack, and a report that can be waited for."""

import asyncio
import os
from io import StringIO
from pathlib import Path

from rich.console import Console

from cli.up.process import ProcessSpec
from cli.up.report import StartReport


def part(folder: Path, script: str, *, grace: float = 5.0, inherit: tuple[int, ...] = ()) -> ProcessSpec:
    """A shell script that is ready once it has made the file ``mark``."""

    async def is_ready(_pid: int) -> bool:
        return (folder / "mark").exists()

    return ProcessSpec(
        name="sample",
        title="样品 sample",
        address="",
        command=("sh", "-c", script.format(mark=folder / "mark")),
        environment=dict(os.environ),
        log=folder / "sample.log",
        is_ready=is_ready,
        stops_in_wave=0,
        grace=grace,
        inherit=inherit,
    )


class Listening(StartReport):
    """A report that can be waited for."""

    def __init__(self) -> None:
        super().__init__(Console(file=StringIO()))
        self.readies: asyncio.Queue[ProcessSpec] = asyncio.Queue()
        self.deaths: asyncio.Queue[ProcessSpec] = asyncio.Queue()
        self.pauses: list[float] = []
        self.insistences: list[ProcessSpec] = []

    def ready(self, part: ProcessSpec, seconds: float) -> None:
        super().ready(part, seconds)
        self.readies.put_nowait(part)

    def died(self, part: ProcessSpec, code: int | None, pause: float) -> None:
        super().died(part, code, pause)
        self.pauses.append(pause)
        self.deaths.put_nowait(part)

    def insisted(self, part: ProcessSpec) -> None:
        super().insisted(part)
        self.insistences.append(part)
