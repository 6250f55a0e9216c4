"""A file as rows of cells, whatever it is: what is dangerous is refused before anything is read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple

from domain.problems import Fault


class Formula(str):
    """A formula as it stands in the cell."""

    __slots__ = ()


class CellError(str):
    """``#N/A`` and its like."""

    __slots__ = ()


Raw = str | int | float | bool | datetime | date | time | None


class Row(NamedTuple):
    """``number`` as a spreadsheet or an editor shows it, from 1."""

    number: int
    cells: tuple[Raw, ...]


class Merge(NamedTuple):
    """Merged cells: ``name`` is ``A2:A5``; rows and the first column from 1."""

    name: str
    column: int
    first_row: int
    last_row: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows are read while they are asked for; ``epoch`` is the day 0 of dates that are written as numbers."""

    rows: Iterator[Row]
    merges: tuple[Merge, ...] = field(default=())
    epoch: datetime = datetime(1899, 12, 30)  # noqa: DTZ001 a spreadsheet's days have no time zone


class Limits(NamedTuple):
    """What one file may be at most; of its rows as many may be empty as filled."""

    file_bytes: int = 20 * 1024**2
    unpacked_bytes: int = 64 * 1024**2
    parts: int = 2_000
    rows: int = 100_000
    columns: int = 50
    cell_characters: int = 2_000


LIMITS = Limits()


class Unreadable(Exception):
    """The file as a whole is no good; nothing else is said of it."""

    def __init__(self, code: str, row: int | None = None, **facts: Any) -> None:
        self.fault = Fault(code=code, facts=facts)
        self.row = row
        super().__init__(code)


def blank(row: Row) -> bool:
    """Whether nothing stands in it."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row.cells)
