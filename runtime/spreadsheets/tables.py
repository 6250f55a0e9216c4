"""Reads a table's rows one by one under the names of its columns; every fault has its row and column."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

from domain.problems import Fault
from runtime.spreadsheets.cells import Invalid, plain
from runtime.spreadsheets.headers import TITLE_ROWS, Column, find_header
from runtime.spreadsheets.sheets import Formula, Merge, Sheet, SheetRow, SheetUnreadable, blank

#: Faults that are listed; the rest are counted.
MAX_LISTED = 100


class Record(NamedTuple):
    """A row's values by key; a column that is not in the file is missing, an empty cell is None."""

    row: int
    values: Mapping[str, Any]


class RowFault(NamedTuple):
    """The fault of a cell; ``column`` is its name in the file."""

    row: int | None
    column: str | None
    fault: Fault


class Faults:
    """Counts all faults and keeps the first ``most``."""

    def __init__(self, most: int = MAX_LISTED) -> None:
        self.count = 0
        self._most = most
        self.listed: list[RowFault] = []

    def add(self, row: int | None, column: str | None, fault: Fault) -> None:
        """Counts one more fault."""
        self.count += 1
        if len(self.listed) < self._most:
            self.listed.append(RowFault(row, column, fault))


class SheetTable:
    """A sheet with a header, whose rows can be read once."""

    def __init__(
        self, sheet: Sheet, columns: Sequence[Column], faults: Faults, progress: Callable[[int], None] = lambda _: None
    ) -> None:
        self._columns, self._faults, self._progress = columns, faults, progress
        #: Numbers of the hidden rows with values: they are read like the others.
        self.hidden: list[int] = []
        head = list(islice(sheet.rows, TITLE_ROWS))
        self.header = find_header(head, columns)
        self._rows = chain((row for row in head if row.number > self.header.row), sheet.rows)
        self._report_merges(sheet.merges)

    def records(self) -> Iterator[Record]:
        """Yields rows without a fault and adds the faults of the others.

        Raises ``SheetUnreadable`` when there is no row.
        """
        seen = 0
        for row in self._rows:
            if not blank(row):
                seen += 1
                self._progress(row.number)
                if row.hidden:
                    self.hidden.append(row.number)
                before = self._faults.count
                record = self._record(row)
                if self._faults.count == before:
                    yield record
        if not seen:
            raise SheetUnreadable("import.empty")

    def unique(self, records: Iterable[Record], *keys: str) -> Iterator[Record]:
        """Yields the records whose values under these keys are new, and adds a fault for each other one."""
        first: dict[tuple[Any, ...], int] = {}
        for record in records:
            value = tuple(record.values.get(key) for key in keys)
            if value in first:
                shown = " ".join(str(part) for part in value if part is not None)
                self.fault(record.row, keys[0], "import.duplicate", value=shown, first_row=first[value])
            else:
                first[value] = record.row
                yield record

    def name(self, key: str) -> str | None:
        """Returns the column's name in the file."""
        place = self.header.places.get(key)
        return None if place is None else self.header.names[place]

    def fault(self, row: int, key: str, code: str, **facts: Any) -> None:
        """Adds a fault that concerns several cells or rows."""
        self._faults.add(row, self.name(key), Fault(code=code, field=key, facts=facts))

    def _record(self, row: SheetRow) -> Record:
        wanted = ((column, self.header.places.get(column.key)) for column in self._columns)
        values = {column.key: self._value(row, column, place) for column, place in wanted if place is not None}
        if any(not blank(SheetRow(0, (cell,))) for cell in row.cells[len(self.header.names) :]):
            self._faults.add(row.number, None, Fault(code="import.cell_beyond"))
        return Record(row.number, values)

    def _value(self, row: SheetRow, column: Column, place: int) -> Any:
        raw = row.cells[place] if place < len(row.cells) else None
        try:
            if not isinstance(raw, Formula) and not plain(raw):
                return self._empty(row, column)
            return column.read(raw)
        except Invalid as invalid:
            self._faults.add(row.number, self.name(column.key), invalid.fault(column.key))
            return None

    def _empty(self, row: SheetRow, column: Column) -> None:
        if not column.blank:
            self._faults.add(row.number, self.name(column.key), Fault(code="field.required", field=column.key))

    def _report_merges(self, merges: Sequence[Merge]) -> None:
        """Adds a fault for merged cells among the data; titles and the names of columns may be merged."""
        for merge in merges:
            if merge.last_row > self.header.row:
                names = self.header.names
                name = names[merge.column - 1] if merge.column <= len(names) else None
                self._faults.add(merge.first_row, name, Fault(code="import.merged", facts={"range": merge.name}))
