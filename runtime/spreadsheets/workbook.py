"""Reads XLSX as a stream; a file that would unpack to more than the limit is refused before."""

import lzma
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Container, Iterator, Sequence
from io import BytesIO
from itertools import islice
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string

from runtime.spreadsheets.headers import TITLE_ROWS, Column, find_header, likeness
from runtime.spreadsheets.recognising import foreign_archive
from runtime.spreadsheets.sheets import (
    ErrorValue,
    Limits,
    Merge,
    Raw,
    Sheet,
    SheetRow,
    SheetUnreadable,
    blank,
    of_text,
    unescaped,
)

#: The last possible row of a sheet; formatted rows without a value may reach it.
_LAST_ROW = 1_048_576
#: A tag holds no ``<``, so that a search goes through each once, also where none is ever closed.
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref=[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row(\s[^<>]*)>")
_NUMBER = re.compile(rb"\sr=[\"']([0-9]{1,7})[\"']")
_HIDDEN = re.compile(rb"\shidden=[\"'](?:1|true)[\"']")
#: The errors of the libraries for a broken or hostile workbook.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, SyntaxError, RuntimeError),
    *(ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError),
)


def workbook_sheet(content: bytes, limits: Limits, columns: Sequence[Column] = ()) -> Sheet:
    """Returns the workbook's visible sheet that names ``columns``, else the first one.

    Raises ``SheetUnreadable``, also while rows are read.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # warnings of styles and other parts that are not read here
            _check(archive, limits)
            if reason := foreign_archive(archive):
                raise SheetUnreadable("import.unreadable", reason=reason)
            book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
            sheet = _chosen(book, limits, columns)
            xml = archive.read(sheet._worksheet_path)  # noqa: SLF001 a stream knows no merged cells and no hidden rows
        merges = tuple(sorted(_merges(xml), key=lambda merge: merge.first_row))
        chosen = sheet.title if len(book.worksheets) > 1 else None
        return Sheet(_rows(sheet, limits, _hidden(xml)), merges, book.epoch, chosen)
    except _BROKEN as error:
        raise SheetUnreadable("import.unreadable", reason="broken_workbook", detail=type(error).__name__) from None


def _check(archive: zipfile.ZipFile, limits: Limits) -> None:
    parts = archive.infolist()
    if len(parts) > limits.parts or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise SheetUnreadable(
            "import.too_large", reason="unpacks_too_large", limit=f"{limits.unpacked_bytes >> 20} MiB"
        )


def _chosen(book: Any, limits: Limits, columns: Sequence[Column]) -> Any:
    """Returns the visible sheet with the columns. Raises ``SheetUnreadable`` when several have them, and data."""
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    for sheet in visible:
        sheet.reset_dimensions()
    if not columns or len(visible) == 1:
        return visible[0]
    heads = {sheet.title: list(islice(_rows(sheet, limits), 2 * TITLE_ROWS)) for sheet in visible}
    alike = {title: likeness(head[:TITLE_ROWS], columns) for title, head in heads.items()}
    meant = [title for title in heads if alike[title].complete and _has_data(heads[title], columns)]
    if len(meant) > 1:
        raise SheetUnreadable("import.sheets_ambiguous", sheets=meant)
    return book[meant[0] if meant else max(alike, key=alike.__getitem__)]


def _has_data(head: Sequence[SheetRow], columns: Sequence[Column]) -> bool:
    header = find_header(head[:TITLE_ROWS], columns)
    return any(row.number > header.row and not blank(row) for row in head)


def _merges(xml: bytes) -> Iterator[Merge]:
    for found in _MERGE.finditer(xml):
        left, top, right, bottom = (part.decode() for part in found.groups())
        yield Merge(f"{left}{top}:{right}{bottom}", column_index_from_string(left), int(top), int(bottom))


def _hidden(xml: bytes) -> frozenset[int]:
    """Returns the numbers of rows that a spreadsheet does not show; a row without a number follows the one before."""
    found, number = set(), 0
    for row in _ROW.finditer(xml):
        given = _NUMBER.search(row[1])
        number = int(given[1]) if given else number + 1
        if _HIDDEN.search(row[1]):
            found.add(number)
    return frozenset(found)


def _rows(sheet: Any, limits: Limits, hidden: Container[int] = ()) -> Iterator[SheetRow]:
    filled = 0
    seen: Any = None
    values: tuple[Raw, ...] = ()
    try:
        for number, cells in enumerate(sheet.iter_rows(max_col=limits.columns), 1):
            if number > _LAST_ROW:
                raise SheetUnreadable("import.unreadable", reason="broken_workbook", detail="row number")
            # The rows of a gap, of which there may be a million, are one and the same.
            if cells is not seen:
                seen, values = cells, _cells(cells, number, limits)
            row = SheetRow(number, values, number in hidden)
            filled += not blank(row)
            if filled > limits.rows:
                raise SheetUnreadable("import.too_large", row=number, reason="too_many_rows", limit=limits.rows)
            yield row
    except _BROKEN as error:
        raise SheetUnreadable("import.unreadable", reason="broken_workbook", detail=type(error).__name__) from None


def _cells(cells: Sequence[Any], number: int, limits: Limits) -> tuple[Raw, ...]:
    """Returns the cells without the empty ones at the end, which a stream fills up."""
    values = [None if cell.value is None else _raw(cell, number, limits) for cell in cells]
    while values and values[-1] is None:
        values.pop()
    return tuple(values)


def _raw(cell: Any, number: int, limits: Limits) -> Raw:
    value = cell.value
    if cell.data_type == "f":
        return of_text(str(value))
    if cell.data_type == "e":
        return ErrorValue(value)
    if isinstance(value, str) and len(value) > limits.cell_characters:
        raise SheetUnreadable("import.too_large", row=number, reason="cell_too_long", limit=limits.cell_characters)
    if isinstance(value, str):
        return unescaped(value)
    return value  # type: ignore[no-any-return]  # what a stream gives: text, numbers, dates
