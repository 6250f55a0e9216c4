"""Reads dictionaries to the letter, because readers guess differently at what is not by the letter.

pypdf 7.1 keeps the first value of a key that is named twice, while pdf.js, qpdf, MuPDF and PDFium act on the last; it
takes ``>x`` and ``null`` for the end of a dictionary, while they read on; a zero byte is a part of a name to pypdf, and
ends the name to them. Here a repeated key is refused unless its values are equal or change nothing, and the others are
damage.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pypdf import get_configuration
from pypdf._utils import read_non_whitespace, skip_over_comment
from pypdf.errors import LimitReachedError, PdfReadError
from pypdf.generic import DictionaryObject, NameObject, StreamObject, read_object

from runtime.inspection.verdict import DocumentRefused

#: The end of a name: the white space of PDF, which is not that of Python, and the delimiters.
NAME_ENDS = re.compile(rb"[\x00\t\n\x0c\r ]+|[()<>\[\]{}/%]")

#: Keys without effect on a page, so that either value will do: scanners repeat ``/OutputCondition``,
#: pdfTeX ``/Title``, others ``/Ascent`` and, in the trailer, ``/Info``.
INERT = frozenset(
    {"/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer", "/CreationDate", "/ModDate"}
) | {
    *("/Info", "/ID", "/Metadata", "/PieceInfo", "/LastModified", "/Trapped", "/ProcSet", "/RegistryName"),
    *("/OutputCondition", "/OutputConditionIdentifier", "/FontFamily", "/FontStretch", "/FontWeight", "/Ascent"),
    *("/Descent", "/CapHeight", "/XHeight", "/StemV", "/StemH", "/ItalicAngle", "/AvgWidth", "/MaxWidth", "/Leading"),
}


class Reading:
    """The reading of one file; ``flaw`` is the first thing in it that readers may understand differently, or None."""

    flaw: DocumentRefused | None = None

    def dictionary(
        self, stream: Any, pdf: Any, forced_encoding: Any = None, *, parsing_budget: Any = None
    ) -> DictionaryObject:
        """Returns the dictionary, or stream, that begins here; replaces ``DictionaryObject.read_from_stream``."""
        stream.seek(2, io.SEEK_CUR)
        data = dict[Any, Any]()
        for key, value in self._pairs(stream, pdf, forced_encoding, parsing_budget):
            if key in data and key not in INERT and _written(data[key]) != _written(value):
                raise self._flaw("ambiguous", key)
            data[key] = value
        _skip_comments(stream)
        DictionaryObject._read_stream_data(stream=stream, pdf=pdf, data=data)  # noqa: SLF001
        if "__streamdata__" in data:
            return StreamObject.initialize_from_dictionary(data)
        made = DictionaryObject()
        made.update(data)
        return made

    def _pairs(self, stream: Any, pdf: Any, encoding: Any, budget: Any) -> Iterator[tuple[NameObject, Any]]:
        left = get_configuration().dictionary_maximum_element_count
        while _next(stream) != b">":
            left -= 1
            _spend(left, budget)
            try:
                key = NameObject.read_from_stream(stream, pdf)
                value = _value(stream, pdf, encoding, budget)
            except (LimitReachedError, MemoryError, RecursionError, DocumentRefused):
                raise
            except Exception:  # noqa: BLE001 the bytes behind the gap are unchecked
                raise self._flaw("damaged", "gap") from None
            yield key, value
        if stream.read(2) != b">>":
            raise self._flaw("damaged", "gap")

    def _flaw(self, code: str, found: str) -> DocumentRefused:
        """Records the flaw and returns it as an error: pypdf goes on after errors in many places."""
        self.flaw = self.flaw or DocumentRefused(code, found=found)
        return self.flaw


@contextmanager
def to_the_letter() -> Iterator[Reading]:
    """Yields the reading of files within the block. Raises its flaw at the end, or in place of a later error."""
    reading, before = Reading(), (vars(DictionaryObject)["read_from_stream"], NameObject.delimiter_pattern)
    _install(staticmethod(reading.dictionary), NAME_ENDS)
    try:
        yield reading
    finally:
        _install(*before)
        if reading.flaw:
            raise reading.flaw


def _install(read: Any, name_ends: re.Pattern[bytes]) -> None:
    DictionaryObject.read_from_stream = read  # type: ignore[method-assign]
    NameObject.delimiter_pattern = name_ends


def _next(stream: Any) -> bytes:
    """Returns the next byte that is neither white space nor comment, without consuming it."""
    while (byte := read_non_whitespace(stream)) == b"%":
        stream.seek(-1, io.SEEK_CUR)
        skip_over_comment(stream)
    if byte:
        stream.seek(-1, io.SEEK_CUR)
    return bytes(byte)


def _value(stream: Any, pdf: Any, encoding: Any, budget: Any) -> Any:
    if _next(stream) == b"e":
        raise PdfReadError("endobj, which pypdf would take for null")
    return read_object(stream, pdf, encoding, parsing_budget=budget)


def _skip_comments(stream: Any) -> None:
    """Moves to ``stream`` if it follows behind comments; else does not move."""
    place = stream.tell()
    if _next(stream) != b"s":
        stream.seek(place)


def _spend(left: int, budget: Any) -> None:
    if budget is not None:
        budget.remaining_budget -= 2
    if left < 0 or (budget is not None and budget.remaining_budget < 0):
        raise LimitReachedError("too many entries of a dictionary")


def _written(value: Any) -> bytes:
    out = io.BytesIO()
    value.write_to_stream(out)
    return out.getvalue()
