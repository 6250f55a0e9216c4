"""Reads CSV as Chinese offices produce it: UTF-8 with or without a mark, UTF-16, or GB18030.

GB18030 decodes nearly any bytes, so Big5 or Shift-JIS would come out as wrong characters: text that is not ordinary
Chinese is refused.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import islice

from runtime.spreadsheets.headers import TITLE_ROWS, Column, HeaderMatch, likeness
from runtime.spreadsheets.sheets import Limits, Sheet, SheetRow, SheetUnreadable, blank, of_text

_MARKED = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: Every encoding that a file may have.
ENCODINGS = ("utf-8-sig", "utf-16", "utf-8", "gb18030")
_DELIMITERS = ",\t;，|"
#: Other scripts of East Asia, and unassigned characters, which show a wrong encoding.
_LETTERS = re.compile("[\u3040-\u9fff\uac00-\uf8ff\U00020000-\U0010ffff]")
_SAMPLE = 100_000
_MARGIN = 4096
#: The least share of characters of GB 2312, which has all but rare ones of simplified Chinese. Big5 or Shift-JIS
#: reads as 0.2 to 0.6.
_LEAST_SHARE = 0.9


def text_sheet(content: bytes, limits: Limits, columns: Sequence[Column] = ()) -> Sheet:
    """Returns the file's records, split by the delimiter under which a row names ``columns``.

    Raises ``SheetUnreadable``, also while rows are read.
    """
    text, encoding = _decoded(content)
    if "\0" in text:
        raise SheetUnreadable("import.unreadable", reason="no_text")
    if encoding == "gb18030" and not (_names_columns(text, columns) or _is_simplified(text)):
        raise SheetUnreadable("import.unreadable", reason="encoding_unclear")
    return Sheet(_rows(text, _delimiter(text, columns), limits))


def _names_columns(text: str, columns: Sequence[Column]) -> bool:
    """Returns True if a Chinese column name is at the beginning: then the encoding is right."""
    head = "".join(islice(StringIO(text), TITLE_ROWS))
    return any(name in head for column in columns for name in column.names if not name.isascii())


def _is_simplified(text: str) -> bool:
    letters = _LETTERS.findall(text[:_SAMPLE])
    # GB 2312 has kana as well, which simplified Chinese has not.
    common = "".join(letter for letter in letters if letter >= "\u3400").encode("gb2312", "ignore")
    return len(common) >= 2 * _LEAST_SHARE * len(letters)


def _decoded(content: bytes) -> tuple[str, str]:
    """Returns the text and its encoding. UTF-8 is tried first: Chinese in GB18030 is hardly ever valid UTF-8."""
    marked = next((encoding for mark, encoding in _MARKED if content.startswith(mark)), _unmarked_utf16(content))
    for encoding in (marked,) if marked else ENCODINGS[2:]:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise SheetUnreadable("import.unreadable", reason="encoding")


def _unmarked_utf16(content: bytes) -> str | None:
    """Returns the byte order of UTF-16 without a mark: one byte of each ASCII character, always the same, is zero."""
    low, high = content[:_MARGIN:2].count(0), content[1:_MARGIN:2].count(0)
    if len(content) % 2 or bool(low) == bool(high) or low + high < max(4, len(content[:_MARGIN]) // 16):
        return None
    return "utf-16-be" if low else "utf-16-le"


def _rows(text: str, delimiter: str, limits: Limits) -> Iterator[SheetRow]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    filled, number = 0, 1
    try:
        for record in reader:
            row = _row(number, record, limits)
            filled += not blank(row)
            if filled > limits.rows:
                raise SheetUnreadable("import.too_large", row=number, reason="too_many_rows", limit=limits.rows)
            yield row
            number = reader.line_num + 1
    except csv.Error:
        raise SheetUnreadable("import.unreadable", row=number, reason="quotes") from None


def _row(number: int, record: list[str], limits: Limits) -> SheetRow:
    """Returns the row without the empty cells at its end, which an export has for each formatted column."""
    while record and not record[-1].strip():
        record.pop()
    if len(record) > limits.columns:
        raise SheetUnreadable("import.too_large", row=number, reason="too_many_columns", limit=limits.columns)
    if any(len(cell) > limits.cell_characters for cell in record):
        raise SheetUnreadable("import.too_large", row=number, reason="cell_too_long", limit=limits.cell_characters)
    return SheetRow(number, tuple(map(of_text, record)))


def _delimiter(text: str, columns: Sequence[Column]) -> str:
    """Returns the delimiter under which the head names most columns; of equal ones the most frequent."""
    head = "".join(islice(StringIO(text), TITLE_ROWS))
    return max(_DELIMITERS, key=lambda each: (_likeness(text, each, columns), head.count(each)))


def _likeness(text: str, delimiter: str, columns: Sequence[Column]) -> HeaderMatch:
    """Returns the likeness of the head under a delimiter; none for one that cannot split it."""
    try:
        records = islice(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True), TITLE_ROWS)
        return likeness([SheetRow(number, tuple(record)) for number, record in enumerate(records, 1)], columns)
    except csv.Error:
        return HeaderMatch(complete=False, named=0)
