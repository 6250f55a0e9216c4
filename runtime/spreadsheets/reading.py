"""Opening a file by what it is, not by what it is called."""

from pathlib import Path

from runtime.spreadsheets.sheets import LIMITS, Limits, Sheet, Unreadable
from runtime.spreadsheets.textfile import text_sheet
from runtime.spreadsheets.workbook import workbook_sheet

_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_sheet(path: Path, limits: Limits = LIMITS) -> Sheet:
    """The first sheet of a workbook, or the rows of a CSV file. ``Unreadable``."""
    if path.stat().st_size > limits.file_bytes:
        raise Unreadable("import.too_large", reason="file_too_large", limit=f"{limits.file_bytes >> 20} MiB")
    return sheet_of(path.read_bytes(), limits)


def sheet_of(content: bytes, limits: Limits = LIMITS) -> Sheet:
    """The same of what has been read already."""
    if content.startswith(_OLD_OFFICE):
        raise Unreadable("import.unreadable", reason="old_office")
    return workbook_sheet(content, limits) if content.startswith(_ZIP) else text_sheet(content, limits)
