"""Reads the cross references of a PDF to the letter, so that every reader finds the same objects.

The newest section that names an object wins, and a section may say that an object is gone. pypdf 7.1 brings back what a
later save has deleted, and repairs single references where other readers look for all objects again; so its tables are
replaced by these.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import NameObject, StreamObject, read_object

#: The white space of PDF.
BLANKS = b"\x00\t\n\x0c\r "
_B = rb"[\x00\t\n\x0c\r ]"
#: The end of a file, with the offset of its newest section.
_END = re.compile(rb"startxref%b+(\d{1,10})%b+%%%%EOF(?:%b|%%%%EOF|\x1a)*\Z" % (_B, _B, _B))
_END_REACH = 8192
_OBJECT = re.compile(rb"(?<!\d)%b{0,20}(\d{1,10})%b{1,20}(\d{1,5})%b{1,20}obj" % (_B, _B, _B))
_SUBSECTION = re.compile(rb"%b*(\d{1,10})%b+(\d{1,10})%b+(?=\d|trailer)" % (_B, _B, _B))
#: 20 bytes; programs that end it with a line feed alone write 19.
_ROW = re.compile(rb"(\d{10}) (\d{5}) ([nf])[\r\n ]{1,4}")
_TRAILER = re.compile(rb"%b*trailer%b*(?=<<)" % (_B, _B))
#: The part of a file that is searched for the first object.
_FIRST_REACH = 1024


class Unsound(Exception):
    """The cross references break the format: readers repair them, each in its own way."""


class Place(NamedTuple):
    """The place of an object: an offset in the file with its generation, or a position in a stream of objects."""

    at: int
    generation: int = 0
    position: int | None = None


#: Number of an object → its place, None for one that is gone.
Places = dict[int, Place | None]


class XrefSection(NamedTuple):
    """One section and the dictionary that belongs to it."""

    places: Places
    keys: dict[str, Any]


def correct(reader: PdfReader, data: bytes) -> dict[int, int]:
    """Makes pypdf find every object where all readers find it; returns the generation of each number in use.

    Raises ``Unsound``, and the errors of pypdf at its limits.
    """
    try:
        return _Sections(reader, data).correct()
    except LimitReachedError:
        raise
    except (PyPdfError, AssertionError, AttributeError, KeyError, TypeError, ValueError):
        raise Unsound from None


class _Sections:
    """The sections of one file."""

    def __init__(self, reader: PdfReader, data: bytes) -> None:
        self._reader = reader
        self._data = data

    def correct(self) -> dict[int, int]:
        start = self._start()
        if self._linearized_start() not in {None, start}:
            raise Unsound
        sections = list(self._from(start))
        if "/Root" not in sections[0].keys:
            raise Unsound
        places = Places()
        for section in sections:
            places = section.places | places
        in_use = {number: place for number, place in places.items() if place}
        self._demand_objects(in_use)
        _use(self._reader, places)
        for section in sections:
            complete_trailer(self._reader, section.keys)
        self._demand_packed(in_use)
        return {number: place.generation for number, place in in_use.items()}

    def _start(self) -> int:
        found = _END.search(self._data, max(0, len(self._data) - _END_REACH))
        if not found:
            raise Unsound
        return int(found[1])

    def _linearized_start(self) -> int | None:
        """Returns the newest section of a linearized file: it is behind the first object."""
        first = _OBJECT.search(self._data, 0, _FIRST_REACH)
        if not first or b"/Linearized" not in self._data[:_FIRST_REACH]:
            return None
        keys = self._read(first.end())
        if not isinstance(keys, dict) or "/Linearized" not in keys or keys.get("/L") != len(self._data):
            return None
        return _behind_blanks(self._data, self._data.index(b"endobj", first.end()) + len(b"endobj"))

    def _from(self, start: int) -> Iterator[XrefSection]:
        """Yields the sections from the newest to the first."""
        place: Any = start
        seen = set[Any]()
        while place is not None:
            if place in seen:
                raise Unsound
            seen.add(place)
            section = self._section(place)
            yield section
            place = section.keys.get("/Prev")

    def _section(self, place: Any) -> XrefSection:
        if not isinstance(place, int) or not 0 < place < len(self._data):
            raise Unsound
        place = _behind_blanks(self._data, place)
        return self._table(place) if self._data.startswith(b"xref", place) else self._stream(place)

    def _table(self, place: int) -> XrefSection:
        places, end = _rows(self._data, place + len(b"xref"))
        keys = self._read(end)
        if "/XRefStm" in keys:
            # Objects for newer readers only are marked as gone in the table; the table's own objects come first.
            in_use: Places = {number: each for number, each in places.items() if each}
            places = places | self._stream(keys["/XRefStm"]).places | in_use
        return XrefSection(places, keys)

    def _stream(self, place: int) -> XrefSection:
        head = _OBJECT.match(self._data, place)
        stream = self._read(head.end()) if head else None
        if not isinstance(stream, StreamObject) or stream.get("/Type") != "/XRef":
            raise Unsound
        widths = [int(each) for each in stream["/W"]]  # type: ignore[attr-defined]
        bounds = [int(each) for each in stream.get("/Index", [0, stream["/Size"]])]
        return XrefSection(_packed_rows(stream.get_data(), widths, bounds), stream)

    def _demand_objects(self, in_use: Mapping[int, Place]) -> None:
        """Raises ``Unsound`` unless each object begins at its place."""
        for number, place in in_use.items():
            if place.position is None:
                head = _OBJECT.match(self._data, place.at)
                if not head or (int(head[1]), int(head[2])) != (number, place.generation):
                    raise Unsound

    def _demand_packed(self, in_use: Mapping[int, Place]) -> None:
        """Raises ``Unsound`` unless each object in a stream of objects has the position of its place."""
        numbers = dict[int, list[int]]()
        for number, place in in_use.items():
            if place.position is not None:
                if place.at not in numbers:
                    numbers[place.at] = packed_numbers(self._reader.get_object(place.at))
                if numbers[place.at][place.position : place.position + 1] != [number]:
                    raise Unsound

    def _read(self, place: int) -> Any:
        """Returns the value that is written there."""
        self._reader.stream.seek(_behind_blanks(self._data, place))
        return read_object(self._reader.stream, self._reader)


def complete_trailer(reader: PdfReader, keys: dict[str, Any]) -> None:
    """Adds the keys of an older section, and those of a stream, of which pypdf keeps only five."""
    for key, value in dict.items(keys):
        reader.trailer.setdefault(NameObject(key), value)


def packed_numbers(stream: Any) -> list[int]:
    """Returns the numbers of the objects in a stream of objects, in order. Raises ``Unsound`` when one is repeated."""
    head = stream.get_data()[: int(stream["/First"])].split()
    numbers = [int(each) for each in head[: 2 * int(stream["/N"]) : 2]]
    if len(set(numbers)) != len(numbers):
        raise Unsound
    return numbers


def _use(reader: PdfReader, places: Places) -> None:
    gone = {number: True for number, place in places.items() if not place}
    reader.xref, reader.xref_free_entry = {0: dict.fromkeys(gone, 0)}, {0: gone}
    reader.xref_objStm, reader.resolved_objects = {}, {}
    for number, place in places.items():
        if place and place.position is None:
            reader.xref.setdefault(place.generation, {})[number] = place.at
        elif place:
            reader.xref_objStm[number] = (place.at, place.position)


def _rows(data: bytes, place: int) -> tuple[Places, int]:
    """Returns the rows of a section written as text, and the offset of its dictionary."""
    places = Places()
    while head := _SUBSECTION.match(data, place):
        first, place = int(head[1]), head.end()
        for number in range(first, first + int(head[2])):
            row = _ROW.match(data, place)
            if not row:
                raise Unsound
            at, place = int(row[1]) if row[3] == b"n" else 0, row.end()
            places.setdefault(number, Place(at, int(row[2])) if at else None)
    trailer = _TRAILER.match(data, place)
    if not trailer:
        raise Unsound
    return places, trailer.end()


def _packed_rows(data: bytes, widths: Sequence[int], bounds: Sequence[int]) -> Places:
    """Returns the rows of a section written as a stream."""
    places, length, at = Places(), sum(widths), 0
    if len(widths) != 3 or min(widths) < 0 or not length or len(bounds) % 2:
        raise Unsound
    for first, count in zip(bounds[::2], bounds[1::2], strict=True):
        if count < 0 or at + count * length > len(data):
            raise Unsound
        for number in range(first, first + count):
            places.setdefault(number, _place(data[at : at + length], widths))
            at += length
    return places


def _place(row: bytes, widths: Sequence[int]) -> Place | None:
    kind_ends, at_ends = widths[0], widths[0] + widths[1]
    kind = int.from_bytes(row[:kind_ends]) if widths[0] else 1
    at, last = int.from_bytes(row[kind_ends:at_ends]), int.from_bytes(row[at_ends:])
    if kind == 1:
        return Place(at, last) if at else None
    return Place(at, position=last) if kind == 2 else None


def _behind_blanks(data: bytes, place: int) -> int:
    while data[place : place + 1] and data[place] in BLANKS:
        place += 1
    return place
