"""Runs one import: reads everything, refuses it on any fault, or changes everything at once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

from db.changes import Changes
from db.engine import read
from db.register_history import Origin
from runtime.spreadsheets.headers import Column
from runtime.spreadsheets.reading import open_sheet
from runtime.spreadsheets.sheets import EPOCH, Sheet
from runtime.spreadsheets.tables import MAX_LISTED, Faults, SheetTable

Item = TypeVar("Item")
Result = TypeVar("Result")
#: Takes the number of finished rows.
Advance = Callable[[int], None]
#: Shows the progress of a step, by its title and the number of its rows, if that is known.
ShowProgress = Callable[[str, int | None], AbstractContextManager[Advance]]


@contextmanager
def no_progress(title: str, total: int | None) -> Iterator[Advance]:
    """Yields a function that shows nothing."""
    del title, total
    yield lambda _: None


@dataclass(frozen=True, slots=True)
class Job:
    """The context of an import; ``origin`` says who does it, when, why and from which file."""

    engine: Engine
    origin: Origin
    replace: bool = False
    dry_run: bool = False
    bar: ShowProgress = no_progress

    @property
    def by(self) -> str:
        """Returns the author in the records."""
        return self.origin.by

    @property
    def at(self) -> datetime:
        """Returns the instant of the import."""
        return self.origin.at

    def look(self, ask: Callable[[Session], Result]) -> Result:
        """Runs a query in one reading session."""
        return read(self.engine, ask)


@dataclass(frozen=True, slots=True)
class ImportKind(Generic[Item]):
    """One kind of import: its columns, the meaning of its rows, the change, and how a change is shown."""

    title: str
    columns: Callable[[datetime], Sequence[Column]]
    items: Callable[[SheetTable, Job], list[Item]]
    change: Callable[[list[Item], Job], Changes[Any]]
    shown: Callable[[Any], str]


class ReadSheet(NamedTuple, Generic[Item]):
    """The items of a sheet, every fault, and the names of columns that were ignored; ``sheet`` is the chosen one.

    ``hidden``: numbers of the rows that were read though a spreadsheet does not show them.
    """

    items: list[Item]
    faults: Faults
    ignored: Sequence[str]
    sheet: str | None
    hidden: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """The result; ``changes`` is None when there was any fault, and then nothing was changed."""

    faults: Faults
    changes: Changes[Any] | None
    ignored: Sequence[str]
    sheet: str | None
    hidden: Sequence[int] = ()


def run(kind: ImportKind[Item], file: Path, job: Job) -> ImportOutcome:
    """Reads the file and, when it has no fault, enters it. Raises ``SheetUnreadable``."""
    found = read_items(kind, open_sheet(file, columns=kind.columns(EPOCH)), job)
    changes = None if found.faults.count else kind.change(found.items, job)
    return ImportOutcome(found.faults, changes, found.ignored, found.sheet, found.hidden)


def read_items(kind: ImportKind[Item], sheet: Sheet, job: Job, most_faults: int = MAX_LISTED) -> ReadSheet[Item]:
    """Returns what the rows of the sheet mean, and all faults. Raises ``SheetUnreadable``."""
    faults = Faults(most_faults)
    with job.bar("读取 reading", None) as advance:
        table = SheetTable(sheet, kind.columns(sheet.epoch), faults, advance)
        items = kind.items(table, job)
    return ReadSheet(items, faults, table.header.ignored, sheet.chosen, table.hidden)


def digest_of(file: Path) -> str:
    """Returns the SHA-256 of a file."""
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()
