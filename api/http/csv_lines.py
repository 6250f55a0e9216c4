"""CSV that spreadsheets open as it is meant: Chinese is readable, digits are kept, nothing is a formula."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from domain.instants import local

#: Bytes, about, that are written before they are sent.
CHUNK = 64 * 1024


class CsvLines:
    """Lines of a file, taken piece by piece; it begins with a byte order mark, which Excel needs to read Chinese."""

    def __init__(self, headings: Iterable[str]) -> None:
        self._text = io.StringIO()
        self._writer = csv.writer(self._text, quoting=csv.QUOTE_ALL)
        self._text.write("\ufeff")
        self._writer.writerow(list(headings))

    @property
    def is_full(self) -> bool:
        """Returns True if there is enough to send."""
        return self._text.tell() >= CHUNK

    def write(self, values: Iterable[Any]) -> None:
        """Adds a line; None is an empty cell, an instant is in Shanghai time. See decision 0210 for the tabs."""
        self._writer.writerow([_kept(value) for value in values])

    def take(self) -> bytes:
        """Returns what was written since the last call."""
        taken = self._text.getvalue().encode()
        self._text.seek(0)
        self._text.truncate()
        return taken


def as_text(value: Any) -> str:
    """Returns the text of a cell: an instant in Shanghai time, "" for None."""
    if value is None:
        return ""
    return f"{local(value):%Y-%m-%d %H:%M:%S}" if hasattr(value, "tzinfo") else str(value)


def _kept(value: Any) -> str:
    """Returns the text of a cell, after a tab, so that spreadsheets keep all digits and see no formula."""
    return f"\t{value}" if isinstance(value, str) and value else as_text(value)
