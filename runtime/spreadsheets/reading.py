"""Opens a file by its content, not by its name."""

from collections.abc import Sequence
from pathlib import Path

from runtime.spreadsheets.headers import Column
from runtime.spreadsheets.recognising import foreign_format
from runtime.spreadsheets.sheets import LIMITS, Limits, Sheet, SheetUnreadable
from runtime.spreadsheets.textfile import text_sheet
from runtime.spreadsheets.workbook import workbook_sheet

_ZIP = b"PK\x03\x04"


def open_sheet(path: Path, limits: Limits = LIMITS, columns: Sequence[Column] = ()) -> Sheet:
    """Returns the visible sheet that names ``columns``, or the rows of a CSV file.

    Raises ``SheetUnreadable`` when there is none.
    """
    if path.stat().st_size > limits.file_bytes:
        raise SheetUnreadable("import.too_large", reason="file_too_large", limit=f"{limits.file_bytes >> 20} MiB")
    return sheet_of(path.read_bytes(), limits, columns)


def sheet_of(content: bytes, limits: Limits = LIMITS, columns: Sequence[Column] = ()) -> Sheet:
    """Returns the same sheet, of bytes instead of a file."""
    if reason := foreign_format(content):
        raise SheetUnreadable("import.unreadable", reason=reason)
    read = workbook_sheet if content.startswith(_ZIP) else text_sheet
    return read(content, limits, columns)
