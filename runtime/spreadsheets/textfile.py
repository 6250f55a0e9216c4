"""CSV as Chinese offices produce it: UTF-8 with or without a mark, UTF-16 with one, or GB18030."""

import codecs
import csv
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from runtime.spreadsheets.sheets import Formula, Limits, Raw, Row, Sheet, Unreadable, blank

_MARKED = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: Every encoding that a file may have.
ENCODINGS = ("utf-8-sig", "utf-16", "utf-8", "gb18030")
_DELIMITERS = ",\t;，"
#: So many lines tell the delimiter.
_LOOK = 10


def text_sheet(content: bytes, limits: Limits) -> Sheet:
    """The file's records. ``Unreadable``, also while rows are read."""
    text = _decoded(content)
    if "\0" in text:
        raise Unreadable("import.unreadable", reason="no_text")
    return Sheet(_rows(text, limits))


def _decoded(content: bytes) -> str:
    """UTF-8 is tried first: Chinese in GB18030 is hardly ever valid UTF-8, but the other way round it often is."""
    marked = next((encoding for mark, encoding in _MARKED if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ENCODINGS[2:]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("import.unreadable", reason="encoding")


def _rows(text: str, limits: Limits) -> Iterator[Row]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    filled, number = 0, 1
    try:
        for record in reader:
            row = Row(number, _cells(record, number, limits))
            filled += not blank(row)
            if filled > limits.rows:
                raise Unreadable("import.too_large", row=number, reason="too_many_rows", limit=limits.rows)
            yield row
            number = reader.line_num + 1
    except csv.Error:
        raise Unreadable("import.unreadable", row=number, reason="quotes") from None


def _cells(record: list[str], number: int, limits: Limits) -> tuple[Raw, ...]:
    if len(record) > limits.columns:
        raise Unreadable("import.too_large", row=number, reason="too_many_columns", limit=limits.columns)
    if any(len(cell) > limits.cell_characters for cell in record):
        raise Unreadable("import.too_large", row=number, reason="cell_too_long", limit=limits.cell_characters)
    return tuple(Formula(cell) if cell.lstrip().startswith("=") else cell for cell in record)


def _delimiter(text: str) -> str:
    lines = list(islice(StringIO(text), _LOOK))
    counts = {each: sum(line.count(each) for line in lines) for each in _DELIMITERS}
    return max(counts, key=counts.__getitem__)
