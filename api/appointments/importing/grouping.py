"""Grouping of rows into applications: a row with the same reference as the row above, or none, adds goods to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from api.appointments.importing.columns import APPLICATION, GOODS, value
from domain.appointment import Content, GoodsLine
from domain.content import tidy
from domain.normalising import free_text
from domain.problems import Fault
from runtime.spreadsheets.cells import Invalid
from runtime.spreadsheets.headers import Column

#: References that begin so mark the examples of the template, which are no applications.
EXAMPLE = "示例"


class GridRow(NamedTuple):
    """Row of the grid: its number in the file, and the texts of its cells by column."""

    number: int
    cells: Mapping[str, str]


class Grid(NamedTuple):
    """Rows to check, names of columns that were not read, and numbers of rows that the file hides."""

    rows: Sequence[GridRow]
    ignored: Sequence[str] = ()
    hidden: Sequence[int] = ()


class CellFault(NamedTuple):
    """Fault at a row and a column; ``place`` counts rows from 0, the column is None for the whole row."""

    place: int
    column: str | None
    fault: Fault


@dataclass(slots=True)
class Group:
    """Application with the places of its rows and the values of their cells."""

    reference: str
    places: list[int]
    values: dict[str, Any]
    goods: list[tuple[int, GoodsLine]] = field(default_factory=list)

    def content(self) -> Content:
        """Returns the content of the application, from the cells that could be parsed."""
        return tidy(Content(goods=tuple(line for _, line in self.goods), **self.values))


class Grouping:
    """Applications (``groups``) and ``faults`` of a grid; ``skipped`` are the places of examples."""

    def __init__(self, rows: Sequence[GridRow], columns: Sequence[Column]) -> None:
        self._rows = rows
        self._reads = {column.key: column.read for column in columns}
        self._first: dict[str, int] = {}
        self.groups: list[Group] = []
        self.faults: list[CellFault] = []
        self.skipped: list[int] = []
        self._read_all()

    def _read_all(self) -> None:
        example = False
        for place, row in enumerate(self._rows):
            if not any(map(free_text, row.cells.values())):
                continue
            reference = free_text(row.cells.get("reference", ""))
            example = reference.startswith(EXAMPLE) if reference else example
            if example:
                self.skipped.append(place)
            else:
                self._take(place, str(self._value(place, "reference") or ""))

    def _take(self, place: int, reference: str) -> None:
        values = {key: self._value(place, key) for key in APPLICATION}
        if self._continues(reference, values):
            self._compare(place, values)
        else:
            self._begin(place, reference, values)
        self._add_goods(place)

    def _continues(self, reference: str, values: Mapping[str, Any]) -> bool:
        """Returns True if the row belongs to the application above it."""
        if not self.groups:
            return False
        above = self.groups[-1]
        if reference:
            return reference == above.reference
        return all(given is None or given == above.values[key] for key, given in values.items())

    def _begin(self, place: int, reference: str, values: dict[str, Any]) -> None:
        self.groups.append(Group(reference, [place], values))
        if not reference:
            if not self._is_faulty(place, "reference"):
                self._fault(place, "reference", "field.required")
        elif reference in self._first:
            first = self._rows[self._first[reference]].number
            self._fault(place, "reference", "import.duplicate", value=reference, first_row=first)
        else:
            self._first[reference] = place

    def _compare(self, place: int, values: Mapping[str, Any]) -> None:
        """Adds the row to the application above, and notes each value that differs from the first row's."""
        above = self.groups[-1]
        above.places.append(place)
        first = self._rows[above.places[0]].number
        for key, given in values.items():
            if given is not None and given != above.values[key]:
                self._fault(place, key, "import.differs", first_row=first)

    def _add_goods(self, place: int) -> None:
        code, name = (self._value(place, key) for key in GOODS)
        if any(free_text(self._rows[place].cells.get(key, "")) for key in GOODS):
            self.groups[-1].goods.append((place, GoodsLine(hs_code=code, name=name)))

    def _value(self, place: int, key: str) -> Any:
        try:
            return value(self._reads[key], self._rows[place].cells.get(key, ""))
        except Invalid as invalid:
            self.faults.append(CellFault(place, key, invalid.fault(key)))
            return None

    def _fault(self, place: int, key: str, code: str, **facts: Any) -> None:
        self.faults.append(CellFault(place, key, Fault(code=code, field=key, facts=facts)))

    def _is_faulty(self, place: int, key: str) -> bool:
        return any(each.place == place and each.column == key for each in self.faults)


def located(group: Group, faults: Sequence[Fault]) -> Iterator[CellFault]:
    """Yields the faults of an application's content, each at its cell."""
    for fault in faults:
        path = (fault.field or "").replace("[", ".").replace("]", "").split(".")
        place, column = group.places[0], _COLUMN_OF.get(path[0], path[0])
        if path[0] == "goods" and len(path) == 3:
            place, column = group.goods[int(path[1])][0], path[2]
        known = column in APPLICATION or column in GOODS
        yield CellFault(place, column if known else None, fault)


#: Fields of faults whose column has another name.
_COLUMN_OF = {"consignee": "consignee_code", "goods": "hs_code"}
