"""The model of a file as rows of cells, common to all formats."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple

from domain.problems import Fault


class Formula(str):
    """A formula as the cell has it."""

    __slots__ = ()


class ErrorValue(str):
    """``#N/A`` and its like."""

    __slots__ = ()


#: ``="0101"``, as exports write a text that must not become a number.
_TEXT_FORMULA = re.compile(r'\s*="((?:[^"]|"")*)"\s*')
#: How a workbook writes a character that XML cannot hold, or a line's end: ``_x000D_``.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
#: Files of results have an apostrophe before a text that a spreadsheet would work out.
_INERT = re.compile(r"'(?=[=+\-@\t\r])")


def of_text(cell: str) -> str:
    """Returns a ``Formula``, or the text of a written cell without the marks that tools put around it."""
    if constant := _TEXT_FORMULA.fullmatch(cell):
        return unescaped(constant[1].replace('""', '"'))
    if cell.lstrip().startswith("="):
        return Formula(cell)
    return unescaped(_INERT.sub("", cell, count=1) if cell.startswith("'") else cell)


def unescaped(text: str) -> str:
    """Turns ``A_x000D_`` into ``A`` and a carriage return; ``_x005F_`` is an underscore before such a mark."""
    return _ESCAPED.sub(lambda mark: chr(int(mark[1], 16)), text) if "_x" in text else text


Raw = str | int | float | bool | datetime | date | time | None


class SheetRow(NamedTuple):
    """``number`` as a spreadsheet or an editor shows it, from 1; ``hidden`` by a filter or by hand."""

    number: int
    cells: tuple[Raw, ...]
    hidden: bool = False


class Merge(NamedTuple):
    """Merged cells: ``name`` is ``A2:A5``; rows and the first column from 1."""

    name: str
    column: int
    first_row: int
    last_row: int


EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 a spreadsheet's days have no time zone


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet whose rows are read one by one; ``epoch`` is the day 0 of dates that are written as numbers.

    ``chosen`` is the name of the sheet where a workbook has several.
    """

    rows: Iterator[SheetRow]
    merges: tuple[Merge, ...] = field(default=())
    epoch: datetime = EPOCH
    chosen: str | None = None


class Limits(NamedTuple):
    """The limits of one file; empty rows do not count."""

    file_bytes: int = 20 * 1024**2
    unpacked_bytes: int = 64 * 1024**2
    parts: int = 2_000
    rows: int = 100_000
    columns: int = 50
    cell_characters: int = 2_000


LIMITS = Limits()


#: The remedy, by the reason; else by the code.
_ADVICE = {
    "strict_workbook": "save_as_plain_xlsx",
    "encrypted_workbook": "remove_password",
    "encoding": "save_as_utf8",
    "encoding_unclear": "save_as_utf8",
    "quotes": "check_quotes",
    "archive": "unpack_first",
    "not_a_spreadsheet": "export_a_table",
    "pdf": "export_a_table",
    "no_text": "export_a_table",
    "inspection_limits": "delete_blank_rows",
    "unpacks_too_large": "delete_blank_rows",
    "too_many_columns": "keep_the_columns",
    "cell_too_long": "shorten_cell",
}
_ADVICE_OF = {"import.unreadable": "save_as_xlsx", "import.too_large": "split_file"}


class SheetUnreadable(Exception):
    """The file as a whole cannot be read."""

    def __init__(self, code: str, row: int | None = None, **facts: Any) -> None:
        advice = _ADVICE.get(str(facts.get("reason")), _ADVICE_OF.get(code))
        self.fault = Fault(code=code, facts=facts | ({"advice": advice} if advice else {}))
        self.row = row
        super().__init__(code)


def blank(row: SheetRow) -> bool:
    """Returns True for a row of empty cells."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row.cells)
