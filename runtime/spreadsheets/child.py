"""The program that reads one spreadsheet: ``python -I -m runtime.spreadsheets.child [LIMITS,COLUMNS,SECONDS]``.

The file comes in on its input, whole. It writes lines of JSON: first ``{"merges": …, "epoch": …, "chosen": …}``, then
``[number, [cell, …], hidden]`` for each row, a cell being text, a number, true, null or ``{"kind": text}``, and at the
end an empty list. What cannot be read ends the lines with ``{"fault": {…}, "row": …}``.
"""

import json
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from runtime.confining import confine
from runtime.spreadsheets.headers import Column, with_headings
from runtime.spreadsheets.reading import sheet_of
from runtime.spreadsheets.sheets import ErrorValue, Formula, Limits, Raw, SheetUnreadable
from runtime.spreadsheets.textfile import ENCODINGS

MEMORY_BYTES = 512 * 1024**2


def main() -> None:
    """Reads the file and answers."""
    (numbers, named, seconds), content = json.loads(sys.argv[1]), sys.stdin.buffer.read()
    limits, columns = Limits(*numbers), tuple(map(with_headings, named))
    _load()
    writing = os.dup(sys.stdout.fileno())
    confine(writing, memory_bytes=MEMORY_BYTES, cpu_seconds=seconds)
    with os.fdopen(writing, "wb") as answer:
        for part in _answer(content, limits, columns):
            answer.write(json.dumps(part).encode() + b"\n")


def _load() -> None:
    """Reads a specimen of each kind, so that no module is loaded afterwards."""
    specimen = BytesIO()
    Workbook().save(specimen)
    for content in (specimen.getvalue(), *map("字".encode, ENCODINGS)):
        list(sheet_of(content).rows)


def _answer(content: bytes, limits: Limits, columns: Sequence[Column]) -> Iterator[Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheet = sheet_of(content, limits, columns)
            yield {"merges": sheet.merges, "epoch": sheet.epoch.isoformat(), "chosen": sheet.chosen}
            for row in sheet.rows:
                yield [row.number, list(map(_written, row.cells)), row.hidden]
            yield []
    except SheetUnreadable as unreadable:
        yield {"fault": unreadable.fault.model_dump(), "row": unreadable.row}


def _written(cell: Raw) -> Any:
    for kind, name in KINDS.items():
        if isinstance(cell, kind):
            return {name: cell.isoformat() if isinstance(cell, date | time) else str(cell)}
    return cell


#: A datetime is a date as well, so it comes first.
KINDS: dict[type, str] = {
    Formula: "formula",
    ErrorValue: "error",
    datetime: "moment",
    date: "date",
    time: "time",
}

if __name__ == "__main__":
    main()
