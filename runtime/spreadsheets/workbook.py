"""XLSX, read as a stream; a file that would unpack to more than it may is refused before it is unpacked."""

import lzma
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string

from runtime.spreadsheets.sheets import CellError, Formula, Limits, Merge, Raw, Row, Sheet, Unreadable, blank

_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})[\"']")
#: What the parts of a broken or hostile workbook raise in the libraries that read them.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, SyntaxError, RuntimeError),
    *(ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError),
)


def workbook_sheet(content: bytes, limits: Limits) -> Sheet:
    """The workbook's first sheet. ``Unreadable``, also while rows are read."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and other things that nobody asks for here
            _check(archive, limits)
            book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
            sheet: Any = book.worksheets[0]
            merges = tuple(sorted(_merges(archive.read(sheet._worksheet_path)), key=lambda merge: merge.first_row))  # noqa: SLF001 a stream knows no merged cells
        sheet.reset_dimensions()
        return Sheet(_rows(sheet, limits), merges, book.epoch)
    except _BROKEN as error:
        raise Unreadable("import.unreadable", reason="broken_workbook", detail=type(error).__name__) from None


def _check(archive: zipfile.ZipFile, limits: Limits) -> None:
    parts = archive.infolist()
    if len(parts) > limits.parts or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise Unreadable("import.too_large", reason="unpacks_too_large", limit=f"{limits.unpacked_bytes >> 20} MiB")


def _merges(xml: bytes) -> Iterator[Merge]:
    for found in _MERGE.finditer(xml):
        left, top, right, bottom = (part.decode() for part in found.groups())
        yield Merge(f"{left}{top}:{right}{bottom}", column_index_from_string(left), int(top), int(bottom))


def _rows(sheet: Any, limits: Limits) -> Iterator[Row]:
    filled = 0
    try:
        for number, cells in enumerate(sheet.iter_rows(max_col=limits.columns), 1):
            row = Row(number, _cells(cells, number, limits))
            filled += not blank(row)
            if filled > limits.rows or number > 2 * limits.rows:
                raise Unreadable("import.too_large", row=number, reason="too_many_rows", limit=limits.rows)
            yield row
    except _BROKEN as error:
        raise Unreadable("import.unreadable", reason="broken_workbook", detail=type(error).__name__) from None


def _cells(cells: Sequence[Any], number: int, limits: Limits) -> tuple[Raw, ...]:
    """Without the empty ones at the end, of which a stream gives as many as there may be."""
    values = [None if cell.value is None else _raw(cell, number, limits) for cell in cells]
    while values and values[-1] is None:
        values.pop()
    return tuple(values)


def _raw(cell: Any, number: int, limits: Limits) -> Raw:
    value = cell.value
    if cell.data_type == "f":
        return Formula(value)
    if cell.data_type == "e":
        return CellError(value)
    if isinstance(value, str) and len(value) > limits.cell_characters:
        raise Unreadable("import.too_large", row=number, reason="cell_too_long", limit=limits.cell_characters)
    return value  # type: ignore[no-any-return]  # what a stream gives: text, numbers, dates
