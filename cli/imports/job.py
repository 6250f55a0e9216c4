"""Runs one import: reads everything, refuses it on any fault, or changes everything at once."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Engine
from sqlmodel import Session

from db.changes import Changes
from db.engine import read
from runtime.spreadsheets.headers import Column
from runtime.spreadsheets.reading import open_sheet
from runtime.spreadsheets.sheets import EPOCH
from runtime.spreadsheets.tables import Faults, SheetTable

Item = TypeVar("Item")
Result = TypeVar("Result")
Advance = Callable[[int], None]

#: A shorter import shows no progress bar.
PATIENCE_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Job:
    """The context of an import; ``at`` is its instant, ``by`` its author in the records."""

    engine: Engine
    console: Console
    by: str
    at: datetime
    replace: bool = False
    dry_run: bool = False

    def look(self, ask: Callable[[Session], Result]) -> Result:
        """Runs a query in one reading session."""
        return read(self.engine, ask)

    @contextmanager
    def bar(self, title: str, total: int | None) -> Iterator[Advance]:
        """Yields a function that takes the number of finished rows; a progress bar appears when it takes long."""
        progress, began = Progress(console=self.console, transient=True), time.monotonic()
        task = progress.add_task(title, total=total)

        def advance(done: int) -> None:
            if not progress.live.is_started and time.monotonic() - began > PATIENCE_SECONDS:
                progress.start()
            progress.update(task, completed=done)

        try:
            yield advance
        finally:
            if progress.live.is_started:
                progress.stop()


@dataclass(frozen=True, slots=True)
class ImportKind(Generic[Item]):
    """One kind of import: its columns, the meaning of its rows, the change, and how a change is shown."""

    title: str
    columns: Callable[[datetime], Sequence[Column]]
    items: Callable[[SheetTable, Job], list[Item]]
    change: Callable[[list[Item], Job], Changes[Any]]
    shown: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """The result; ``changes`` is None when there was any fault, and then nothing was changed."""

    faults: Faults
    changes: Changes[Any] | None
    ignored: Sequence[str]
    sheet: str | None


def run(kind: ImportKind[Item], file: Path, job: Job) -> ImportOutcome:
    """Reads the file and, when it has no fault, enters it. Raises ``SheetUnreadable``."""
    sheet = open_sheet(file, columns=kind.columns(EPOCH))
    faults = Faults()
    with job.bar("读取 reading", None) as advance:
        table = SheetTable(sheet, kind.columns(sheet.epoch), faults, advance)
        items = kind.items(table, job)
    if faults.count:
        return ImportOutcome(faults, None, table.header.ignored, sheet.chosen)
    return ImportOutcome(faults, kind.change(items, job), table.header.ignored, sheet.chosen)
