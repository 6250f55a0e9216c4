"""Repairs a file with unsound cross references: readers search for its objects, and must find the same ones."""

import re
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import IndirectObject, StreamObject

from runtime.inspection.sections import Unsound, complete_trailer, packed_numbers
from runtime.inspection.verdict import DocumentRefused

_B = rb"[\x00\t\n\x0c\r ]{1,20}"
_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})%b(\d{1,5})%bobj" % (_B, _B))
_ROOT = re.compile(rb"/Root%b(\d{1,10})%b(\d{1,5})%bR" % (_B, _B, _B))


def repair(reader: PdfReader, data: bytes) -> dict[int, int]:
    """Makes pypdf find the objects by a search; returns the generation of each number.

    Raises ``DocumentRefused`` when two objects have one number or two catalogs are named: it would depend on the reader
    which one is shown.
    """
    roots = set(_ROOT.findall(data))
    if not roots:
        raise DocumentRefused("damaged", found="/Root")
    found = [(int(number), int(generation)) for number, generation in _OBJECT.findall(data)]
    if len({number for number, _ in found}) < len(found) or len(roots) > 1:
        raise DocumentRefused("ambiguous", found="xref")
    reader._rebuild_xref_table(reader.stream)  # noqa: SLF001 nothing public looks for objects
    reader.resolved_objects = {}
    generations = dict(found)
    try:
        packed = [number for stream in _streams(reader, found, "/ObjStm") for number in packed_numbers(stream)]
    except Unsound:
        raise DocumentRefused("ambiguous", found="xref") from None
    if len(set(packed)) < len(packed) or not generations.keys().isdisjoint(packed):
        raise DocumentRefused("ambiguous", found="xref")
    for section in _streams(reader, found, "/XRef"):
        complete_trailer(reader, section)
    return generations | dict.fromkeys(packed, 0)


def _streams(reader: PdfReader, found: list[tuple[int, int]], kind: str) -> Iterator[Any]:
    for number, generation in found:
        value = reader.get_object(IndirectObject(number, generation, reader))
        if isinstance(value, StreamObject) and value.get("/Type") == kind:
            yield value
