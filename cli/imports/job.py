"""One import as a whole: read everything, refuse on any fault, change everything at once."""

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
from db.engine import reading
from runtime.spreadsheets.headers import Column
from runtime.spreadsheets.reading import open_sheet
from runtime.spreadsheets.sheets import EPOCH
from runtime.spreadsheets.tables import Faults, Table

Item = TypeVar("Item")
Result = TypeVar("Result")
Told = Callable[[int], None]

#: What is over sooner needs no bar.
PATIENCE_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Job:
    """What an import works with; ``at`` is its instant, ``by`` what the records say of who did it."""

    engine: Engine
    console: Console
    by: str
    at: datetime
    replace: bool = False
    dry_run: bool = False

    def look(self, ask: Callable[[Session], Result]) -> Result:
        """Asks the database in one reading session."""
        with reading(self.engine) as session:
            return ask(session)

    @contextmanager
    def bar(self, title: str, total: int | None) -> Iterator[Told]:
        """A progress bar that comes up when it takes long; what it gives is told how many are done."""
        progress, began = Progress(console=self.console, transient=True), time.monotonic()
        task = progress.add_task(title, total=total)

        def told(done: int) -> None:
            if not progress.live.is_started and time.monotonic() - began > PATIENCE_SECONDS:
                progress.start()
            progress.update(task, completed=done)

        try:
            yield told
        finally:
            if progress.live.is_started:
                progress.stop()


@dataclass(frozen=True, slots=True)
class Kind(Generic[Item]):
    """One kind of import: its columns by the day 0 of its dates, what its rows mean and change, how one is shown."""

    title: str
    columns: Callable[[datetime], Sequence[Column]]
    items: Callable[[Table, Job], list[Item]]
    change: Callable[[list[Item], Job], Changes[Any]]
    shown: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``changes`` is None when there was any fault, and then nothing was changed."""

    faults: Faults
    changes: Changes[Any] | None
    ignored: Sequence[str]
    sheet: str | None


def run(kind: Kind[Item], file: Path, job: Job) -> Outcome:
    """Reads the file and, when it has no fault, changes what it says. ``Unreadable``."""
    sheet = open_sheet(file, columns=kind.columns(EPOCH))
    faults = Faults()
    with job.bar("读取 reading", None) as told:
        table = Table(sheet, kind.columns(sheet.epoch), faults, told)
        items = kind.items(table, job)
    if faults.count:
        return Outcome(faults, None, table.header.ignored, sheet.chosen)
    return Outcome(faults, kind.change(items, job), table.header.ignored, sheet.chosen)
