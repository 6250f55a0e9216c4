"""Finds the row of the column names: by it the delimiter of a text file and the sheet of a workbook are chosen."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from runtime.spreadsheets.cells import Read, plain
from runtime.spreadsheets.sheets import SheetRow, SheetUnreadable

#: Titles and notes may stand above the column names; they are looked for in so many rows.
TITLE_ROWS = 10

_NOTES = re.compile(r"\([^()]*\)|[\s_*:\-/\u200b\ufeff]")


class Column(NamedTuple):
    """``key`` is the field; the first of ``names`` is the one documented. ``blank``: a cell may be empty."""

    key: str
    names: tuple[str, ...]
    read: Read
    needed: bool = True
    blank: bool = False


def headings_of(column: Column) -> list[Any]:
    """Returns the key and the names of a column, and if it is needed, as JSON."""
    return [column.key, column.names, column.needed]


def with_headings(found: Sequence[Any]) -> Column:
    """Returns the column of ``headings_of``, with a parser that returns the text of a cell."""
    key, names, needed = found
    return Column(key, tuple(names), plain, needed)


class Header(NamedTuple):
    """The position of each column, and unknown names."""

    row: int
    places: Mapping[str, int]
    names: Sequence[str]
    ignored: Sequence[str]


class HeaderMatch(NamedTuple):
    """A rank of rows: ``complete`` if a row names every needed column, ``named`` is the number of columns it names."""

    complete: bool
    named: int


def find_header(head: Sequence[SheetRow], columns: Sequence[Column]) -> Header:
    """Returns the first row that names every needed column. Raises ``SheetUnreadable`` when there is none."""
    missing = [column.names[0] for column in columns if column.needed]
    for row in head:
        named = _named(row, columns)
        lacking = _lacking(named, columns)
        if not lacking:
            return _located(row, named)
        missing = min(missing, lacking, key=len)
    raise SheetUnreadable("import.columns_missing", columns=missing, rows=TITLE_ROWS)


def likeness(head: Sequence[SheetRow], columns: Sequence[Column]) -> HeaderMatch:
    """Returns the likeness of the best of these rows."""
    rows = (_named(row, columns) for row in head)
    found = (HeaderMatch(not _lacking(named, columns), len({*filter(None, named)})) for named in rows)
    return max(found, default=HeaderMatch(not columns, 0))


def _named(row: SheetRow, columns: Sequence[Column]) -> list[str | None]:
    return [_key(cell, columns) for cell in row.cells]


def _lacking(named: Sequence[str | None], columns: Sequence[Column]) -> list[str]:
    return [column.names[0] for column in columns if column.needed and column.key not in named]


def _located(row: SheetRow, named: Sequence[str | None]) -> Header:
    counted = Counter(filter(None, named))
    twice = next((key for key, count in counted.items() if count > 1), None)
    names = [str(cell or "").strip() for cell in row.cells]
    while names and not names[-1]:
        names.pop()
    if twice:
        raise SheetUnreadable("import.column_repeated", row=row.number, column=names[named.index(twice)])
    places = {key: place for place, key in enumerate(named) if key}
    return Header(
        row.number, places, names, [name for name, key in zip(names, named, strict=False) if name and not key]
    )


def _key(cell: object, columns: Sequence[Column]) -> str | None:
    name = _folded(str(cell or ""))
    return next((column.key for column in columns if name in map(_folded, column.names)), None)


def _folded(name: str) -> str:
    return _NOTES.sub("", unicodedata.normalize("NFKC", name)).casefold()
